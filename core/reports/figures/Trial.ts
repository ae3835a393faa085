import type { Minor } from '../../decimal.ts';
import { compareUtf8 } from '../../order.ts';
import type { Posting, PostingLine } from '../../stock/journal.ts';

/** The total of an account, and of what part of it. */
export interface TrialLine extends PostingLine {
  of: string;
  /** Debits less credits of what was before. */
  opening: Minor;
}

type Amounts = Pick<TrialLine, 'opening' | 'debit' | 'credit'>;

/** Totals by account, and by what its postings are told apart by, over any number of postings. */
export class Trial {
  readonly #totals = new Map<string, Map<string, Amounts>>();

  /** Of what part its debit is, and its credit; `isBefore` the period that is asked for. */
  add(posting: Posting, parts: readonly string[] = [], isBefore = false): void {
    for (const [index, { account, debit, credit }] of posting.entries()) {
      const total = this.#totalOf(account, parts[index] ?? '');
      if (isBefore) total.opening += debit - credit;
      else {
        total.debit += debit;
        total.credit += credit;
      }
    }
  }

  #totalOf(account: string, of: string): Amounts {
    const parts = this.#totals.get(account) ?? new Map<string, Amounts>();
    const total = parts.get(of) ?? { opening: 0n, debit: 0n, credit: 0n };
    this.#totals.set(account, parts.set(of, total));
    return total;
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
