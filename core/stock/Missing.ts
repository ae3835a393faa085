import type { BalanceKey } from '../ports.ts';

/** Something that a decision turned out to need and that was not loaded. */
export type Need =
  | { head: string }
  | { balance: BalanceKey }
  /** All balances of a SKU, or those of one place or lot. */
  | { balances: { sku: string; place?: string; lot?: string } }
  /** Entries of a document by its number. */
  | { document: string }
  | { reservation: string }
  | { openOrder: string }
  /** SKUs that wait to be costed anew. */
  | { waiting: true }
  /** What a SKU's facts after a business time are, with the costs before them. */
  | { history: { sku: string; at: string } };

/** Thrown when a decision needs what was not loaded: load it, then decide again. */
export class Missing extends Error {
  readonly need: Need;

  constructor(need: Need) {
    super(`not loaded: ${JSON.stringify(need)}`);
    this.need = need;
  }
}
