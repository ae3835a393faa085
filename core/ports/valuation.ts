/** A valuation method says what stock costs. Pure. */
import type { CostLayer, ValuationMethod } from '../ledger.ts';

/** A piece of stock with its cost, on its way out of one pool and perhaps into another. */
export interface CostSlice {
  quantity: bigint;
  value: bigint;
  /** Where it came from outside: business time, and `seq` of that entry. */
  since: string;
  origin: number;
}

/** What a method may look at when stock leaves. */
export interface Take {
  quantity: bigint;
  lot: string;
  /** Prefer what came by these entries (a return to the supplier names its receipt). */
  origins?: ReadonlySet<number>;
  /** Prefer what this document shipped. */
  shipment?: string;
  /** Prefer layers of exactly this cost. */
  unitCost?: bigint;
  /** What it is known to have cost; for methods without layers. */
  value?: bigint;
}

export interface Arrival {
  at: string;
  rank: string;
  seq: number;
  lot: string;
  document: string;
}

/** A pool as a method sees it. The caller keeps its quantity and value; a method moves layers. */
export interface PoolView {
  readonly quantity: bigint;
  readonly value: bigint;
  readonly minorDigits: number;
  /** Of layers with stock in them, oldest first; a layer may be taken while it is visited. */
  oldest(): Iterable<CostLayer>;
  newest(): Iterable<CostLayer>;
  /** Those with the stock of a lot, oldest first, for methods that value each by itself. */
  layersOf(lot: string): CostLayer[];
  /** By so much more, or less; one that is empty then is gone. */
  changeLayer(layer: CostLayer, quantity: bigint, value: bigint): void;
  add(slice: CostSlice, value: bigint, arrival: Arrival): void;
}

export interface Valuation {
  readonly name: ValuationMethod;
  readonly about: string;
  /** True where layers carry value; else the pool does. */
  readonly layered: boolean;
  /** True where what came last leaves first. */
  readonly isNewestFirst?: boolean;
  /** True where each lot is valued by itself. */
  readonly byLot?: boolean;
  /** For a fixed cost: what a pool that holds `quantity` is worth, whatever came and went. */
  worth?(quantity: bigint, unitCost: bigint, minorDigits: number): bigint;
  /** Takes `quantity` out of a pool (or lot) that holds at least so much, with its value. */
  take(pool: PoolView, take: Take): CostSlice[];
  /** Adds stock that arrives; shortages were settled before. */
  put(pool: PoolView, slices: readonly CostSlice[], arrival: Arrival): void;
}
