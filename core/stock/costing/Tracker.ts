import type { CostLayer, ValuationMethod } from '../../ledger.ts';

/** Takes note of changes: how to undo them, and which layers the store is to hold anew. */
export interface Tracker {
  undo(back: () => void): void;
  layer(layer: CostLayer): void;
}

/** The SKU that a pool is of. */
export interface PoolOwner {
  readonly sku: string;
  readonly minorDigits: number;
  /** Of pools that are made from now on. */
  readonly method: ValuationMethod;
  readonly standardCost: bigint;
  readonly tracker: Tracker | undefined;
}
