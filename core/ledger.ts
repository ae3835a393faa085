/**
 * What the books hold. The aggregate is the SKU: everything about one SKU (its entries, balances,
 * pools, layers) changes in step with one version, and its entries are numbered without a gap.
 */

import type { ToldCounts } from './closingChecks.ts';
import type { Micro, Minor } from './decimal.ts';
import type { EventType, Origin } from './message.ts';
import type { Marks } from './newest.ts';
import { tupleKey } from './tupleKey.ts';

export type Status = 'available' | 'quarantine' | 'damaged';

/**
 * Facts say what happened; each is one line of a document. Derived entries follow from facts: they
 * carry `corrects` and `by`, and are what a correction adds instead of changing what is written.
 */
export const factKinds = [
  'opening',
  'receive',
  'issue',
  'return',
  'transfer',
  'adjust',
  'count',
  'status',
  'consume',
  'produce',
  'landed',
  'invoice',
  'revalue',
  'method',
] as const;
export const derivedKinds = [
  /** Takes back a fact, quantity and value, the way it came. */
  'cancel',
  /** Quantity that a count finds more or less, because something was booked before it afterwards. */
  'recount',
  /** Difference of a value, because something was booked before it afterwards. */
  'recost',
  /** What a shortage turned out to cost when the receipt came. */
  'trueup',
  /** What a receipt cost more than the standard. */
  'variance',
  /** Value that a fact moves besides its own: a landed cost, conversion costs, a count at another cost. */
  'effect',
] as const;
export type FactKind = (typeof factKinds)[number];
export type DerivedKind = (typeof derivedKinds)[number];
export type EntryKind = FactKind | DerivedKind;

export const valuationMethods = ['fifo', 'lifo', 'average', 'standard', 'lot'] as const;
export type ValuationMethod = (typeof valuationMethods)[number];

/**
 * Places that are no warehouses. All but `transit` lie outside our walls: they have no stored balance
 * and no cost pool; theirs follow from the ledger, so that every SKU sums to zero over all places.
 * What is in `transit` is still ours: it has balances, and the cost pool `transit`.
 */
export const virtualPlaces = [
  'supplier',
  'customer',
  'adjustment',
  'transit',
  'production',
  'scrap',
  'opening',
  'payable',
  'exchange',
  'conversion',
  'writedown',
] as const;
export type VirtualPlace = (typeof virtualPlaces)[number];
export const isVirtual = (place: string): place is VirtualPlace =>
  (virtualPlaces as readonly string[]).includes(place);
const outside: ReadonlySet<string> = new Set(virtualPlaces.filter((place) => place !== 'transit'));
export const isOutside = (place: string): boolean => outside.has(place);

/** Cost pool of what is under way between two of our places. */
export const transitPool = 'transit';

/** What a document stated, from which a fact's quantity and value were computed. */
export interface EntryInput {
  /** Cost of the whole line, the landed cost, or the difference of a revaluation. */
  amount?: Minor;
  /** Cost of one base unit: stated for a movement, or the new standard cost of a revaluation. */
  unitCost?: Micro;
  /** Quantity that a count found. */
  counted?: Micro;
  /** Of a count in a pool of several places, whose layers are not told apart by place: what was there keeps its cost. */
  keepsCost?: true;
  /** Method that a change of method goes to. */
  method?: ValuationMethod;
  /** For a landed cost: `seq` of the receipt, and how much it received. Of an invoice the quantity, signed; of a write-down what there was. */
  of?: number;
  ofQuantity?: Micro;
  /** Of an invoice: the line of the receipt, where it names one. */
  ofLine?: string;
  /**
   * For what was produced: its part of the cost of all that the document consumed, and of what else
   * it cost, from `share[0]` to `share[1]` of `share[2]`.
   */
  share?: [from: Micro, upTo: Micro, whole: Micro];
  extra?: Minor;
  /** For a cost in foreign currency: as stated, and the rate of the day. */
  stated?: string;
  /** Last day of the lot, `YYYY-MM-DD`. */
  expiresOn?: string;
  /** When it was, where that lies in a closed period: it counts on the first day that is open. */
  dated?: string;
  /** Of what took the last of a lot from a place: what was known of it there. */
  left?: { since: string; expiresOn?: string };
}

