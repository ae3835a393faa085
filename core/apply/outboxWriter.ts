import { hash } from 'node:crypto';
import { formatDecimal, formatFixed } from '../decimal.ts';
import type { Fault } from '../errors.ts';
import type { OutboxRecord } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { Command, EventType, StockChanged, StockRejected } from '../message.ts';
import type { Change } from '../stock/bookMovement.ts';
import type { AnyDocument } from '../stock/decide.ts';
import type { StockPolicy } from '../stock/policy.ts';

/** `source` of all events of this hub. */
export const eventSource = '/stockbus/ledger';

/** Events of one commit, gathered into outbox records of bounded size. */
export class OutboxWriter {
  readonly #policy: StockPolicy;
  readonly #recordedAt: string;
  readonly #done: OutboxRecord[] = [];
  readonly #open = new Map<EventType, { events: string[]; bytes: number; firstId: string }>();

  constructor(policy: StockPolicy, recordedAt: string) {
    this.#policy = policy;
    this.#recordedAt = recordedAt;
  }

  /** One stock.changed for each balance that a document changed. */
  changed(changes: readonly Change[]): void {
    for (const change of changes) {
      const { entry, balance } = change;
      const id = `${entry.sku}#${entry.seq}@${balance.place}`;
      this.#add('stock.changed.v1', id, changedData(change, this.#policy));
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
    this.#add('stock.rejected.v1', parkedId, data);
  }

  #add(type: EventType, id: string, data: StockChanged | StockRejected): void {
    const event = `{"specversion":"1.0","id":${JSON.stringify(id)},"source":"${eventSource}","type":"${type}","time":"${this.#recordedAt}","datacontenttype":"application/json","data":${JSON.stringify(data)}}`;
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
    const body = `[${open.events.join(',')}]`;
    const id = hash(
      'sha256',
      `${open.firstId}/${this.#recordedAt}/${open.events.length}`,
      'hex',
    ).slice(0, 24);
    this.#done.push({ id, topic: type, count: open.events.length, body });
  }

  records(): OutboxRecord[] {
    for (const type of [...this.#open.keys()]) this.#close(type);
    return this.#done;
  }
}

function changedData({ entry, balance, by, onHand }: Change, policy: StockPolicy): StockChanged {
  const sign = by < 0n ? -1n : 1n;
  const data: StockChanged = {
    sku: entry.sku,
    location: balance.place,
    status: balance.status,
    change: formatDecimal(by),
    onHand: formatDecimal(onHand),
    reserved: formatDecimal(balance.reserved),
    available: formatDecimal(balance.status === 'available' ? onHand - balance.reserved : 0n),
    version: entry.seq,
    value: formatFixed(sign * entry.value, policy.minorDigits),
    currency: policy.currency,
    kind: entry.kind as StockChanged['kind'],
    document: entry.document,
    line: entry.line,
    at: entry.at,
    recordedAt: entry.recordedAt,
    source: entry.source,
    messageId: entry.messageId,
  };
  if (entry.lot) data.lot = entry.lot;
  if (entry.partner) data.partner = entry.partner;
  return data;
}
