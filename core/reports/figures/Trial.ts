import type { Minor } from '../../decimal.ts';
import type { Posting, PostingLine } from '../../stock/journal.ts';

/** Totals by account, over any number of postings. */
export class Trial {
  readonly #totals = new Map<string, { debit: Minor; credit: Minor }>();

  add(posting: Posting): void {
    for (const { account, debit, credit } of posting) {
      const total = this.#totals.get(account);
      if (total) {
        total.debit += debit;
        total.credit += credit;
      } else this.#totals.set(account, { debit, credit });
    }
  }

  /** By account. */
  lines(): PostingLine[] {
    return [...this.#totals]
      .map(([account, total]) => ({ account, ...total }))
      .sort((one, other) => (one.account < other.account ? -1 : 1));
  }
}
