import type { Minor } from '../../decimal.ts';
import { compareUtf8 } from '../../order.ts';
import type { Posting, PostingLine } from '../../stock/journal.ts';

/** The total of an account, and of what part of it. */
export interface TrialLine extends PostingLine {
  of: string;
}

/** Totals by account, and by what its postings are told apart by, over any number of postings. */
export class Trial {
  readonly #totals = new Map<string, Map<string, { debit: Minor; credit: Minor }>>();

  /** Of what part its debit is, and its credit. */
  add(posting: Posting, parts: readonly string[] = []): void {
    for (const [index, { account, debit, credit }] of posting.entries()) {
      const of = parts[index] ?? '';
      const known = this.#totals.get(account) ?? new Map<string, { debit: Minor; credit: Minor }>();
      const total = known.get(of);
      if (total) {
        total.debit += debit;
        total.credit += credit;
      } else this.#totals.set(account, known.set(of, { debit, credit }));
    }
  }

  /** By account, then by part. */
  lines(): TrialLine[] {
    return [...this.#totals]
      .flatMap(([account, parts]) =>
        [...parts].map(([of, total]): TrialLine => ({ account, of, ...total })),
      )
      .sort(
        (one, other) => compareUtf8(one.account, other.account) || compareUtf8(one.of, other.of),
      );
  }
}
