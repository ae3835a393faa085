/**
 * Documents as they lie in MongoDB, and the ledger's types made of them. Quantities and amounts are
 * 64-bit integers (bigint here, `long` there; declared
 * as bigint, which is what is written). Text that is empty is left out, which saves a quarter
 * of the ledger's bytes. Names of the user's own choosing never become field names.
 */
import { type Binary, Long } from 'mongodb';
import { StockbusError } from '../../errors.ts';
import type {
  Balance,
  CostLayer,
  CostPool,
  InboxRecord,
  IntakeTally,
  Item,
  LedgerEntry,
  Location,
  OutboxRecord,
  SkuHead,
} from '../../ledger.ts';
import type { ParkedRecord } from '../../message.ts';
import { keyOf, seqText } from './keys.ts';

interface Keyed {
  _id: string;
}

type Attributes = { name: string; value: string }[];

export interface HeadDocument extends Keyed {
  sku: string;
  version: number;
  seq: number;
  recordedAt: string;
  item?: Omit<Item, 'attributes'> & { attributes: Attributes };
  pools: CostPool[];
}

export type EntryDocument = Keyed &
  Pick<LedgerEntry, 'sku' | 'seq' | 'kind' | 'from' | 'to' | 'quantity' | 'value' | 'status'> &
  Pick<LedgerEntry, 'document' | 'at' | 'recordedAt' | 'source' | 'messageId' | 'corrects'> &
  Partial<
    Pick<LedgerEntry, 'fromPool' | 'toPool' | 'lot' | 'line' | 'partner' | 'reason' | 'reference'>
  >;

export interface BalanceDocument extends Keyed, Balance {}
export interface LayerDocument extends Keyed, CostLayer {}
export interface InboxDocument extends Keyed, InboxRecord {}

export interface BatchDocument extends Keyed, Omit<IntakeTally, 'origin'> {
  intakeId: string;
  flow: string;
  name: string;
  recordedAt: string;
  /** Which attempt wrote it: settles a commit whose answer was lost. */
  commit: string;
}

export interface ParkedDocument extends Keyed, Omit<ParkedRecord, 'id' | 'origin'> {
  parkedAt: string;
  intakeId: string;
  flow: string;
  name: string;
}

export interface LocationDocument extends Keyed, Omit<Location, 'location' | 'attributes'> {
  attributes: Attributes;
}

/** A server session with which a process writes. */
export interface SessionDocument {
  _id: Binary;
  host: string;
  pid: number;
  /** Tells processes apart that had the same pid one after another. */
  process: string;
}

export interface OutboxDocument extends Keyed, Omit<OutboxRecord, 'id'> {
  /** Sorts by time of the commit, then by position within it. */
  order: string;
}

/**
 * A 64-bit integer as it was read. Not by `useBigInt64`: with it, driver 7.9 throws from a timer, which
 * ends the process, when a primary steps down (a bigint in `topologyVersion`).
 */
export function bigintOf(stored: unknown): bigint {
  return Long.isLong(stored) ? stored.toBigInt() : BigInt(stored as bigint | number);
}

/** The driver would cut a larger integer to 64 bits without a word. */
function int64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw new StockbusError('STOCK_OUT_OF_RANGE', `${value} exceeds 64 bits`);
}

const attributesOf = (values: Record<string, string>): Attributes =>
  Object.entries(values).map(([name, value]) => ({ name, value }));

const attributesFrom = (attributes: Attributes): Record<string, string> =>
  Object.fromEntries(attributes.map(({ name, value }) => [name, value]));

export function headDocument(head: SkuHead): HeadDocument {
  const { sku, version, seq, recordedAt, item } = head;
  const pools = head.pools.map((pool) => ({
    ...pool,
    quantity: int64(pool.quantity),
    value: int64(pool.value),
    lastCost: int64(pool.lastCost),
  }));
  const document: HeadDocument = { _id: keyOf(sku), sku, version, seq, recordedAt, pools };
  if (item) document.item = { ...item, attributes: attributesOf(item.attributes) };
  return document;
}

export function headFrom(sku: string, document: HeadDocument | undefined): SkuHead {
  if (!document) return { sku, version: 0, seq: 0, item: undefined, pools: [], recordedAt: '' };
  const { version, seq, recordedAt, item, pools } = document;
  return {
    sku,
    version,
    seq,
    item: item && { ...item, attributes: attributesFrom(item.attributes) },
    pools: pools.map((pool) => ({
      ...pool,
      quantity: bigintOf(pool.quantity),
      value: bigintOf(pool.value),
      lastCost: bigintOf(pool.lastCost),
    })),
    recordedAt,
  };
}