/**
 * One movement of one SKU from one place to another. Never changed, never deleted. Its value left
 * `fromPool` and entered `toPool`: what a pool is worth is what its entries say, at any date.
 */
export interface LedgerEntry {
  sku: string;
  /** 1, 2, 3 … without a gap for each SKU. (sku, seq) identifies the entry. */
  seq: number;
  kind: EntryKind;
  from: string;
  to: string;
  /** Never negative; zero where only value moves. */
  quantity: Micro;
  /** Value that moved with it, in the valuation currency; of a derived entry the signed difference. */
  value: Minor;
  /** Cost pools that the value left and entered; empty for places outside, and for stock of others. */
  fromPool: string;
  toPool: string;
  lot: string;
  /** Status of what moved; `toStatus` where it changes on the way. */
  status: Status;
  toStatus?: Status;
  /** Whose it is, where it is not ours: such stock is counted and worth nothing to us. */
  owner: string;
  document: string;
  line: string;
  partner: string;
  reason: string;
  reference: string;
  /** Business time, RFC 3339 UTC with milliseconds. */
  at: string;
  /** Of a fact: where it stands among those of one instant (`rankOf`); '' of a derived entry. */
  rank: string;
  /** When we learnt it, the same format; never decreases within a SKU. */
  recordedAt: string;
  /** The message that caused it. */
  source: string;
  messageId: string;
  /** Who booked it: the actor of that message, or the job that found it to follow from others. */
  actor: string;
  input?: EntryInput | undefined;
  /** Of a derived entry: `seq` of the fact whose value or quantity it changes. */
  corrects?: number;
  /**
   * Of a derived entry: `seq` of the fact at whose time it stands and whose `at` it has. The same as
   * `corrects`, but for what a later fact does to an earlier one (a receipt that settles a shortage).
   */
  by?: number;
  /** The balances that it left and entered, right after it; only of our own places, and where it moved any. */
  fromAfter?: BalanceAfter | undefined;
  toAfter?: BalanceAfter | undefined;
  /** Version of the pack that holds it, whose hash covers it. */
  pack: number;
}

/** The document that a return refers to, and what cancels something like it; '' of all else. */
export const returnedTo = ({ kind, reference }: Pick<LedgerEntry, 'kind' | 'reference'>): string =>
  kind === 'return' || kind === 'cancel' ? reference : '';

export interface BalanceAfter {
  onHand: Micro;
  reserved: Micro;
}

/** Quantity of SKU × place × lot × status × owner. `lot` and `owner` are '' where there is none. */
export interface Balance {
  sku: string;
  place: string;
  lot: string;
  status: Status;
  owner: string;
  onHand: Micro;
  reserved: Micro;
  /** Last day of the lot, `YYYY-MM-DD`, and business time at which the lot first came; '' unknown. */
  expiresOn: string;
  since: string;
  /** `seq` of the entry that last changed what is on hand: of two states, the higher is the newer. */
  version: number;
}

/** Quantity and value of a SKU in one cost pool (a set of places that share costs). */
export interface CostPool {
  pool: string;
  /** Negative while more was issued than received. */
  quantity: Micro;
  value: Minor;
  /** Cost of one unit at the last receipt or issue; what a shortage is valued at. */
  lastCost: Micro;
  /** Reserved from the pool as a whole, not from one of its places. */
  reserved: Micro;
  /** It is here for what is reserved alone: nothing has ever moved, and it has no costs yet. */
  untouched?: true;
  /** It is short of more than are kept as layers: which they are follows from the entries. */
  manyShort?: true;
}

