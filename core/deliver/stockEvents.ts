import { decimalOfDigits, fixedOfDigits, MICRO_ONE } from '../decimal.ts';
import type { JsonBuffer } from '../JsonBuffer.ts';
import type { Envelope, EventBatch, StockChanged } from '../message.ts';
import { BATCH_FORMAT, envelopesOf, traceIn } from '../message.ts';
import {
  type MovedBatch,
  type StoredAfter,
  type StoredEntry,
  type StoredNumber,
  seqOf,
  type ToldPack,
} from '../packBody.ts';
import type { JsonLines } from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';

/** The events of a message of the broker. Throws for what no Stockbus wrote. */
export function eventsOf(text: string): Envelope[] {
  const batch = batchOf(text);
  return 'packs' in batch ? stockEvents(batch) : envelopesOf(batch);
}

/** The data of its events as JSON, a line each, and of each what it is about (`skuOf`). Throws for what no Stockbus wrote. */
export function eventLines(
  text: string,
  into: JsonBuffer,
): JsonLines & { keys: (string | undefined)[] } {
  const batch = batchOf(text);
  const ends: number[] = [];
  const keys: (string | undefined)[] = [];
  const end = (key: string | undefined): void => {
    into.plain('\n');
    ends.push(into.length);
    keys.push(key);
  };
  into.clear();
  if ('packs' in batch) {
    forEachChange(batch, (change) => {
      writeChange(change, into);
      end(change.pack.sku);
    });
  } else {
    for (const { data } of batch.events) {
      into.plain(JSON.stringify(data));
      end(skuOf(data));
    }
  }
  // A copy: the next message is written over these.
  return { bytes: Buffer.from(into.bytes), ends, keys };
}

/** What an event is about, which orders it; undefined where it is about several things, or none. */
export const skuOf = (data: object): string | undefined =>
  'sku' in data && typeof data.sku === 'string' ? data.sku : undefined;

function batchOf(text: string): EventBatch | MovedBatch {
  const batch = JSON.parse(text) as EventBatch | MovedBatch;
  requireVersion('the batch', batch.v, BATCH_FORMAT);
  return batch;
}

/** A balance that an entry changed: the one that it left, or the one that it came to. */
interface StoredChange {
  batch: MovedBatch;
  pack: ToldPack;
  /** Of its entry. */
  seq: number;
  entry: StoredEntry;
  isFrom: boolean;
}

/** By SKU, and in the order of their entries. */
function forEachChange(batch: MovedBatch, use: (change: StoredChange) => void): void {
  for (const pack of batch.packs) {
    for (let index = 0; index < pack.entries.length; index += 1) {
      const entry = pack.entries[index]!;
      const seq = pack.seqs?.[index] ?? seqOf(pack, index);
      if (entry[5]) use({ batch, pack, seq, entry, isFrom: true });
      if (entry[6]) use({ batch, pack, seq, entry, isFrom: false });
    }
  }
}

/** An event for each balance that an entry changed. */
function stockEvents(batch: MovedBatch): Envelope<'stock.changed.v1'>[] {
  const events: Envelope<'stock.changed.v1'>[] = [];
  const trace = traceIn(batch);
  forEachChange(batch, (change) => {
    events.push({
      specversion: '1.0',
      id: idOf(change),
      source: batch.source,
      type: batch.type,
      time: batch.time,
      ...trace,
      datacontenttype: 'application/json',
      data: changeOf(change),
    });
  });
  return events;
}

function idOf({ pack, seq, entry, isFrom }: StoredChange): string {
  const route = pack.routes[entry[0]]!;
  const place = inId(route[isFrom ? 1 : 2]);
  const state = route[6] === '' ? '' : `/${route[isFrom ? 5 : 6]}`;
  return `${inId(pack.sku)}#${seq}@${place}${state}`;
}

