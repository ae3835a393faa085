/** A case of what a document means: documents in, figures out. */
import type { StockPolicy } from '../../../core/stock/policy.ts';
import type { Doc } from '../../ledgerRig.ts';

/** What the books are to say after all documents; only what is named is compared. */
export interface Figures {
  /** `SKU pool`: `quantity @ value`. */
  pools?: Readonly<Record<string, string>>;
  /** Debits less credits, by purpose of the account. */
  accounts?: Readonly<Record<string, string>>;
  /** `account partner`: the balance of what accounts owe by partner, and of cost of sales, as `trial --by partner` has it. */
  partners?: Readonly<Record<string, string>>;
  /** `SKU place`: on hand. */
  stock?: Readonly<Record<string, string>>;
}

export interface Meaning {
  /** Unique; what the row in docs/valuation-choices.md is about, and the variant. */
  name: string;
  policy?: Partial<StockPolicy>;
  docs: readonly Doc[];
  /** Ids of their messages; left out, each has one of its own. */
  ids?: readonly string[];
  /** Codes with which the last document is refused; else it is booked, as all before it are. */
  refused?: string;
  figures?: Figures;
  /** The books do not give this yet. A case that does is to lose the mark. */
  pending?: true;
}
