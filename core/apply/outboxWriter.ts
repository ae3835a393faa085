import { hash } from 'node:crypto';
import { formatDecimal, formatFixed } from '../decimal.ts';
import type { Fault } from '../errors.ts';
import type { OutboxRecord } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { Command, EventType, StockRejected } from '../message.ts';
import type { BalanceChange } from '../stock/context.ts';
import type { AnyDocument } from '../stock/documents/movementLines.ts';
import type { StockPolicy } from '../stock/policy.ts';
import type { ReservationAnswer } from '../stock/reservations/contract.ts';
import { reservationEvent } from '../stock/reservations/event.ts';

/** `source` of all events of this hub. */
export const eventSource = '/stockbus/ledger';

/** Events of one commit, gathered into outbox records of bounded size. */
export class OutboxWriter {
  readonly #policy: StockPolicy;
  readonly #recordedAt: string;
  readonly #commit: string;
  readonly #done: OutboxRecord[] = [];
  readonly #open = new Map<EventType, { events: string[]; bytes: number; firstId: string }>();

  /** `commit` tells it from others of the same moment, which may refuse the same document again. */
  constructor(policy: StockPolicy, recordedAt: string, commit = '') {
    this.#policy = policy;
    this.#recordedAt = recordedAt;
    this.#commit = commit;
  }

  /** One stock.changed for each balance that a document changed. */
  changed(changes: readonly BalanceChange[]): void {
    for (const change of changes) {
      const { entry, balance } = change;
      const status = entry.toStatus === undefined ? '' : `/${balance.status}`;
      const id = `${inId(entry.sku)}#${entry.seq}@${inId(balance.place)}${status}`;
      this.#add('stock.changed.v1', id, changedJson(change, this.#policy));
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
      type: command.type,
      ...(document === undefined ? {} : { document }),
      code: fault.code,
      message: fault.message,
      ...(fault.at?.field === undefined ? {} : { field: fault.at.field }),
      parkedId,
      recordedAt: this.#recordedAt,
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
    const head = `"source":"${eventSource}","type":"${type}","time":"${this.#recordedAt}"`;
    const body = `{${head},"events":[${open.events.join(',')}]}`;
    const id = hash(
      'sha256',
      `${open.firstId}/${this.#recordedAt}/${this.#commit}/${open.events.length}`,
      'hex',
    ).slice(0, 24);
    this.#done.push({ id, topic: type, count: open.events.length, body });
  }

  records(): OutboxRecord[] {
    for (const type of [...this.#open.keys()]) this.#close(type);
    return this.#done;
  }
}

/** A name within an id, in which the marks between the names are escaped: no two events share an id. */
const inId = (name: string): string => name.replace(/[%#@/]/g, encodeURIComponent);

/** The data as JSON text, put together by hand: it is the hottest text of the hub. */
function changedJson(
  { entry, balance, by, onHand, reserved }: BalanceChange,
  policy: StockPolicy,
): string {
  const free = balance.status === 'available' ? onHand - reserved : 0n;
  const value = formatFixed(by < 0n ? -entry.value : entry.value, policy.minorDigits);
  return (
    `{"sku":${quoted(entry.sku)},"location":${quoted(balance.place)}` +
    (entry.lot === '' ? '' : `,"lot":${quoted(entry.lot)}`) +
    (entry.owner === '' ? '' : `,"owner":${quoted(entry.owner)}`) +
    `,"status":"${balance.status}","change":"${formatDecimal(by)}","onHand":"${formatDecimal(onHand)}"` +
    `,"reserved":"${formatDecimal(reserved)}","available":"${formatDecimal(free)}"` +
    `,"version":${entry.seq},"value":"${value}","currency":"${policy.currency}","kind":"${entry.kind}"` +
    `,"document":${quoted(entry.document)},"line":${quoted(entry.line)}` +
    (entry.partner === '' ? '' : `,"partner":${quoted(entry.partner)}`) +
    `,"at":"${entry.at}","recordedAt":"${entry.recordedAt}"` +
    `,"source":${quoted(entry.source)},"messageId":${quoted(entry.messageId)}}`
  );
}

const PLAIN = /^[\w .:/#@-]*$/;

const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));
