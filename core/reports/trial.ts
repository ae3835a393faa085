import { formatFixed } from '../decimal.ts';
import type { LedgerEntry } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { LedgerFilter, Paged, RecordValue } from '../ports.ts';
import { Trial } from './figures/Trial.ts';
import { listPages } from './pages.ts';
import { asOf, by, knownAt, onlyRecordedAfter, since, sku } from './parameters.ts';
import { postingFinder } from './postings.ts';
import type { ReportBooks, ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, rare } from './ReportSpec.ts';

/** What an account can be told apart by. */
const parts = ['group', 'reason', 'partner'] as const;

export const trial: ReportSpec = {
  name: 'trial',
  about: 'Totals the journal by account; the balance of the inventory accounts is the valuation.',
  parameters: [
    sku,
    by('A row for each account, or for each of its item groups, reasons or partners.', [
      'account',
      ...parts,
    ]),
    since,
    asOf,
    knownAt,
    onlyRecordedAfter,
  ],
  columns: [
    column('account', 'Account'),
    rare('group', 'Group', 'Only by group.'),
    rare('reason', 'Reason', 'Only by reason; of corrections, that of what they correct.'),
    rare(
      'partner',
      'Partner',
      'Only by partner; of corrections, that of what they correct; of a cost that comes late, who sent that.',
    ),
    decimal('debit', 'Debit', 'Sum of all debits.'),
    decimal('credit', 'Credit', 'Sum of all credits.'),
    decimal('balance', 'Balance', 'Debit less credit.'),
    column('currency', ''),
  ],
  totals: { amounts: ['debit', 'credit', 'balance'] },
  none: 'Nothing of that kind was posted.',
  examples: [
    'stockbus trial --as-of 2026-03-31',
    'stockbus trial --since 2026-03-01 --as-of 2026-03-31 --by reason',
  ],
  async *read(books, query, page) {
    const { currency, minorDigits } = books.policy;
    const part = parts.find((name) => name === query.by);
    const filter = filterOf(query, 'sku', 'since', 'asOf', 'knownAt', 'recordedAfter');
    const total = await totalOf(books, filter, part);
    const rows = total.lines().map(
      ({ account, of, debit, credit }): RecordValue => ({
        account,
        ...Object.fromEntries(parts.map((name) => [name, name === part ? of : ''])),
        debit: formatFixed(debit, minorDigits),
        credit: formatFixed(credit, minorDigits),
        balance: formatFixed(debit - credit, minorDigits),
        currency,
      }),
    );
    yield* listPages(rows, page);
  },
};

async function totalOf(
  { store, policy }: ReportBooks,
  filter: LedgerFilter,
  part: (typeof parts)[number] | undefined,
): Promise<Trial> {
  const total = new Trial();
  const find = postingFinder(store, policy, filter.knownAt, part ? [part] : []);
  let next: string | undefined;
  do {
    const page: Paged<LedgerEntry> = await store.ledger(filter, {
      limit: limits.pageRows,
      ...(next === undefined ? {} : { after: next }),
    });
    for (const [index, entry] of page.rows.entries()) {
      const found = find(entry, index, page.rows);
      const posted = found instanceof Promise ? await found : found;
      if (posted) total.add(posted.posting, part ? posted.by.map((of) => of[part]) : []);
    }
    next = page.next;
  } while (next !== undefined);
  return total;
}
