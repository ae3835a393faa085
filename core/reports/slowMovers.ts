import { formatDecimal, formatFixed } from '../decimal.ts';
import { calendarOf, daysAfter, daysBetween } from '../zone.ts';
import { businessDay } from './businessDay.ts';
import { activityOf } from './figures/activity.ts';
import { asOf, days, knownAt, sku } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, inTime, onDay } from './ReportSpec.ts';
import { allRows, skuPages } from './skuPages.ts';
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
    onDay(column('lastIssueDay', 'Last issue', 'In `stock.zone`; empty where there was none.')),
    onDay(column('firstReceiptDay', 'First came', 'In `stock.zone`.')),
    inTime(hidden('lastIssue', 'Business time of the last issue.')),
    inTime(hidden('firstReceipt', 'Business time at which it first came.')),
  ],
  totals: { amounts: ['value'], quantities: ['quantity'] },
  none: 'Everything that lies there was issued lately.',
  examples: ['stockbus slow-movers --days 180 --as-of 2026-03-31'],
  read({ store, policy, now }, query, page) {
    const filter = filterOf(query, 'sku', 'asOf', 'knownAt');
    const { days: least = DEFAULT_DAYS, asOf: until = now } = query;
    const calendar = calendarOf(policy.zone);
    const recently = calendar.startOf(daysAfter(calendar.dayOf(until), 1 - least));
    return skuPages(
      {
        sources: {
          pools: valuationSource(store, filter),
          // Most SKUs are issued now and then: only of those that were not is all history read.
          recent: ledgerSource(store, { ...filter, since: recently }),
        },
        async shape(of, { pools, recent }) {
          const quantity = pools.reduce((sum, pool) => sum + pool.quantity, 0n);
          if (quantity <= 0n || activityOf(recent).lastIssue !== '') return [];
          const { lastIssue, firstReceipt } = activityOf(
            await allRows(ledgerSource(store, { ...filter, sku: of }).fetch),
          );
          const idleDays = daysBetween(lastIssue || firstReceipt, until, calendar);
          if (idleDays < least) return [];
          const value = pools.reduce((sum, pool) => sum + pool.value, 0n);
          return [
            {
              sku: of,
              quantity: formatDecimal(quantity),
              value: formatFixed(value, policy.minorDigits),
              currency: policy.currency,
              idleDays: String(idleDays),
              lastIssueDay: businessDay(policy, lastIssue),
              firstReceiptDay: businessDay(policy, firstReceipt),
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
