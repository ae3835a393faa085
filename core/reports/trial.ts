import { formatFixed } from '../decimal.ts';
import type { LedgerEntry } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { LedgerFilter, Paged, RecordValue } from '../ports.ts';
import { Trial } from './figures/Trial.ts';
import { ItemGroups } from './itemGroups.ts';
import { listPages } from './pages.ts';
import { asOf, by, knownAt, onlyRecordedAfter, period, since, sku } from './parameters.ts';
import { type Posted, postingFinder } from './postings.ts';
import type { ReportBooks, ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, rare } from './ReportSpec.ts';
import { regroupedOf } from './regrouped.ts';

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
    period,
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
    { ...decimal('opening', 'Opening', 'Balance before the period; only of one.'), isRare: true },
    decimal('debit', 'Debit', 'Sum of all debits.'),
    decimal('credit', 'Credit', 'Sum of all credits.'),
    decimal('balance', 'Balance', 'Debit less credit: of a period, what moved in it.'),
    {
      ...decimal('closing', 'Closing', 'Balance at the end of the period; only of one.'),
      isRare: true,
    },
    column('currency', ''),
  ],
  totals: { amounts: ['opening', 'debit', 'credit', 'balance', 'closing'] },
  none: 'Nothing of that kind was posted.',
  examples: ['stockbus trial --as-of 2026-03-31', 'stockbus trial --period 2026-03 --by reason'],
  async *read(books, query, page) {
    const { currency, minorDigits } = books.policy;
    const part = parts.find((name) => name === query.by);
    const filter = filterOf(query, 'sku', 'since', 'asOf', 'knownAt', 'recordedAfter');
    const total = await totalOf(books, filter, part);
    const isOfPeriod = query.since !== undefined;
    const said = (amount: bigint): string => formatFixed(amount, minorDigits);
    const rows = total.lines().map(({ account, of, opening, debit, credit }): RecordValue => {
      const moved = debit - credit;
      return {
        account,
        ...Object.fromEntries(parts.map((name) => [name, name === part ? of : ''])),
        opening: isOfPeriod ? said(opening) : '',
        ...{ debit: said(debit), credit: said(credit), balance: said(moved) },
        closing: isOfPeriod ? said(opening + moved) : '',
        currency,
      };
    });
    yield* listPages(rows, page);
  },
};

async function totalOf(
  books: ReportBooks,
  { since: start, ...filter }: LedgerFilter,
  part: (typeof parts)[number] | undefined,
): Promise<Trial> {
  const total = new Trial();
  const { store, policy } = books;
  const groups = new ItemGroups(store, policy.zone, filter.knownAt);
  const find = postingFinder(store, policy, groups, part ? [part] : []);
  const add = ({ posting, by: of }: Posted, at: string): void =>
    total.add(posting, part ? of.map((one) => one[part]) : [], start !== undefined && at < start);
  let next: string | undefined;
  do {
    const page: Paged<LedgerEntry> = await store.ledger(filter, {
      limit: limits.pageRows,
      ...(next === undefined ? {} : { after: next }),
    });
    for (const entry of page.rows) {
      const found = find(entry, page.rows);
      const posted = found instanceof Promise ? await found : found;
      if (posted) add(posted, entry.at);
    }
    next = page.next;
  } while (next !== undefined);
  for await (const one of regroupedOf(books, groups, filter, part === 'group')) add(one, one.at);
  return total;
}
