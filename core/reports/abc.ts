import { formatDecimal, formatFixed } from '../decimal.ts';
import type { RecordValue } from '../ports.ts';
import { calendarOf, daysAfter } from '../zone.ts';
import type { AbcRow, Usage } from './figures/abc.ts';
import { abcOf } from './figures/abc.ts';
import { usageOf } from './figures/usage.ts';
import { listPages } from './pages.ts';
import { asOf, days, knownAt, shares, since } from './parameters.ts';
import type { ReportBooks, ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf } from './ReportSpec.ts';
import { skuGroups } from './skuPages.ts';
import { ledgerSource } from './sources.ts';

const DEFAULT_DAYS = 365;
const DEFAULT_SHARES = [80, 15, 5];

export const abc: ReportSpec = {
  name: 'abc',
  about:
    'Ranks SKUs by the value of what was issued of them over a period: the few that make most of it are A.',
  parameters: [
    shares,
    days(`The period: so many days up to the date. Default: ${DEFAULT_DAYS}.`),
    since,
    asOf,
    knownAt,
  ],
  columns: [
    decimal('rank', 'Rank', 'From the greatest value on.'),
    column('sku', 'SKU'),
    column('class', 'Class', 'A, B or C.'),
    decimal('quantity', 'Quantity', 'Issued to customers and into production.'),
    decimal('value', 'Value', 'What that cost, with all corrections, in `currency`.'),
    column('currency', ''),
    decimal('share', '%', 'Percentage of the value of all issues.'),
    decimal('runningShare', 'Up to here %', 'Sum of the percentages up to this rank.'),
  ],
  none: 'Nothing was issued in that period.',
  examples: [
    'stockbus abc --since 2026-01-01 --as-of 2026-03-31',
    'stockbus abc --days 90 --shares 70,20,10',
  ],
  async *read(books, query, page) {
    const { days: length = DEFAULT_DAYS, asOf: until = books.now } = query;
    const calendar = calendarOf(books.policy.zone);
    const start = calendar.startOf(daysAfter(calendar.dayOf(until), 1 - length));
    const filter = { since: start, asOf: until, ...filterOf(query, 'since', 'knownAt') };
    const usages: Usage[] = [];
    for await (const { sku, rows } of skuGroups(ledgerSource(books.store, filter))) {
      const used = rows.map(usageOf).filter((use) => use !== undefined);
      if (used.length === 0) continue;
      const quantity = used.reduce((sum, use) => sum + use.quantity, 0n);
      const value = used.reduce((sum, use) => sum + use.value, 0n);
      if (quantity !== 0n || value !== 0n) usages.push({ sku, quantity, value });
    }
    const rows = abcOf(usages, query.shares ?? DEFAULT_SHARES).map((row) => abcRow(row, books));
    yield* listPages(rows, page);
  },
};

const abcRow = (
  { rank, sku, class: letter, quantity, value, share, runningShare }: AbcRow,
  { policy }: ReportBooks,
): RecordValue => ({
  rank: String(rank),
  sku,
  class: letter,
  quantity: formatDecimal(quantity),
  value: formatFixed(value, policy.minorDigits),
  currency: policy.currency,
  share: formatFixed(share, 2),
  runningShare: formatFixed(runningShare, 2),
});