export function entryDocument(entry: LedgerEntry): EntryDocument {
  const { sku, seq, kind, from, to, status, at, recordedAt, source, messageId } = entry;
  const document: EntryDocument = {
    _id: keyOf(sku, seqText(seq)),
    sku,
    seq,
    kind,
    from,
    to,
    quantity: int64(entry.quantity),
    value: int64(entry.value),
    status,
    document: entry.document,
    at,
    recordedAt,
    source,
    messageId,
  };
  if (entry.fromPool) document.fromPool = entry.fromPool;
  if (entry.toPool) document.toPool = entry.toPool;
  if (entry.lot) document.lot = entry.lot;
  if (entry.line) document.line = entry.line;
  if (entry.partner) document.partner = entry.partner;
  if (entry.reason) document.reason = entry.reason;
  if (entry.reference) document.reference = entry.reference;
  if (entry.corrects !== undefined) document.corrects = entry.corrects;
  return document;
}

export function entryFrom({ _id, ...stored }: EntryDocument): LedgerEntry {
  const none = { fromPool: '', toPool: '', lot: '', line: '', partner: '' };
  const amounts = { quantity: bigintOf(stored.quantity), value: bigintOf(stored.value) };
  return { ...none, reason: '', reference: '', ...stored, ...amounts };
}

export const balanceKey = (of: { sku: string; place: string; lot: string; status: string }) =>
  keyOf(of.sku, of.place, of.lot, of.status);

export function balanceDocument(balance: Balance): BalanceDocument {
  const { sku, place, lot, status, onHand, reserved, version } = balance;
  const amounts = { onHand: int64(onHand), reserved: int64(reserved) };
  return { _id: balanceKey(balance), sku, place, lot, status, ...amounts, version };
}

export function balanceFrom({ _id, ...balance }: BalanceDocument): Balance {
  const { onHand, reserved } = balance;
  return { ...balance, onHand: bigintOf(onHand), reserved: bigintOf(reserved) };
}

export const layerKey = (of: { sku: string; pool: string; seq: number; part: number }) =>
  keyOf(of.sku, of.pool, seqText(of.seq), seqText(of.part));

export function layerDocument(layer: CostLayer): LayerDocument {
  const amounts = { quantity: int64(layer.quantity), value: int64(layer.value) };
  return { _id: layerKey(layer), ...layer, ...amounts };
}

export function layerFrom({ _id, ...layer }: LayerDocument): CostLayer {
  return { ...layer, quantity: bigintOf(layer.quantity), value: bigintOf(layer.value) };
}

export function inboxDocument(record: InboxRecord): InboxDocument {
  const { source, id, contenthash, intakeId, recordedAt } = record;
  return { _id: keyOf(source, id), source, id, contenthash, intakeId, recordedAt };
}

export function inboxFrom({ _id, ...record }: InboxDocument): InboxRecord {
  return record;
}

export const batchDocumentKey = (of: { intakeId: string; index: number; digest: string }) =>
  keyOf(of.intakeId, seqText(of.index), of.digest);

export function batchDocument(
  { origin, ...tally }: IntakeTally,
  recordedAt: string,
  commit: string,
): BatchDocument {
  const _id = batchDocumentKey({ ...tally, intakeId: origin.intakeId });
  return { _id, ...origin, ...tally, recordedAt, commit };
}

export function parkedDocument(
  { id, origin, ...record }: ParkedRecord,
  parkedAt: string,
): ParkedDocument {
  return { _id: id, parkedAt, ...origin, ...record };
}

export function parkedFrom(document: ParkedDocument): ParkedRecord {
  const { _id, parkedAt, intakeId, flow, name, ...record } = document;
  return { id: _id, origin: { intakeId, flow, name }, ...record };
}

export function locationDocument({ location, attributes, ...rest }: Location): LocationDocument {
  return { _id: location, ...rest, attributes: attributesOf(attributes) };
}

export function locationFrom({ _id, attributes, ...rest }: LocationDocument): Location {
  return { location: _id, ...rest, attributes: attributesFrom(attributes) };
}

export function outboxDocument({ id, ...record }: OutboxRecord, order: string): OutboxDocument {
  return { _id: id, order, ...record };
}

export function outboxFrom({ _id, order, ...record }: OutboxDocument): OutboxRecord {
  return { id: _id, ...record };
}
