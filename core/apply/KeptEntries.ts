import type { LedgerEntry } from '../ledger.ts';

/** Entries of one SKU that were read before. The ledger only grows, so what was read stays true. */
export class KeptEntries {
  readonly sku: string;
  /** `seq` of the last entry before those kept. */
  #before = 0;
  #entries: readonly LedgerEntry[] = [];

  constructor(sku: string) {
    this.sku = sku;
  }

  /** Those after `seq`, as far as they are kept; none where the next is not. */
  after(seq: number): LedgerEntry[] {
    return seq < this.#before ? [] : this.#entries.slice(seq - this.#before);
  }

  /** All that follow `before`, without a gap. */
  keep(before: number, entries: readonly LedgerEntry[]): void {
    this.#before = before;
    this.#entries = entries;
  }
}
