/**
 * What the books hold. The aggregate is the SKU: everything about one SKU (its entries, balances,
 * pools, layers) changes in step with one version, and its entries are numbered without a gap.
 */
import type { Micro, Minor } from './decimal.ts';
import type { EventType, Origin, ParkedRecord } from './message.ts';

export type Status = 'available' | 'quarantine' | 'damaged';
export type EntryKind =
  | 'receive'
  | 'issue'
  | 'return'
  | 'transfer'
  | 'adjust'
  | 'count'
  | 'revalue';
export type ValuationMethod = 'fifo' | 'average';

/** Places outside our walls. They have balances too, so that every SKU sums to zero over all places. */
export const virtualPlaces = [
  'supplier',
  'customer',
  'adjustment',
  'transit',
  'production',
  'scrap',
] as const;
export type VirtualPlace = (typeof virtualPlaces)[number];
export const isVirtual = (place: string): place is VirtualPlace =>
  (virtualPlaces as readonly string[]).includes(place);

/** One movement of one SKU from one place to another. Never changed, never deleted. */
export interface LedgerEntry {
  sku: string;
  /** 1, 2, 3 … without a gap for each SKU. (sku, seq) identifies the entry. */
  seq: number;
  kind: EntryKind;
  from: string;
  to: string;
  /** Never negative; zero for a revaluation. */
  quantity: Micro;
  /** Value that moved with it, in the valuation currency; for a revaluation the signed difference. */
  value: Minor;
  /** Cost pool that the value left or entered: `fromPool` empty for virtual places, and so on. */
  fromPool: string;
  toPool: string;
  lot: string;
  status: Status;
  document: string;
  line: string;
  partner: string;
  reason: string;
  reference: string;
  /** Business time, RFC 3339 UTC with milliseconds. */
  at: string;
  /** When we learnt it, the same format; never decreases within a SKU. */
  recordedAt: string;
  /** The message that caused it. */
  source: string;
  messageId: string;
  /** For a revaluation: seq of the entry whose value it corrects. */
  corrects?: number;
}

/** Quantity of SKU × place × lot × status. `lot` is '' where there is none. */
export interface Balance {
  sku: string;
  place: string;
  lot: string;
  status: Status;
  onHand: Micro;
  reserved: Micro;
  /** `seq` of the entry that last changed it: of two states of a balance, the higher is the newer. */
  version: number;
}

/** Quantity and value of a SKU in one cost pool (a set of places that share costs). */
export interface CostPool {
  pool: string;
  method: ValuationMethod;
  /** Negative while more was issued than received. */
  quantity: Micro;
  value: Minor;
  /** Cost of one unit at the last receipt or issue; what a shortage is valued at. */
  lastCost: Micro;
}

/** What is left of one receipt, for methods that keep receipts apart. */
export interface CostLayer {
  sku: string;
  pool: string;
  /** Entry that brought it, and the number of the layer within it; oldest first. */
  seq: number;
  part: number;
  at: string;
  quantity: Micro;
  value: Minor;
}

export interface Item {
  sku: string;
  name: string;
  unit: string;
  valuation: ValuationMethod;
  barcode: string;
  group: string;
  attributes: Record<string, string>;
}

export interface Location {
  location: string;
  name: string;
  kind: string;
  parent: string;
  attributes: Record<string, string>;
}

/** Head of a SKU: what every change of it reads and writes. Version 0 = not seen before. */
export interface SkuHead {
  sku: string;
  /** Grows by one with every commit that writes the head; what optimistic concurrency compares. */
  version: number;
  /** `seq` of its last entry. */
  seq: number;
  item: Item | undefined;
  pools: CostPool[];
  /** `recordedAt` of its last entry. */
  recordedAt: string;
}

/** An event on its way out, as the commit that caused it wrote it. */
export interface OutboxRecord {
  id: string;
  topic: EventType;
  /** How many events `body` holds. */
  count: number;
  /** JSON text of an EventBatch. */
  body: string;
}

/** One message that was booked, for ever: permanent and unique by (source, id). Rejected ones are
 *  not here, so that they can be mended and sent again under the same id. */
export interface InboxRecord {
  source: string;
  id: string;
  contenthash: string;
  intakeId: string;
  recordedAt: string;
}

/** Identity of an applied batch; a batch that comes again is skipped only when it is the same. */
export const batchKey = (batch: { intakeId: string; index: number; digest: string }): string =>
  `${batch.intakeId}/${batch.index}/${batch.digest}`;

/** One applied batch; a payload's report is the sum of its tallies. Insert only. */
export interface IntakeTally {
  origin: Origin;
  index: number;
  /** Hash of the batch's body: the same file read with a changed flow makes other batches. */
  digest: string;
  records: number;
  filtered: number;
  messages: number;
  booked: number;
  exists: number;
  parked: number;
  batches?: number;
}

/** Everything that one decision round writes, all or nothing. */
export interface Commit {
  recordedAt: string;
  inbox: InboxRecord[];
  tallies: IntakeTally[];
  parked: ParkedRecord[];
  /** Heads with the version they must have now; the commit fails where it is another. */
  heads: { head: SkuHead; expectedVersion: number }[];
  /** Balances as they are after the commit, one for each that changed. */
  balances: Balance[];
  /** Layers as they are after the commit; quantity zero means: remove. */
  layers: CostLayer[];
  entries: LedgerEntry[];
  locations: Location[];
  outbox: OutboxRecord[];
}