/** A name within an id, in which the marks between the names are escaped: no two events share an id. */
const inId = (name: string): string => name.replace(/[%#@/]/g, encodeURIComponent);

/** Made of what is stored: numbers stay the digits that they are there. */
function changeOf({ batch, pack, seq, entry, isFrom }: StoredChange): StockChanged {
  const [kind, from, to, , , status, toStatus] = pack.routes[entry[0]]!;
  const [number, at] = pack.documents[entry[1]]!;
  const [document, partner, , source, messageId, actor] = batch.documents[number]!;
  const [onHand, reserved = 0] = entry[isFrom ? 5 : 6] as Exclude<StoredAfter, 0>;
  const state = isFrom ? status : toStatus || status;
  const change: StockChanged = {
    sku: pack.sku,
    location: isFrom ? from : to,
    status: state,
    change: decimalOf(isFrom ? negated(entry[2]) : entry[2]),
    onHand: decimalOf(onHand),
    reserved: decimalOf(reserved),
    available: decimalOf(availableOf(state, onHand, reserved)),
    version: String(seq),
    value: fixedOfDigits(digitsOf(isFrom ? negated(entry[3]) : entry[3]), batch.minorDigits),
    currency: batch.currency,
    kind,
    document,
    line: entry[4],
    at,
    recordedAt: pack.recordedAt,
    source,
    messageId,
    actor,
  };
  if (entry[8]) change.lot = entry[8];
  if (entry[9]) change.owner = entry[9];
  if (partner !== '') change.partner = partner;
  return change;
}

/** Writes what JSON.stringify makes of `changeOf`, without an object between: most subscribers want no more. */
function writeChange({ batch, pack, seq, entry, isFrom }: StoredChange, into: JsonBuffer): void {
  // By their places: to take lists apart by patterns costs more than to write what is in them.
  const route = pack.routes[entry[0]]!;
  const named = pack.documents[entry[1]]!;
  const document = batch.documents[named[0]]!;
  const after = entry[isFrom ? 5 : 6] as Exclude<StoredAfter, 0>;
  const onHand = after[0];
  const reserved = after[1] ?? 0;
  const state = isFrom ? route[5] : route[6] || route[5];
  text(into, '{"sku":', pack.sku);
  text(into, ',"location":', route[isFrom ? 1 : 2]);
  text(into, ',"status":', state);
  quantity(into, ',"change":"', isFrom ? negated(entry[2]) : entry[2]);
  quantity(into, '","onHand":"', onHand);
  quantity(into, '","reserved":"', reserved);
  quantity(into, '","available":"', availableOf(state, onHand, reserved));
  into.plain('","version":"').number(seq).plain('","value":"');
  into.plain(fixedOfDigits(digitsOf(isFrom ? negated(entry[3]) : entry[3]), batch.minorDigits));
  text(into, '","currency":', batch.currency);
  text(into, ',"kind":', route[0]);
  text(into, ',"document":', document[0]);
  text(into, ',"line":', entry[4]);
  text(into, ',"at":', named[1]);
  text(into, ',"recordedAt":', pack.recordedAt);
  text(into, ',"source":', document[3]);
  text(into, ',"messageId":', document[4]);
  text(into, ',"actor":', document[5]);
  if (entry[8]) text(into, ',"lot":', entry[8]);
  if (entry[9]) text(into, ',"owner":', entry[9]);
  if (document[1] !== '') text(into, ',"partner":', document[1]);
  into.plain('}');
}

const asJson = (text: string): string => JSON.stringify(text);

const text = (into: JsonBuffer, before: string, value: string): JsonBuffer =>
  into.plain(before).string(value, asJson);

const MICRO = Number(MICRO_ONE);

function quantity(into: JsonBuffer, before: string, stored: StoredNumber): void {
  into.plain(before);
  if (typeof stored === 'number' && stored % MICRO === 0) into.number(stored / MICRO);
  else into.plain(decimalOf(stored));
}

const decimalOf = (stored: StoredNumber): string => decimalOfDigits(digitsOf(stored));

function availableOf(status: string, onHand: StoredNumber, reserved: StoredNumber): StoredNumber {
  if (status !== 'available') return 0;
  return reserved === 0 ? onHand : String(BigInt(onHand) - BigInt(reserved));
}

/** Throws for what is no whole number. */
const digitsOf = (stored: StoredNumber): string =>
  Number.isSafeInteger(stored) ? String(stored) : String(BigInt(stored));

function negated(stored: StoredNumber): StoredNumber {
  if (typeof stored === 'number') return stored === 0 ? 0 : -stored;
  return stored.startsWith('-') ? stored.slice(1) : `-${stored}`;
}
