import { formatDecimal, formatFixed } from '../decimal.ts';
import { type EntryKind, factKinds, isOutside, type LedgerEntry } from '../ledger.ts';
import type { RecordValue } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { businessDay } from './businessDay.ts';
import {
  asOf,
  document,
  knownAt,
  movedPlace,
  onlyRecordedAfter,
  partner,
  period,
  reference,
  since,
  sku,
} from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, inTime, onDay, rare } from './ReportSpec.ts';
import { skuPages } from './skuPages.ts';
import { ledgerSource } from './sources.ts';

const kinds: ReadonlySet<EntryKind> = new Set(factKinds);

export const documents: ReportSpec = {
  name: 'documents',
  about:
    'Shows which documents moved what: a row for each document and SKU, and where it came from.',
  parameters: [
    sku,
    document,
    partner,
    reference,
    movedPlace,
    period,
    since,
    asOf,
    knownAt,
    onlyRecordedAfter,
  ],
  columns: [
    column('document', 'Document'),
    column('sku', 'SKU'),
    column('kind', 'Kind'),
    onDay(column('day', 'Day', 'Of the business time, in `stock.zone`.')),
    inTime(hidden('at', 'Business time.')),
    decimal('quantity', 'Quantity', 'What came to our places, less what left them.'),
    decimal('value', 'Value', 'The same of its value, with all that was posted for it later.'),
    column('currency', ''),
    rare('partner', 'Partner'),
    rare('reference', 'Refers to'),
    hidden('entries', 'Number of its entries of the SKU.'),
    column('source', 'From', 'The source of its message: the flow.'),
    hidden('messageId', 'Key of its message.'),
    hidden('actor', 'Who booked it.'),
    inTime(column('recordedAt', 'Recorded', 'When it was learnt.')),
  ],
  none: 'There is no document of that kind.',
  examples: [
    'stockbus documents WE-26-0311',
    'stockbus documents --sku ESP-1KG --since 2026-03-01',
    'stockbus documents --partner ACME --format csv',
    'stockbus documents --reference PO-7001',
  ],
  read({ store, policy }, query, page) {
    const filter = filterOf(
      query,
      ...([
        'sku',
        'document',
        'partner',
        'reference',
        'place',
        'since',
        'asOf',
        'knownAt',
      ] as const),
      'recordedAfter',
    );
    const sources = { entries: ledgerSource(store, filter) };
    const shape = (_: string, { entries }: { entries: LedgerEntry[] }): RecordValue[] => {
      const byDocument = Map.groupBy(entries, (entry) => entry.document);
      return [...byDocument.values()].map((own) => documentRow(own, policy));
    };
    return skuPages({ sources, shape }, page);
  },
};

/** Of its entries of one SKU, in their order; the first that is a line of it says what it was. */
function documentRow(entries: readonly LedgerEntry[], policy: StockPolicy): RecordValue {
  const first = entries.find(({ kind }) => kinds.has(kind)) ?? entries[0]!;
  let [quantity, value] = [0n, 0n];
  for (const { from, to, quantity: moved, value: worth } of entries) {
    const sign = BigInt(Number(!isOutside(to)) - Number(!isOutside(from)));
    quantity += sign * moved;
    value += sign * worth;
  }
  return {
    document: first.document,
    sku: first.sku,
    kind: first.kind,
    day: businessDay(policy, first.at),
    at: first.at,
    quantity: formatDecimal(quantity),
    value: formatFixed(value, policy.minorDigits),
    currency: policy.currency,
    partner: first.partner,
    reference: first.reference,
    entries: String(entries.length),
    source: first.source,
    messageId: first.messageId,
    actor: first.actor,
    recordedAt: first.recordedAt,
  };
}
