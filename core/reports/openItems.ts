import { formatDecimal, formatFixed } from '../decimal.ts';
import type { RecordValue } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { calendarOf, daysBetween } from '../zone.ts';
import { businessDay } from './businessDay.ts';
import { type OpenItem, openItemsOf } from './figures/openItems.ts';
import { asOf, knownAt, partner, sku } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, inTime, onDay } from './ReportSpec.ts';
import { skuPages } from './skuPages.ts';
import { ledgerSource } from './sources.ts';

const amounts = ['received', 'invoiced', 'returned', 'open'] as const;
const abouts: Readonly<Record<(typeof amounts)[number], string>> = {
  received: 'What came.',
  invoiced: 'What of it is invoiced, or of what is still to come.',
  returned: 'What went back before it was invoiced.',
  open: 'What is still to be invoiced; below zero, what is invoiced and has not come.',
};
const titles = { received: 'Received', invoiced: 'Invoiced', returned: 'Returned', open: 'Open' };

export const openItems: ReportSpec = {
  name: 'open-items',
  about:
    'Shows goods received and not invoiced, by receipt and supplier; what is open sums to the account of goods received, not invoiced.',
  parameters: [sku, { ...partner, about: 'Only receipts of this supplier.' }, asOf, knownAt],
  columns: [
    column('sku', 'SKU'),
    column('receipt', 'Receipt', 'Number of the receipt; of a return without a reference its own.'),
    column('partner', 'Supplier'),
    onDay(
      column(
        'day',
        'Day',
        'On which it came, in `stock.zone`, or was invoiced where nothing came.',
      ),
    ),
    decimal('days', 'Days', 'Since then.'),
    ...amounts.map((name) => decimal(`${name}Quantity`, titles[name], abouts[name])),
    ...amounts.map((name) =>
      decimal(`${name}Value`, `${titles[name]} value`, `${abouts[name]} In \`currency\`.`),
    ),
    column('currency', ''),
    inTime(hidden('since', 'Business time at which it came, or was invoiced where nothing came.')),
  ],
  totals: {
    amounts: amounts.map((name) => `${name}Value`),
    quantities: amounts.map((name) => `${name}Quantity`),
    by: 'partner',
  },
  none: 'All that came is invoiced, and all that is invoiced came.',
  examples: [
    'stockbus open-items --as-of 2026-03-31',
    'stockbus open-items --partner V-1001 --format csv',
  ],
  read({ store, policy, now }, query, page) {
    const until = query.asOf ?? now;
    const filter = { ...filterOf(query, 'sku', 'asOf', 'knownAt'), place: 'supplier' };
    return skuPages(
      {
        sources: { entries: ledgerSource(store, filter) },
        shape: (of, { entries }) =>
          openItemsOf(entries)
            .filter(({ open }) => open.quantity !== 0n || open.value !== 0n)
            .filter((item) => query.partner === undefined || item.partner === query.partner)
            .map((item) => rowOf(of, item, until, policy)),
      },
      page,
    );
  },
};

function rowOf(of: string, item: OpenItem, until: string, policy: StockPolicy): RecordValue {
  const { receipt, partner: supplier, since } = item;
  const row: RecordValue = {
    ...{ sku: of, receipt, partner: supplier, day: businessDay(policy, since) },
    days: String(daysBetween(since, until, calendarOf(policy.zone))),
  };
  for (const name of amounts) row[`${name}Quantity`] = formatDecimal(item[name].quantity);
  for (const name of amounts) {
    row[`${name}Value`] = formatFixed(item[name].value, policy.minorDigits);
  }
  return { ...row, currency: policy.currency, since };
}
