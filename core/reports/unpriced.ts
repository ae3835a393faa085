import { formatDecimal, formatFixed, unitCostOf } from '../decimal.ts';
import type { RecordValue } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { businessDay } from './businessDay.ts';
import { isUnpriced, type UnpricedReceipt, unpricedOf } from './figures/unpriced.ts';
import { findingPages } from './findingPages.ts';
import { asOf, knownAt, period, since, sku } from './parameters.ts';
import { column, decimal, hidden, inTime, onDay, type ReportSpec, rare } from './ReportSpec.ts';

export const unpriced: ReportSpec = {
  name: 'unpriced',
  about:
    'Shows receipts that stated no cost, and what they were guessed to be worth, until an invoice says it.',
  parameters: [sku, period, since, asOf, knownAt],
  columns: [
    column('sku', 'SKU'),
    decimal('seq', 'Seq', 'Entry of the SKU.'),
    onDay(column('day', 'Day', 'Of the business time, in `stock.zone`.')),
    inTime(hidden('at', 'Business time.')),
    column('document', 'Document'),
    column('line', 'Line'),
    column('partner', 'Partner'),
    rare('lot', 'Lot'),
    column('location', 'Location'),
    decimal('quantity', 'Quantity', 'What came.'),
    decimal('open', 'Not invoiced', 'So much of it is not invoiced yet.'),
    decimal(
      'unitCost',
      'Unit cost',
      'What one was guessed to cost; zero where nobody knew anything.',
    ),
    decimal('value', 'Value', 'What all of it is worth by that guess, in `currency`.'),
    column('currency', ''),
    inTime(hidden('recordedAt', 'When it was learnt.')),
  ],
  totals: { amounts: ['value'], quantities: ['quantity', 'open'] },
  none: 'All receipts stated a cost, or are invoiced.',
  examples: ['stockbus unpriced', 'stockbus unpriced --since 2026-03-01 --as-of 2026-03-31'],
  read: findingPages({ kind: 'receive', isAsked: isUnpriced, findIn: unpricedOf, rowOf }),
};

function rowOf({ entry, value, open }: UnpricedReceipt, policy: StockPolicy): RecordValue {
  const { sku, seq, at, document, line, partner, lot, to, quantity, recordedAt } = entry;
  return {
    ...{ sku, seq: String(seq), day: businessDay(policy, at), at },
    ...{ document, line, partner, lot, location: to },
    quantity: formatDecimal(quantity),
    open: formatDecimal(open),
    unitCost: formatDecimal(unitCostOf(value, quantity, policy.minorDigits)),
    value: formatFixed(value, policy.minorDigits),
    currency: policy.currency,
    recordedAt,
  };
}
