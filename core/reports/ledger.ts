import { formatDecimal, formatFixed } from '../decimal.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { RecordValue } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { businessDay } from './businessDay.ts';
import { momentBefore } from './instants.ts';
import { storePages } from './pages.ts';
import {
  asOf,
  document,
  knownAt,
  movedPlace,
  ofLot,
  onlyRecordedAfter,
  partner,
  period,
  reference,
  since,
  sku,
} from './parameters.ts';
import type { Query } from './Query.ts';
import type { ReportBalances, ReportBooks, ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, inTime, onDay, rare } from './ReportSpec.ts';
import { allRows } from './skuPages.ts';

export const ledger: ReportSpec = {
  name: 'ledger',
  about:
    'Shows the entries behind the balances: who moved what, from where to where, at what value.',
  parameters: [
    sku,
    document,
    partner,
    reference,
    ofLot,
    movedPlace,
    period,
    since,
    asOf,
    knownAt,
    onlyRecordedAfter,
  ],
  columns: [
    column('sku', 'SKU'),
    decimal('seq', 'Seq', 'Number of the entry within its SKU, without a gap.'),
    onDay(column('day', 'Day', 'Of the business time, in `stock.zone`.')),
    inTime(column('at', 'Business time')),
    column('kind', 'Kind', '`opening` and `closing` are no entries: what there was of the SKU.'),
    column('from', 'From'),
    column('to', 'To'),
    decimal('quantity', 'Quantity', 'Never negative; it went from `from` to `to`.'),
    decimal('value', 'Value', 'Value that moved with it, in `currency`.'),
    column('currency', ''),
    hidden('fromPool', 'Cost pool that the value left.'),
    hidden('toPool', 'Cost pool that the value entered.'),
    rare('lot', 'Lot'),
    hidden('status'),
    hidden('toStatus', 'Where the status changes on the way.'),
    rare('owner', 'Owner', 'Whose it is, where it is not ours.'),
    column('document', 'Document'),
    column('line', 'Line'),
    hidden('partner'),
    hidden('reference'),
    column('reason', 'Reason'),
    rare('corrects', 'Corrects', 'Entry of the same SKU whose quantity or value it changes.'),
    hidden('by', 'Entry at whose business time the correction stands.'),
    hidden('source'),
    hidden('messageId'),
    hidden(
      'actor',
      'Who booked it: `key:ID`, `user:NAME`, `token` or `local` over the API, `cli:USER`, `flow:NAME` for what came from elsewhere, or `job:NAME` for what followed by itself.',
    ),
    inTime(hidden('recordedAt', 'When it was learnt.')),
    hidden('pack', 'Which pack of the SKU holds it; the hash of that pack covers it.'),
  ],
  none: 'There are no entries of that kind.',
  examples: [
    'stockbus ledger ESP-1KG',
    'stockbus ledger ESP-1KG --since 2026-03-01 --as-of 2026-03-31',
    'stockbus ledger --document WE-26-0311',
    'stockbus ledger --lot L-2611',
  ],
  balances: ledgerBalances,
  read({ store, policy }, query, page) {
    const filter = filterOf(
      query,
      ...([
        'sku',
        'document',
        'partner',
        'reference',
        'lot',
        'place',
        'since',
        'asOf',
        'knownAt',
        'recordedAfter',
      ] as const),
    );
    const fetch = (each: typeof page) => store.ledger(filter, each);
    return storePages(fetch, (entry) => ledgerRow(entry, policy), page);
  },
};

/** Of a SKU in a period, all entries of which are shown. */
async function ledgerBalances(
  { store, policy }: ReportBooks,
  query: Query,
): Promise<ReportBalances | undefined> {
  const { sku: of, since: start, asOf: end } = query;
  const parts = ['document', 'partner', 'reference', 'lot', 'place', 'recordedAfter'] as const;
  const isPart = parts.some((part) => query[part] !== undefined);
  if (of === undefined || start === undefined || isPart) return undefined;
  const filter = filterOf(query, 'sku', 'knownAt');
  const at = async (asOf: string | undefined, kind: string, at: string): Promise<RecordValue> => {
    const until = asOf === undefined ? filter : { ...filter, asOf };
    const pools = await allRows((page) => store.valuation(until, page));
    return {
      ...{ sku: of, day: businessDay(policy, at), at, kind },
      quantity: formatDecimal(pools.reduce((sum, { quantity }) => sum + quantity, 0n)),
      value: formatFixed(
        pools.reduce((sum, { value }) => sum + value, 0n),
        policy.minorDigits,
      ),
      currency: policy.currency,
    };
  };
  return {
    opening: await at(momentBefore(start), 'opening', start),
    closing: await at(end, 'closing', end ?? ''),
  };
}

function ledgerRow(entry: LedgerEntry, policy: StockPolicy): RecordValue {
  return {
    sku: entry.sku,
    seq: String(entry.seq),
    day: businessDay(policy, entry.at),
    at: entry.at,
    kind: entry.kind,
    from: entry.from,
    to: entry.to,
    quantity: formatDecimal(entry.quantity),
    value: formatFixed(entry.value, policy.minorDigits),
    currency: policy.currency,
    fromPool: entry.fromPool,
    toPool: entry.toPool,
    lot: entry.lot,
    status: entry.status,
    toStatus: entry.toStatus ?? '',
    owner: entry.owner,
    document: entry.document,
    line: entry.line,
    partner: entry.partner,
    reference: entry.reference,
    reason: entry.reason,
    corrects: seqText(entry.corrects),
    by: seqText(entry.by),
    source: entry.source,
    messageId: entry.messageId,
    actor: entry.actor,
    recordedAt: entry.recordedAt,
    pack: String(entry.pack),
  };
}

const seqText = (seq: number | undefined): string => (seq === undefined ? '' : String(seq));