/**
 * What is left of one arrival in a pool, or, with negative quantity and value, a shortage that waits
 * for a receipt. Every method keeps them; those that do not cost by layer keep them at value zero.
 * Their order is that of (at, rank, seq, part).
 */
export interface CostLayer {
  sku: string;
  pool: string;
  /** Business time, entry, and number within it, of the arrival in this pool; its rank where it stands after others that came later. */
  at: string;
  rank: string;
  seq: number;
  part: number;
  /** Where it came from outside: business time (its age counts from it), and `seq` of that entry. */
  since: string;
  origin: number;
  /** Only where lots are valued by themselves. */
  lot: string;
  /** Of a shortage: the place that has the goods, a space, and the document that took them. */
  owed: string;
  quantity: Micro;
  value: Minor;
}

export interface CheckpointKey {
  sku: string;
  at: string;
  seq: number;
}

/** A SKU's cost pools and layers as they were after (at, rank, seq), to re-cost from there. */
export interface Checkpoint extends CheckpointKey {
  rank: string;
  /** All facts after (at, rank, seq) have a greater `seq` than this. */
  afterSeq: number;
  /** JSON text; `core/stock/` reads and writes it. */
  state: string;
}

export type NegativePolicy = 'allow' | 'deny';

export interface Item {
  sku: string;
  name: string;
  /** Base unit; empty while nobody named one. */
  unit: string;
  /** Other units by name: how many base units one is, as `12` or `1/1000`. */
  units: Record<string, string>;
  valuation: ValuationMethod;
  /** Cost of one base unit, where that is the method; before any receipt also what a shortage costs. */
  standardCost: Micro;
  tracking: 'none' | 'lot' | 'serial';
  /** Which lot goes first when a line names none: the one that expires first, or that came first. */
  picking: 'fefo' | 'fifo';
  /** Empty: as the place or the hub says. */
  negative: NegativePolicy | '';
  /** False: it belongs to a customer, is counted and worth nothing. */
  valued: boolean;
  /** Weight of one base unit, for splitting landed costs. */
  weight: Micro;
  barcode: string;
  group: string;
  attributes: Record<string, string>;
  /** When what is known of a field was so, where messages say that. */
  changed?: Marks;
}

export interface Location {
  location: string;
  name: string;
  kind: string;
  parent: string;
  attributes: Record<string, string>;
  /** When that was so, as `saidAsOf` of core/newest.ts; '' where nobody said it. */
  changed: string;
}

/** A SKU as a whole, after its last pack. Version 0 = not seen before. */
export interface SkuHead {
  sku: string;
  /** That of its last pack: grows by one with every commit that changes it. */
  version: number;
  /** `seq` of its last entry. */
  seq: number;
  item: Item | undefined;
  /** How it was valued before its first entry. */
  opening: { valuation: ValuationMethod; standardCost: Micro };
  pools: CostPool[];
  /** When its last pack was recorded. */
  recordedAt: string;
  /** Of the pack that made it so; '' of a SKU that was never seen. */
  hash: string;
  /**
   * Balances and layers of the last pack that stands alone; packs since, and how many they changed.
   */
  sinceBase: { rows: number; packs: number; changed: number };
  /** Latest `at` of its entries, and the last rank of its facts at that: a fact before them is backdated. */
  latestAt: string;
  latestRank: string;
  /** `seq` at its last checkpoint. */
  checkpointSeq: number;
  /** Set while facts from (at, rank, seq) on wait to be costed anew. */
  recost?: Recost;
  /** Receipts of which more is invoiced than has come; what comes by these numbers is worth what was invoiced. */
  ahead?: string[];
  /** What of its stock was written down. */
  written?: readonly WrittenDown[];
  /** Lots that had a last day have left the books: entries tell what it was. */
  lotsLeft?: true;
}

/** By how much the stock of a pool, or of a lot there, was written down at a position, less what was written up since; and of how many pieces. */
export interface WrittenDown {
  at: string;
  rank: string;
  seq: number;
  pool: string;
  lot: string;
  quantity: Micro;
  value: Minor;
}

