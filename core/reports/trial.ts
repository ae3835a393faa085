import { formatFixed } from '../decimal.ts';
import type { LedgerEntry } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { LedgerFilter, Paged, RecordValue } from '../ports.ts';
import { Trial } from './figures/Trial.ts';
import { listPages } from './pages.ts';
import { asOf, knownAt, onlyRecordedAfter, since, sku } from './parameters.ts';
import { postingFinder } from './postings.ts';
import type { ReportBooks, ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf } from './ReportSpec.ts';

export const trial: ReportSpec = {
  name: 'trial',
  about: 'Totals the journal by account; the balance of the inventory accounts is the valuation.',
  parameters: [sku, since, asOf, knownAt, onlyRecordedAfter],
  columns: [
    column('account', 'Account'),
    decimal('debit', 'Debit', 'Sum of all debits.'),
    decimal('credit', 'Credit', 'Sum of all credits.'),
    decimal('balance', 'Balance', 'Debit less credit.'),
    column('currency', ''),
  ],
  totals: { amounts: ['debit', 'credit', 'balance'] },
  none: 'Nothing of that kind was posted.',
  examples: ['stockbus trial --as-of 2026-03-31'],
  async *read(books, query, page) {
    const { currency, minorDigits } = books.policy;
    const total = await totalOf(
      books,
      filterOf(query, 'sku', 'since', 'asOf', 'knownAt', 'recordedAfter'),
    );
    const rows = total.lines().map(
      ({ account, debit, credit }): RecordValue => ({
        account,
        debit: formatFixed(debit, minorDigits),
        credit: formatFixed(credit, minorDigits),
        balance: formatFixed(debit - credit, minorDigits),
        currency,
      }),
    );
    yield* listPages(rows, page);
  },
};

async function totalOf({ store, policy }: ReportBooks, filter: LedgerFilter): Promise<Trial> {
  const total = new Trial();
  const find = postingFinder(store, policy.accounts);
  let next: string | undefined;
  do {
    const page: Paged<LedgerEntry> = await store.ledger(filter, {
      limit: limits.pageRows,
      ...(next === undefined ? {} : { after: next }),
    });
    for (const [index, entry] of page.rows.entries()) {
      const found = find(entry, index, page.rows);
      const posting = found instanceof Promise ? await found : found;
      if (posting) total.add(posting);
    }
    next = page.next;
  } while (next !== undefined);
  return total;
}
