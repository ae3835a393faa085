import type { CostLayer, ValuationMethod } from '../../ledger.ts';
import type { UndoLog } from '../../UndoLog.ts';

/** Takes note of changes: how to undo them, and which layers the store is to hold anew. */
export interface Tracker {
  /** Shortages of a pool that are kept; of more, none. */
  readonly keptShortages: number;
  readonly undo: UndoLog;
  layer(layer: CostLayer, isNew: boolean): void;
}

/** The SKU that a pool is of. */
export interface PoolOwner {
  readonly sku: string;
  readonly minorDigits: number;
  /** Of pools that are made from now on. */
  readonly method: ValuationMethod;
  readonly standardCost: bigint;
  readonly tracker: Tracker | undefined;
  /** True while what it costs is to be found anew in any case. */
  readonly isProvisional: boolean;
}