/** Of a SKU that was never seen. */
export function emptyHead(sku: string): SkuHead {
  return {
    sku,
    version: 0,
    seq: 0,
    item: undefined,
    opening: { valuation: 'fifo', standardCost: 0n },
    pools: [],
    recordedAt: '',
    hash: '',
    sinceBase: { rows: 0, packs: 0, changed: 0 },
    latestAt: '',
    latestRank: '',
    checkpointSeq: 0,
  };
}

export interface Recost {
  /** Position from which values are not final. */
  at: string;
  rank: string;
  seq: number;
  /** Facts costed anew so far, and about how many there are. */
  done: number;
  total: number;
  /** Changed costs of what was produced, by `seq`, that wait to be taken in. */
  shifts: [seq: number, by: Minor][];
}

export type ReservationState = 'pending' | 'committed' | 'voided' | 'expired' | 'failed';

export interface ReservationLine {
  line: string;
  sku: string;
  /** Exactly one of the two is not empty. */
  place: string;
  pool: string;
  lot: string;
  quantity: Micro;
  /** Issued of it so far. */
  committed: Micro;
}

/** What a line of a pending reservation holds. */
export const heldOf = ({ quantity, committed }: ReservationLine): Micro => quantity - committed;

/** Stock held for somebody, in two phases; `id` is the caller's choice and unique for ever. */
export interface Reservation {
  id: string;
  /** Grows by one with every change; 0 = not there before. */
  version: number;
  state: ReservationState;
  at: string;
  /** From this moment on it holds nothing; '' never. */
  expiresAt: string;
  partner: string;
  reference: string;
  lines: ReservationLine[];
  /**
   * Messages about it, in order, with the code they were answered by: the one that made it and the
   * latest. What time alone did has no source and no message.
   */
  log: {
    action: string;
    result: string;
    source: string;
    messageId: string;
    actor: string;
    recordedAt: string;
    /** What was short, or the reason that the message gave. */
    reason?: string;
  }[];
}

/** Up to which business date the books are closed; one for the whole store. */
export interface Period {
  /** Grows by one with every change; 0 = never closed. */
  version: number;
  /** Last closed day `YYYY-MM-DD`; '' none. */
  closedThrough: string;
  log: {
    action: 'close' | 'reopen';
    through: string;
    reason: string;
    /** What stood in the way, where something did. */
    told?: ToldCounts;
    source: string;
    messageId: string;
    actor: string;
    recordedAt: string;
  }[];
}

/** Quantity of a SKU that is to come or to go: an open line of a purchase, transfer or sales order. */
export interface OpenOrder {
  document: string;
  line: string;
  kind: 'purchase' | 'transfer' | 'sale';
  sku: string;
  place: string;
  /** Still open; zero: done. */
  quantity: Micro;
  /** Day `YYYY-MM-DD` on which it is due. */
  due: string;
  /** When `stated` was open, as `saidAsOf` of core/newest.ts; '' where nobody said it. */
  changed: string;
  stated: Micro;
}

/** An event on its way out, as the commit that caused it wrote it. */
export interface OutboxRecord {
  id: string;
  topic: EventType;
  /** How many events `body` holds. */
  count: number;
  /** JSON text of an EventBatch; of what moved a MovedReference (core/relay/movedText.ts). */
  body: string;
}

/** One message that was booked, for ever: permanent and unique by (source, id). Rejected ones are
 *  not here, so that they can be corrected and sent again under the same id. */
export interface InboxRecord {
  source: string;
  id: string;
  contenthash: string;
  intakeId: string;
  recordedAt: string;
}

/** Identity of an applied batch; a batch that comes again is skipped only when it is the same. */
export const batchKey = (batch: { intakeId: string; index: number; digest: string }): string =>
  tupleKey(batch.intakeId, batch.index, batch.digest);

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
  /** Messages about reservations that were answered and booked nothing, by the code of the answer. */
  answers?: Record<string, number>;
  batches?: number;
}
