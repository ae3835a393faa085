import type { CostLayer } from '../../ledger.ts';
import type { UndoLog } from '../../UndoLog.ts';

/** Takes note of changes: how to undo them, and which layers the store is to hold anew. */
export interface Tracker {
  /** Shortages of a pool that are kept; of more, none. */
  readonly keptShortages: number;
  readonly undo: UndoLog;
  layer(layer: CostLayer, isNew: boolean): void;
}
