import { formatDecimal, formatFixed, unitCostOf } from '../decimal.ts';
import type { RecordValue } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { businessDay } from './businessDay.ts';
import {
  namesDocument,
  type UnmatchedReturn,
  unmatchedReturnsOf,
} from './figures/unmatchedReturns.ts';
import { findingPages } from './findingPages.ts';
import { asOf, knownAt, period, since, sku } from './parameters.ts';
import { column, decimal, hidden, inTime, onDay, type ReportSpec, rare } from './ReportSpec.ts';

export const unmatchedReturns: ReportSpec = {
  name: 'unmatched-returns',
  about:
    'Shows returns that name a document which is not there, or moved less: they are booked as returns without a reference, until it comes.',
  parameters: [sku, period, since, asOf, knownAt],
  columns: [
    column('sku', 'SKU'),
    decimal('seq', 'Seq', 'Entry of the SKU.'),
    onDay(column('day', 'Day', 'Of the business time, in `stock.zone`.')),
    inTime(hidden('at', 'Business time.')),
    column('document', 'Document'),
    column('line', 'Line'),
    column('party', 'Party', '`customer`: it came back; `supplier`: it went back.'),
    column('partner', 'Partner'),
    rare('lot', 'Lot'),
    column('location', 'Location'),
    column('reference', 'Reference', 'The document that it is said to follow.'),
    rare('referenceLine', 'Its line'),
    column(
      'why',
      'Why',
      '`unknown`: the SKU has no such document; `later`: that is dated after the return; `more`: it moved less of it, on that line and of that lot.',
    ),
    decimal('quantity', 'Quantity', 'What came or went back.'),
    decimal('open', 'Unmatched', 'So much of it follows no document.'),
    decimal('unitCost', 'Unit cost', 'What one was booked at.'),
    decimal('value', 'Value', 'What all of it was booked at, in `currency`.'),
    column('currency', ''),
    inTime(hidden('recordedAt', 'When it was learnt.')),
  ],
  totals: { amounts: ['value'], quantities: ['quantity', 'open'], by: 'why' },
  none: 'All returns follow the documents that they name.',
  examples: [
    'stockbus unmatched-returns',
    'stockbus unmatched-returns --since 2026-03-01 --as-of 2026-03-31 --known-at 2026-04-02',
  ],
  read: findingPages({ kind: 'return', isAsked: namesDocument, findIn: unmatchedReturnsOf, rowOf }),
};

function rowOf(found: UnmatchedReturn, policy: StockPolicy): RecordValue {
  const { entry, open, why, quantity, value } = found;
  const { sku, seq, at, document, line, partner, lot, from, to, reference, input } = entry;
  const isOfCustomer = from === 'customer';
  return {
    ...{ sku, seq: String(seq), day: businessDay(policy, at), at, document, line },
    party: isOfCustomer ? 'customer' : 'supplier',
    ...{ partner, lot, location: isOfCustomer ? to : from },
    ...{ reference, referenceLine: input?.ofLine ?? '', why },
    quantity: formatDecimal(quantity),
    open: formatDecimal(open),
    unitCost: formatDecimal(unitCostOf(value, quantity, policy.minorDigits)),
    value: formatFixed(value, policy.minorDigits),
    currency: policy.currency,
    recordedAt: entry.recordedAt,
  };
}
