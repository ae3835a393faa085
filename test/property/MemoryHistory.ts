import type {
  AcceptedFilter,
  AcceptedPayload,
  DeliveryNote,
  HistoryChapter,
  HistoryNotes,
  Snapshot,
} from '../../core/ports.ts';
import { MemoryControl } from './MemoryControl.ts';

/** What is known of the way of payloads and events, in memory. */
export class MemoryHistory extends MemoryControl implements HistoryChapter {
  readonly #payloads = new Map<string, AcceptedPayload>();
  readonly #deliveries: DeliveryNote[] = [];
  readonly #snapshots: Snapshot[] = [];

  async noteHistory({ payloads, deliveries, snapshots }: HistoryNotes): Promise<void> {
    for (const payload of payloads) this.#payloads.set(payload.intakeId, payload);
    this.#deliveries.push(...deliveries);
    this.#snapshots.push(...snapshots);
  }

  async forgetHistory(): Promise<number> {
    return 0;
  }

  async accepted(filter: AcceptedFilter, limit: number): Promise<AcceptedPayload[]> {
    const all = [...this.#payloads.values()].filter((one) =>
      Object.entries(filter).every(([name, value]) => one[name as 'digest'] === value),
    );
    return all.slice(-limit).reverse();
  }

  async lastAccepted(): Promise<{ rows: AcceptedPayload[] }> {
    return { rows: [...this.#payloads.values()].reverse() };
  }

  /** No test that runs over it asks. */
  figuresSince = async () => ({ flows: [], sinks: [] });
  callsByHour = async () => [];

  async deliveries(message: string, limit: number): Promise<DeliveryNote[]> {
    const all = this.#deliveries.filter((note) => note.message === message);
    const kept = new Set([
      ...all.filter(({ code }) => code === '').slice(-limit),
      ...all.filter(({ code }) => code !== '').slice(-limit),
    ]);
    return all.filter((note) => kept.has(note));
  }

  async snapshots(
    { intakeId, record }: { intakeId: string; record?: number },
    limit: number,
  ): Promise<Snapshot[]> {
    const isAsked = (one: Snapshot): boolean =>
      one.intakeId === intakeId && (record === undefined || one.record === record);
    return this.#snapshots.filter(isAsked).slice(0, limit);
  }

  async firstRelayed(): Promise<number | undefined> {
    return undefined;
  }
}
