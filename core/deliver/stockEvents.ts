import { formatDecimal, formatFixed } from '../decimal.ts';
import type { BalanceAfter, LedgerEntry } from '../ledger.ts';
import type { Envelope, EventBatch, StockChanged } from '../message.ts';
import { BATCH_FORMAT, envelopesOf } from '../message.ts';
import type { MovedBatch } from '../packBody.ts';
import { entriesOf } from '../packFrom.ts';
import { requireVersion } from '../requireVersion.ts';

/** The events of a message of the broker. Throws for what no Stockbus wrote. */
export function eventsOf(text: string): Envelope[] {
  const batch = JSON.parse(text) as EventBatch | MovedBatch;
  requireVersion('the batch', batch.v, BATCH_FORMAT);
  return 'packs' in batch ? stockEvents(batch) : envelopesOf(batch);
}

/** An event for each balance that an entry changed, by SKU and in the order of its entries. */
export function stockEvents(batch: MovedBatch): Envelope<'stock.changed.v1'>[] {
  const events: Envelope<'stock.changed.v1'>[] = [];
  const add = (entry: LedgerEntry, isFrom: boolean, after: BalanceAfter): void => {
    events.push({
      specversion: '1.0',
      id: eventId(entry, isFrom),
      source: batch.source,
      type: batch.type,
      time: batch.time,
      datacontenttype: 'application/json',
      data: changeOf(entry, isFrom, after, batch),
    });
  };
  for (const pack of batch.packs) {
    const entries = entriesOf(pack, (number) => {
      const [document, partner, reference, source, messageId, actor] = batch.documents[number]!;
      return { document, partner, reference, source, messageId, actor };
    });
    for (const entry of entries) {
      if (entry.fromAfter) add(entry, true, entry.fromAfter);
      if (entry.toAfter) add(entry, false, entry.toAfter);
    }
  }
  return events;
}

function eventId({ sku, seq, from, to, status, toStatus }: LedgerEntry, isFrom: boolean): string {
  const place = isFrom ? from : to;
  const state = toStatus === undefined ? '' : `/${isFrom ? status : toStatus}`;
  return `${inId(sku)}#${seq}@${inId(place)}${state}`;
}

/** A name within an id, in which the marks between the names are escaped: no two events share an id. */
const inId = (name: string): string => name.replace(/[%#@/]/g, encodeURIComponent);

function changeOf(
  entry: LedgerEntry,
  isFrom: boolean,
  { onHand, reserved }: BalanceAfter,
  { currency, minorDigits }: MovedBatch,
): StockChanged {
  const { lot, owner, partner, quantity, value } = entry;
  const status = isFrom ? entry.status : (entry.toStatus ?? entry.status);
  const change: StockChanged = {
    sku: entry.sku,
    location: isFrom ? entry.from : entry.to,
    status,
    change: formatDecimal(isFrom ? -quantity : quantity),
    onHand: formatDecimal(onHand),
    reserved: formatDecimal(reserved),
    available: formatDecimal(status === 'available' ? onHand - reserved : 0n),
    version: entry.seq,
    value: formatFixed(isFrom ? -value : value, minorDigits),
    currency,
    kind: entry.kind,
    document: entry.document,
    line: entry.line,
    at: entry.at,
    recordedAt: entry.recordedAt,
    source: entry.source,
    messageId: entry.messageId,
    actor: entry.actor,
  };
  if (lot !== '') change.lot = lot;
  if (owner !== '') change.owner = owner;
  if (partner !== '') change.partner = partner;
  return change;
}
