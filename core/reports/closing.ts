import { type ClosingCheck, closingChecks, inWords } from '../closingChecks.ts';
import { formatDecimal, formatFixed } from '../decimal.ts';
import type { RecordValue } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { type Finding, findingsOf, spanBefore } from './beforeClosing.ts';
import { businessDay } from './businessDay.ts';
import { listPages } from './pages.ts';
import { asOf, closedPeriod } from './parameters.ts';
import { column, decimal, hidden, inTime, onDay, type ReportSpec, rare } from './ReportSpec.ts';

export const closing: ReportSpec = {
  name: 'closing',
  about:
    'Shows what stands in the way of closing the books: what of the days that are still open is not in order yet.',
  parameters: [closedPeriod, { ...asOf, about: 'Last day to be closed; today when left out.' }],
  columns: [
    column(
      'check',
      'What',
      `\`costs\`: are being found anew. ${closingChecks.map((check) => `\`${check}\`: ${inWords(check, 2).slice(2)}`).join('; ')}.`,
    ),
    column(
      'policy',
      'Is',
      '`refuse`: it cannot be closed like that; `tell`: whoever closes hears of it.',
    ),
    column('sku', 'SKU'),
    column('pool', 'Pool'),
    column('document', 'Document'),
    rare('partner', 'Partner'),
    onDay(column('day', 'Day', 'Of the business time, in `stock.zone`.')),
    inTime(hidden('at', 'Business time.')),
    decimal('quantity', 'Quantity', 'Below zero: what is short.'),
    decimal('value', 'Value', 'What it is worth in the books, in `currency`.'),
    column('currency', ''),
    column('report', 'Shown by', 'Where to look further.'),
  ],
  totals: {
    ...{ amounts: ['value'], by: 'check' },
    only: ['negative', 'guessed', 'uncosted', 'unpriced', 'transit'],
  },
  none: 'Nothing stands in the way of closing.',
  examples: [
    'stockbus closing --period 2026-03',
    'stockbus closing --as-of 2026-03-31 --format csv',
  ],
  async *read({ store, policy, now }, query, page) {
    const span = await spanBefore(store, policy, query.asOf ?? now);
    const findings = await findingsOf(store, policy, span);
    yield* listPages(
      findings.map((finding) => rowOf(finding, policy)),
      page,
    );
  },
};

const shownBy: Readonly<Record<ClosingCheck | 'costs', string>> = {
  costs: 'stockbus recosts',
  negative: 'stockbus valuation',
  guessed: 'stockbus statement',
  uncosted: 'stockbus uncosted',
  unpriced: 'stockbus unpriced',
  returns: 'stockbus unmatched-returns',
  parked: 'stockbus parked list',
  transit: 'stockbus ledger --location transit',
};

function rowOf(finding: Finding, policy: StockPolicy): RecordValue {
  const { check, sku, pool = '', document = '', partner = '', at = '', quantity, value } = finding;
  const isRefused = check === 'costs' || policy.closing?.[check] === 'refuse';
  return {
    ...{ check, policy: isRefused ? 'refuse' : 'tell', sku, pool, document, partner },
    ...{ day: at === '' ? '' : businessDay(policy, at), at },
    quantity: quantity === undefined ? '' : formatDecimal(quantity),
    value: value === undefined ? '' : formatFixed(value, policy.minorDigits),
    currency: value === undefined ? '' : policy.currency,
    report: shownBy[check],
  };
}
