import { formatFixed } from '../decimal.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { Page, RecordValue } from '../ports.ts';
import { postsNothing } from '../stock/journal.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { businessDay } from './businessDay.ts';
import { ItemGroups } from './itemGroups.ts';
import { expandedPages, pagesThen } from './pages.ts';
import {
  asOf,
  document,
  knownAt,
  ofAccount,
  onlyRecordedAfter,
  period,
  since,
  sku,
} from './parameters.ts';
import { type Posted, postingFinder } from './postings.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, inTime, onDay, rare } from './ReportSpec.ts';
import { type Regrouped, regroupedOf } from './regrouped.ts';

export const journal: ReportSpec = {
  name: 'journal',
  about:
    'Shows what each movement and each correction posts to the accounts: a debit and a credit of the same amount.',
  parameters: [sku, document, ofAccount, period, since, asOf, knownAt, onlyRecordedAfter],
  columns: [
    column(
      'posting',
      'Posting',
      'SKU and number of the ledger entry, or SKU, day and pool of a change of group; the same on both of its lines.',
    ),
    onDay(column('day', 'Day', 'Date of the posting, in `stock.zone`.')),
    inTime(column('at', 'Business time')),
    inTime(hidden('recordedAt', 'When it was learnt.')),
    column('document', 'Document'),
    column('line', 'Line'),
    hidden('sku'),
    column('kind', 'Kind'),
    column('account', 'Account'),
    decimal('debit', 'Debit', 'Never negative; 0 on the line of the credit.'),
    decimal('credit', 'Credit', 'Never negative; 0 on the line of the debit.'),
    column('currency', ''),
    rare('corrects', 'Corrects', 'Posting whose value it changes or takes back.'),
    rare(
      'reason',
      'Reason',
      'As the document states it; of a correction, that of what it corrects.',
    ),
    rare('group', 'Group', 'Item group, as it is now; of a closed period, as it was then.'),
    rare(
      'partner',
      'Partner',
      'Of the document; of a correction, that of what it corrects; of a cost that comes late, who sent that.',
    ),
    hidden('note', 'What a correction says of itself.'),
  ],
  totals: { amounts: ['debit', 'credit'] },
  none: 'Nothing of that kind was posted.',
  examples: [
    'stockbus journal --since 2026-03-01 --as-of 2026-03-31 --format csv',
    'stockbus journal --document WE-26-0311',
    'stockbus journal --account 5200 --period 2026-03',
  ],
  read(books, query, page) {
    const { store, policy } = books;
    const groups = new ItemGroups(store, policy.zone, query.knownAt);
    const filter = filterOf(query, 'sku', 'document', 'since', 'asOf', 'knownAt', 'recordedAfter');
    const find = postingFinder(store, policy, groups, ['group', 'reason', 'partner']);
    const { account: asked } = query;
    const isAsked = ({ account }: RecordValue): boolean =>
      asked === undefined || account === asked || String(account).split(' ')[0] === asked;
    const entries = (each: Page) =>
      expandedPages(
        {
          fetch: (each) => store.ledger(filter, each),
          keyOf: (entry) => [entry.sku, entry.seq],
          isEmpty: postsNothing,
          async expand(entry, around) {
            const posted = await find(entry, around);
            return posted ? journalRows(entry, posted, policy).filter(isAsked) : [];
          },
        },
        each,
      );
    const regrouped = async (): Promise<RecordValue[]> => {
      const moved = await Array.fromAsync(regroupedOf(books, groups, filter));
      return moved.flatMap((one) => regroupedRows(one, policy)).filter(isAsked);
    };
    return pagesThen(entries, regrouped, page);
  },
};

/** An item goes over to another group after a closing: no entry does that. */
const regroupedRows = (
  { sku: of, pool, at, posting, by }: Regrouped,
  policy: StockPolicy,
): RecordValue[] =>
  posting.map(({ account, debit, credit }, index) => ({
    posting: `${of}@${businessDay(policy, at)} ${pool}`,
    ...{ day: businessDay(policy, at), at, recordedAt: '', document: '', line: '' },
    ...{ sku: of, kind: 'regroup', account },
    debit: formatFixed(debit, policy.minorDigits),
    credit: formatFixed(credit, policy.minorDigits),
    ...{ currency: policy.currency, corrects: '', ...by[index]!, note: '' },
  }));

function journalRows(
  entry: LedgerEntry,
  { posting, by }: Posted,
  policy: StockPolicy,
): RecordValue[] {
  const { currency, minorDigits } = policy;
  const { sku: of, corrects } = entry;
  return posting.map(({ account, debit, credit }, index) => ({
    posting: `${of}#${entry.seq}`,
    day: businessDay(policy, entry.at),
    at: entry.at,
    recordedAt: entry.recordedAt,
    document: entry.document,
    line: entry.line,
    sku: of,
    kind: entry.kind,
    account,
    debit: formatFixed(debit, minorDigits),
    credit: formatFixed(credit, minorDigits),
    currency,
    corrects: corrects === undefined ? '' : `${of}#${corrects}`,
    ...by[index]!,
    note: corrects === undefined ? '' : entry.reason,
  }));
}
