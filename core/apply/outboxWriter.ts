import { hash } from 'node:crypto';
import type { Fault } from '../errors.ts';
import { traceJson } from '../history/tracing.ts';
import type { OutboxRecord } from '../ledger.ts';
import { limits } from '../limits.ts';
import {
  BATCH_FORMAT,
  type Command,
  type EventType,
  type StockRejected,
  type TraceContext,
  traceIn,
} from '../message.ts';
import type { CommitPack, PostedDocument } from '../pack.ts';
import { quoted } from '../quoted.ts';
import { type MovedReference, REFERENCE_FORMAT } from '../relay/movedText.ts';
import type { RecentTexts } from '../relay/RecentTexts.ts';
import type { AnyDocument } from '../stock/documents/movementLines.ts';
import type { StockPolicy } from '../stock/policy.ts';
import type { ReservationAnswer } from '../stock/reservations/contract.ts';
import { movedMessages } from './movedMessages.ts';
import { reservationEvent } from './reservationEvent.ts';
import { asSent } from './upcast.ts';

/** `source` of all events of this hub. */
export const eventSource = '/stockbus/ledger';

/** Events of one commit, gathered into outbox records of bounded size. */
export class OutboxWriter {
  readonly #policy: StockPolicy;
  /** When the round began that decides it. */
  readonly recordedAt: string;
  /** Its batches, which tell it from others of the same moment, which may refuse the same document again. */
  #commit = '';
  readonly #recent: RecentTexts | undefined;
  readonly #done: OutboxRecord[] = [];
  readonly #told: { id: string; text(): string }[] = [];
  readonly #open = new Map<EventType, { events: string[]; bytes: number; firstId: string }>();

  constructor(policy: StockPolicy, recordedAt: string, recent?: RecentTexts) {
    this.#recent = recent;
    this.#policy = policy;
    this.recordedAt = recordedAt;
  }

  /** Of its batches; of one that nobody follows it is empty. */
  readonly cameOf: TraceContext[] = [];
  /** What its messages hand on. */
  trace: TraceContext = {};

  /** One batch more of the commit. */
  take(batch: string, trace: TraceContext = {}): void {
    this.#commit += `,${batch}`;
    this.cameOf.push(traceIn(trace));
  }

  /** What moved, in messages that are no larger than batches of commands. */
  changed(packs: readonly CommitPack[], documents: readonly PostedDocument[]): void {
    const { currency, minorDigits } = this.#policy;
    const head = {
      source: eventSource,
      time: this.recordedAt,
      currency,
      minorDigits,
      ...this.trace,
    };
    for (const message of movedMessages(packs, documents)) {
      const { ranges, events } = message;
      const [sku, version, from] = ranges[0]!;
      const id = this.#idOf(`${sku}#${version}#${from}`, events);
      if (this.#recent) this.#told.push({ id, text: () => message.text(head) });
      const reference: MovedReference = { moved: ranges, v: REFERENCE_FORMAT, ...head };
      const body = JSON.stringify(reference);
      this.#done.push({ id, topic: 'stock.changed.v1', count: events, body });
    }
  }

  /** One reservation.changed for each answer. */
  answered(answers: readonly ReservationAnswer[]): void {
    for (const answer of answers) {
      const { id, data } = reservationEvent(answer);
      this.#add('reservation.changed.v1', id, JSON.stringify(data));
    }
  }

  rejected(command: Command, fault: Fault, parkedId: string): void {
    const { document } = command.data as unknown as Partial<AnyDocument>;
    const data: StockRejected = {
      source: command.source,
      messageId: command.id,
      type: asSent(command).type,
      ...(document === undefined ? {} : { document }),
      code: fault.code,
      message: fault.message,
      ...(fault.at?.field === undefined ? {} : { field: fault.at.field }),
      parkedId,
      actor: command.actor,
      recordedAt: this.recordedAt,
    };
    this.#add('stock.rejected.v1', parkedId, JSON.stringify(data));
  }

  #add(type: EventType, id: string, dataJson: string): void {
    const event = `{"id":${quoted(id)},"data":${dataJson}}`;
    let open = this.#open.get(type);
    if (!open) {
      open = { events: [], bytes: 0, firstId: id };
      this.#open.set(type, open);
    }
    open.events.push(event);
    open.bytes += event.length;
    if (open.events.length >= limits.batchRecords || open.bytes >= limits.batchBytes)
      this.#close(type);
  }

  #close(type: EventType): void {
    const open = this.#open.get(type);
    if (!open) return;
    this.#open.delete(type);
    const head = `"v":${BATCH_FORMAT},"source":"${eventSource}","type":"${type}","time":"${this.recordedAt}"${traceJson(this.trace)}`;
    const body = `{${head},"events":[${open.events.join(',')}]}`;
    const id = this.#idOf(open.firstId, open.events.length);
    this.#done.push({ id, topic: type, count: open.events.length, body });
  }

  #idOf(firstId: string, count: number): string {
    const said = `${firstId}/${this.recordedAt}/${this.#commit}/${count}`;
    return hash('sha256', said, 'hex').slice(0, 24);
  }

  /** After the commit: what it moved need not be read again. Of one that failed nothing is kept. */
  committed(): void {
    for (const { id, text } of this.#told) this.#recent?.keep(id, text());
  }

  records(): OutboxRecord[] {
    for (const type of [...this.#open.keys()]) this.#close(type);
    return this.#done;
  }
}
