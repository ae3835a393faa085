import { formatDecimal } from '../decimal.ts';
import type { RecordValue } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { businessDay } from './businessDay.ts';
import { listPages } from './pages.ts';
import { asOf, sku } from './parameters.ts';
import { column, decimal, hidden, inTime, onDay, type ReportSpec } from './ReportSpec.ts';
import { meetHead, type ShortGoods, type ShortSkus, shortagesOf } from './shortages.ts';

export const uncosted: ReportSpec = {
  name: 'uncosted',
  about:
    'Shows what left at 0.00 when it was not there and nobody knew a cost, and has not come since.',
  parameters: [sku, asOf],
  columns: [
    column('sku', 'SKU'),
    column('pool', 'Pool'),
    column('document', 'Document', 'That took it.'),
    onDay(column('day', 'Day', 'Of the business time, in `stock.zone`.')),
    inTime(hidden('at', 'Business time.')),
    decimal('quantity', 'Quantity', 'So much of it has not come.'),
  ],
  none: 'Nothing that is short left at 0.00.',
  examples: ['stockbus uncosted', 'stockbus uncosted --as-of 2026-03-31'],
  async *read({ store, policy, now }, query, page) {
    const short: ShortSkus = { atStandard: new Map(), shortOfMany: [] };
    for await (const head of rowsOf((each) => store.heads(each))) meetHead(short, head);
    const shortages = await shortagesOf(store, short, policy.minorDigits, query.asOf ?? now);
    const asked = shortages.filter((one) => one.isUncosted && one.sku === (query.sku ?? one.sku));
    yield* listPages(
      asked.map((shortage) => rowOf(shortage, policy)),
      page,
    );
  },
};

const rowOf = (
  { sku: of, pool, document, at, quantity }: ShortGoods,
  policy: StockPolicy,
): RecordValue => ({
  ...{ sku: of, pool, document, day: businessDay(policy, at), at },
  quantity: formatDecimal(-quantity),
});
