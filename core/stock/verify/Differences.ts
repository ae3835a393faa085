/** What was compared, as a stable name. */
export type VerifyCheck =
  | 'sequence'
  | 'recorded-at'
  | 'chain'
  | 'entry'
  | 'zero-sum'
  | 'head'
  | 'balance'
  | 'reserved'
  | 'pool'
  | 'layers'
  | 'cost'
  | 'checkpoint'
  | 'closing'
  | 'production'
  | 'journal'
  | 'inbox'
  | 'digest';

export interface Difference {
  sku: string;
  check: VerifyCheck;
  /** One sentence with the stored figure and the one that the ledger gives. */
  message: string;
}

/** A SKU with more differences than this is broken as a whole; the rest would only repeat it. */
const MAX_DIFFERENCES = 50;

/** Differences of one SKU, up to a bound. */
export class Differences {
  readonly sku: string;
  readonly list: Difference[] = [];

  constructor(sku: string) {
    this.sku = sku;
  }

  report(check: VerifyCheck, message: string): void {
    if (this.list.length < MAX_DIFFERENCES) this.list.push({ sku: this.sku, check, message });
  }
}
