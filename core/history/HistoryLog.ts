/**
 * Notes of what became of payloads and events, written beside the work and never before it: in batches, a moment later.
 * What cannot be written for long is dropped and counted, for nothing depends on it.
 */
import { faultOf } from '../errors.ts';
import { limits } from '../limits.ts';
import type {
  AcceptedPayload,
  DeliveryNote,
  HistoryNotes,
  HistoryStore,
  Snapshot,
} from '../ports.ts';
import type { Runtime, Timer } from '../runtime.ts';
import type { StepHistory } from './stepHistory.ts';

export interface HistoryLogParts {
  store: HistoryStore;
  runtime: Runtime;
  /** For how long notes are kept. */
  keepMs: number;
  /** Of which records it is kept what they were between steps, where their flow does not say it. */
  steps: StepHistory;
  /** Names of fields whose values are not kept. */
  redact: readonly string[];
  /** Of all snapshots together; left out: those of limits. */
  snapshotCharacters?: number;
}

const NOTHING: HistoryNotes = { payloads: [], deliveries: [], snapshots: [] };

/** Rows that are forgotten in one step, of each kind. */
const FORGOTTEN = 1_000;

export class HistoryLog {
  readonly #parts: HistoryLogParts;
  readonly steps: StepHistory;
  readonly hidden: ReadonlySet<string>;
  #payloads: AcceptedPayload[] = [];
  #deliveries: DeliveryNote[] = [];
  #snapshots: Snapshot[] = [];
  /** Of those snapshots. */
  #characters = 0;
  #timers: Timer[] = [];
  #writing: Promise<void> | undefined;
  #forgetting: Promise<void> | undefined;
  #stopping = false;

  constructor(parts: HistoryLogParts) {
    this.#parts = parts;
    this.steps = parts.steps;
    this.hidden = new Set(parts.redact);
  }

  start(): void {
    const { runtime } = this.#parts;
    this.#timers = [
      runtime.every(limits.historyWriteMs, () => this.#wake()),
      runtime.every(limits.historySweepMs, () => {
        this.#forgetting ??= this.#forget().finally(() => {
          this.#forgetting = undefined;
        });
      }),
    ];
  }

  accepted(payload: AcceptedPayload): void {
    this.#payloads.push(payload);
    this.#bound();
  }

  delivered(note: DeliveryNote): void {
    this.#deliveries.push(note);
    this.#bound();
  }

  pictured(snapshot: Snapshot): void {
    const most = limits.historyNoteCharacters;
    const characters = this.#characters + snapshot.body.length;
    if (characters > most) {
      this.#drop({ ...NOTHING, snapshots: [snapshot] });
      return;
    }
    this.#snapshots.push(snapshot);
    this.#characters = characters;
    this.#bound();
    if (characters > most / 4) this.#wake();
  }

  /** Writes what it has, then stops. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) timer.stop();
    await this.#writing;
    await this.#forgetting;
    await this.#write();
  }

  get #count(): number {
    return this.#payloads.length + this.#deliveries.length + this.#snapshots.length;
  }

  /** Many come at once: they are written before the next look at the clock, or, where the store is away, dropped. */
  #bound(): void {
    const count = this.#count;
    if (count > limits.historyNotes) this.#drop(this.#taken());
    else if (count % limits.historyNotesAtOnce === 0) this.#wake();
  }

  #taken(): HistoryNotes {
    const notes = {
      payloads: this.#payloads,
      deliveries: this.#deliveries,
      snapshots: this.#snapshots,
    };
    this.#payloads = [];
    this.#deliveries = [];
    this.#snapshots = [];
    this.#characters = 0;
    return notes;
  }

  #wake(): void {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  async #write(): Promise<void> {
    if (this.#count === 0) return;
    const notes = this.#taken();
    try {
      await this.#parts.store.noteHistory(notes);
    } catch (error) {
      const { code, message } = faultOf(error);
      this.#parts.runtime.log('warn', 'history.unwritten', { code, message });
      this.#keep(notes);
    }
  }

  /** For the next look at the clock, in front of what has come since. */
  #keep(notes: HistoryNotes): void {
    const { payloads, deliveries, snapshots } = notes;
    const count = payloads.length + deliveries.length + snapshots.length;
    if (this.#stopping || count + this.#count > limits.historyNotes) {
      this.#drop(notes);
      return;
    }
    this.#payloads = [...payloads, ...this.#payloads];
    this.#deliveries = [...deliveries, ...this.#deliveries];
    const late = this.#snapshots;
    this.#snapshots = [...snapshots];
    this.#characters = snapshots.reduce((sum, { body }) => sum + body.length, 0);
    for (const one of late) this.pictured(one);
  }

  #drop({ payloads, deliveries, snapshots }: HistoryNotes): void {
    const count = payloads.length + deliveries.length + snapshots.length;
    this.#parts.runtime.metrics.count('stockbus_history_dropped_notes_total', count);
  }

  /** A slice at a time. */
  async #forget(): Promise<void> {
    const { store, runtime, keepMs } = this.#parts;
    const { snapshotCharacters = limits.snapshotsCharacters } = this.#parts;
    const bound = { rows: limits.historyKeptRows, snapshotCharacters };
    const before = new Date(runtime.now() - keepMs).toISOString();
    try {
      while (!this.#stopping && (await store.forgetHistory(before, bound, FORGOTTEN)) >= FORGOTTEN);
    } catch (error) {
      const { code, message } = faultOf(error);
      runtime.log('warn', 'history.keeps', { code, message });
    }
  }
}
