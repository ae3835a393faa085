import { formatDecimal, formatFixed } from '../decimal.ts';
import type { RecordValue } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { businessDay } from './businessDay.ts';
import type { StatementLine } from './figures/statement.ts';
import { statementOf } from './figures/statement.ts';
import { asOf, knownAt, period, since, sku } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, inTime, onDay, rare } from './ReportSpec.ts';
import { skuPages } from './skuPages.ts';
import { ledgerSource } from './sources.ts';

export const statement: ReportSpec = {
  name: 'statement',
  about:
    'Tells the story of a SKU: its movements in business order with what there was after each, and every correction below what made it necessary.',
  parameters: [sku, period, since, asOf, knownAt],
  columns: [
    hidden('sku'),
    rare('owner', 'Owner', 'Whose stock it is, where it is not ours; each has its own balance.'),
    onDay(column('day', 'Day', 'Of the business time, in `stock.zone`.')),
    inTime(column('at', 'Business time')),
    column('document', 'Document'),
    column('line', 'Line'),
    {
      ...column('kind', 'What', '`opening` stands for all that was before the period.'),
      text: ({ kind, corrects }) => (corrects === '' ? `${kind}` : `  └ ${kind} of ${corrects}`),
    },
    column('from', 'From'),
    column('to', 'To'),
    rare('lot', 'Lot'),
    decimal('quantity', 'Quantity', 'What was moved; never negative.'),
    decimal('change', 'Change', 'Of what lies in our places.'),
    decimal('value', 'Value', 'Change of the value of the stock, in `currency`.'),
    decimal('onHand', 'On hand', 'After this line.'),
    decimal('stockValue', 'Stock value', 'After this line, in `currency`.'),
    column('currency', ''),
    hidden('partner'),
    hidden('reference'),
    rare('reason', 'Reason'),
    decimal('seq', 'Seq', 'Number of the entry within its SKU.'),
    hidden('corrects', 'Entry of the same SKU whose quantity or value it changes.'),
    inTime(hidden('recordedAt', 'When it was learnt.')),
  ],
  none: 'There are no movements of that kind.',
  examples: [
    'stockbus statement ESP-1KG',
    'stockbus statement ESP-1KG --since 2026-03-01 --as-of 2026-03-31 --known-at 2026-04-05',
  ],
  read({ store, policy }, query, page) {
    const filter = filterOf(query, 'sku', 'asOf', 'knownAt');
    return skuPages(
      {
        sources: { entries: ledgerSource(store, filter) },
        shape: (of, { entries }) =>
          statementOf(entries, query.since).map((line) =>
            statementRow(of, line, query.since, policy),
          ),
      },
      page,
    );
  },
};

function statementRow(
  of: string,
  { entry, owner, change, valueChange, onHand, stockValue }: StatementLine,
  from: string | undefined,
  policy: StockPolicy,
): RecordValue {
  const { currency, minorDigits } = policy;
  const at = entry?.at ?? from ?? '';
  return {
    sku: of,
    owner,
    day: businessDay(policy, at),
    at,
    document: entry?.document ?? '',
    line: entry?.line ?? '',
    kind: entry?.kind ?? 'opening',
    from: entry?.from ?? '',
    to: entry?.to ?? '',
    lot: entry?.lot ?? '',
    quantity: formatDecimal(entry?.quantity ?? 0n),
    change: formatDecimal(change),
    value: formatFixed(valueChange, minorDigits),
    onHand: formatDecimal(onHand),
    stockValue: formatFixed(stockValue, minorDigits),
    currency,
    partner: entry?.partner ?? '',
    reference: entry?.reference ?? '',
    reason: entry?.reason ?? '',
    seq: entry ? String(entry.seq) : '',
    corrects: entry?.corrects === undefined ? '' : String(entry.corrects),
    recordedAt: entry?.recordedAt ?? '',
  };
}
