import { formatFixed } from '../decimal.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { RecordValue } from '../ports.ts';
import type { Posting } from '../stock/journal.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { businessDay } from './businessDay.ts';
import { expandedPages } from './pages.ts';
import { asOf, document, knownAt, onlyRecordedAfter, since, sku } from './parameters.ts';
import { postingFinder } from './postings.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, rare } from './ReportSpec.ts';

export const journal: ReportSpec = {
  name: 'journal',
  about:
    'Shows what each movement and each correction posts to the accounts: a debit and a credit of the same amount.',
  parameters: [sku, document, since, asOf, knownAt, onlyRecordedAfter],
  columns: [
    column(
      'posting',
      'Posting',
      'SKU and number of the ledger entry; the same on both of its lines.',
    ),
    column('day', 'Day', 'Date of the posting, in `stock.zone`.'),
    column('at', 'Business time'),
    hidden('recordedAt', 'When it was learnt.'),
    column('document', 'Document'),
    column('line', 'Line'),
    hidden('sku'),
    column('kind', 'Kind'),
    column('account', 'Account'),
    decimal('debit', 'Debit', 'Never negative; 0 on the line of the credit.'),
    decimal('credit', 'Credit', 'Never negative; 0 on the line of the debit.'),
    column('currency', ''),
    rare('corrects', 'Corrects', 'Posting whose value it changes or takes back.'),
    rare('reason', 'Reason'),
  ],
  totals: { amounts: ['debit', 'credit'] },
  none: 'Nothing of that kind was posted.',
  examples: [
    'stockbus journal --since 2026-03-01 --as-of 2026-03-31 --format csv',
    'stockbus journal --document WE-26-0311',
  ],
  read({ store, policy }, query, page) {
    const filter = filterOf(query, 'sku', 'document', 'since', 'asOf', 'knownAt', 'recordedAfter');
    const find = postingFinder(store, policy.accounts);
    return expandedPages(
      {
        fetch: (each) => store.ledger(filter, each),
        keyOf: (entry) => [entry.sku, entry.seq],
        async expand(entry, index, around) {
          const posting = await find(entry, index, around);
          return posting ? journalRows(entry, posting, policy) : [];
        },
      },
      page,
    );
  },
};

function journalRows(entry: LedgerEntry, posting: Posting, policy: StockPolicy): RecordValue[] {
  const { currency, minorDigits } = policy;
  const { sku: of, corrects } = entry;
  return posting.map(({ account, debit, credit }) => ({
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
    reason: entry.reason,
  }));
}
