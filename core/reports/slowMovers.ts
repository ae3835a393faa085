import { formatDecimal, formatFixed } from '../decimal.ts';
import { daysBetween } from '../stock/ageing.ts';
import { activityOf } from '../stock/reports/activity.ts';
import { asOf, days, knownAt, sku } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf } from './ReportSpec.ts';
import { skuPages } from './skuPages.ts';
import { ledgerSource, valuationSource } from './sources.ts';

const DEFAULT_DAYS = 90;

export const slowMovers: ReportSpec = {
  name: 'slow-movers',
  about: 'Shows what lies there and was not issued for a while: to no customer, into no product.',
  parameters: [
    sku,
    days(`Not issued for so many days at least. Default: ${DEFAULT_DAYS}.`),
    asOf,
    knownAt,
  ],
  columns: [
    column('sku', 'SKU'),
    decimal('quantity', 'Quantity', 'Our own stock.'),
    decimal('value', 'Value', 'Its value, in `currency`.'),
    column('currency', ''),
    decimal('idleDays', 'Days', 'Since the last issue; where there was none, since it first came.'),
    column('lastIssue', 'Last issue', 'Empty where there was none.'),
    column('firstReceipt', 'First came'),
  ],
  none: 'Everything that lies there was issued lately.',
  examples: ['stockbus slow-movers --days 180 --as-of 2026-03-31'],
  read({ store, policy, now }, query, page) {
    const filter = filterOf(query, 'sku', 'asOf', 'knownAt');
    const { days: least = DEFAULT_DAYS, asOf: until = now } = query;
    const sources = {
      pools: valuationSource(store, filter),
      entries: ledgerSource(store, filter),
    };
    return skuPages(
      {
        sources,
        shape(of, { pools, entries }) {
          const quantity = pools.reduce((sum, pool) => sum + pool.quantity, 0n);
          const value = pools.reduce((sum, pool) => sum + pool.value, 0n);
          if (quantity <= 0n) return [];
          const { lastIssue, firstReceipt } = activityOf(entries);
          const idleDays = daysBetween(lastIssue || firstReceipt, until);
          if (idleDays < least) return [];
          return [
            {
              sku: of,
              quantity: formatDecimal(quantity),
              value: formatFixed(value, policy.minorDigits),
              currency: policy.currency,
              idleDays: String(idleDays),
              lastIssue,
              firstReceipt,
            },
          ];
        },
      },
      page,
    );
  },
};
