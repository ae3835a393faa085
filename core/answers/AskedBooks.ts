import type { Books } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';

/** The books that flows ask, and the rules by which they are read. */
export interface AskedBooks {
  store: Books;
  policy: StockPolicy;
}
