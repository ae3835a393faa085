import { decimalOfDigits, fixedOfDigits, formatDecimal } from '../decimal.ts';
import type { Envelope, EventBatch, StockChanged } from '../message.ts';
import { BATCH_FORMAT, envelopesOf } from '../message.ts';
import {
  type MovedBatch,
  type StoredAfter,
  type StoredEntry,
  type StoredNumber,
  seqOf,
  type ToldPack,
} from '../packBody.ts';
import { requireVersion } from '../requireVersion.ts';

/** The events of a message of the broker. Throws for what no Stockbus wrote. */
export function eventsOf(text: string): Envelope[] {
  const batch = JSON.parse(text) as EventBatch | MovedBatch;
  requireVersion('the batch', batch.v, BATCH_FORMAT);
  return 'packs' in batch ? stockEvents(batch) : envelopesOf(batch);
}

/**
 * An event for each balance that an entry changed, by SKU and in the order of its entries. Made of what is
 * stored: numbers stay the digits that they are there.
 */
export function stockEvents(batch: MovedBatch): Envelope<'stock.changed.v1'>[] {
  const events: Envelope<'stock.changed.v1'>[] = [];
  for (const pack of batch.packs) {
    for (let index = 0; index < pack.entries.length; index += 1) {
      const entry = pack.entries[index]!;
      if (entry[5]) events.push(eventOf(batch, pack, index, true));
      if (entry[6]) events.push(eventOf(batch, pack, index, false));
    }
  }
  return events;
}

/** Of the balance that the entry left, or came to. */
function eventOf(
  batch: MovedBatch,
  pack: ToldPack,
  index: number,
  isFrom: boolean,
): Envelope<'stock.changed.v1'> {
  const seq = pack.seqs?.[index] ?? seqOf(pack, index);
  const entry = pack.entries[index]!;
  const route = pack.routes[entry[0]]!;
  const place = inId(route[isFrom ? 1 : 2]);
  const state = route[6] === '' ? '' : `/${route[isFrom ? 5 : 6]}`;
  return {
    specversion: '1.0',
    id: `${inId(pack.sku)}#${seq}@${place}${state}`,
    source: batch.source,
    type: batch.type,
    time: batch.time,
    datacontenttype: 'application/json',
    data: changeOf(batch, pack, seq, entry, isFrom),
  };
}

/** A name within an id, in which the marks between the names are escaped: no two events share an id. */
const inId = (name: string): string => name.replace(/[%#@/]/g, encodeURIComponent);

function changeOf(
  batch: MovedBatch,
  pack: ToldPack,
  seq: number,
  entry: StoredEntry,
  isFrom: boolean,
): StockChanged {
  const named = pack.documents[entry[1]]!;
  const posted = batch.documents[named[0]]!;
  const route = pack.routes[entry[0]]!;
  const status = isFrom ? route[5] : route[6] || route[5];
  const quantity = digitsOf(entry[2]);
  const value = digitsOf(entry[3]);
  const after = entry[isFrom ? 5 : 6] as Exclude<StoredAfter, 0>;
  const onHand = decimalOfDigits(digitsOf(after[0]));
  const reserved = after[1] === undefined ? '0' : decimalOfDigits(digitsOf(after[1]));
  const change: StockChanged = {
    sku: pack.sku,
    location: route[isFrom ? 1 : 2],
    status,
    change: decimalOfDigits(isFrom ? negated(quantity) : quantity),
    onHand,
    reserved,
    available: status !== 'available' ? '0' : reserved === '0' ? onHand : available(after),
    version: seq,
    value: fixedOfDigits(isFrom ? negated(value) : value, batch.minorDigits),
    currency: batch.currency,
    kind: route[0],
    document: posted[0],
    line: entry[4],
    at: named[1],
    recordedAt: pack.recordedAt,
    source: posted[3],
    messageId: posted[4],
    actor: posted[5],
  };
  const lot = entry[8];
  const owner = entry[9];
  const partner = posted[1];
  if (lot) change.lot = lot;
  if (owner) change.owner = owner;
  if (partner !== '') change.partner = partner;
  return change;
}

const available = ([onHand, reserved = 0]: Exclude<StoredAfter, 0>): string =>
  formatDecimal(BigInt(onHand) - BigInt(reserved));

/** Throws for what is no whole number. */
const digitsOf = (stored: StoredNumber): string =>
  Number.isSafeInteger(stored) ? String(stored) : String(BigInt(stored));

function negated(digits: string): string {
  if (digits === '0') return digits;
  return digits.startsWith('-') ? digits.slice(1) : `-${digits}`;
}
