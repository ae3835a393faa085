import { formatDecimal } from '../decimal.ts';
import { type Balance, isOutside, type LedgerEntry } from '../ledger.ts';
import type { Books, RecordValue } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { businessDay } from './businessDay.ts';
import { listPages } from './pages.ts';
import { asOf, knownAt, ofLot, sku } from './parameters.ts';
import type { Query } from './Query.ts';
import {
  column,
  decimal,
  filterOf,
  hidden,
  inTime,
  onDay,
  type ReportSpec,
  rare,
} from './ReportSpec.ts';
import { type TracedLot, tracedLots } from './tracedLots.ts';

export const trace: ReportSpec = {
  name: 'trace',
  about:
    'Follows a lot back to suppliers and components, and on to products, customers and what still lies here.',
  parameters: [{ ...ofLot, about: 'The lot; without one nothing is shown.' }, sku, asOf, knownAt],
  columns: [
    column(
      'way',
      'Way',
      '`lot`: what was asked for; `back`: what went into it; `forward`: what was made of it.',
    ),
    decimal('level', 'Level', 'How many productions lie between.'),
    column('sku', 'SKU'),
    column('lot', 'Lot', 'Empty: it is not kept by lot, and is followed no further.'),
    column(
      'kind',
      'What',
      'Kind of the entry, or `stock`: what lies at the location; below zero, what is short there.',
    ),
    column('document', 'Document'),
    column('partner', 'Partner', 'Supplier or customer.'),
    column('location', 'Location'),
    onDay(column('day', 'Day', 'Of the business time, in `stock.zone`.')),
    inTime(hidden('at', 'Business time.')),
    decimal('quantity', 'Quantity', 'What came in; below zero, what went out.'),
    rare('status', 'Status', 'Of what lies there, where it cannot be sold.'),
    rare('owner', 'Owner', 'Whose it is, where it is not ours.'),
    hidden('seq', 'Entry of the SKU.'),
  ],
  none: 'There is no such lot. Which one is followed, --lot says.',
  examples: ['stockbus trace --lot L-2611', 'stockbus trace ESP-1KG --lot L-2611 --format csv'],
  async *read({ store, policy }, query, page) {
    yield* listPages(await rowsFor(store, policy, query), page);
  },
};

async function rowsFor(store: Books, policy: StockPolicy, query: Query): Promise<RecordValue[]> {
  const { lot } = query;
  const rows: RecordValue[] = [];
  if (lot === undefined) return rows;
  const clocks = filterOf(query, 'asOf', 'knownAt');
  for await (const traced of tracedLots(store, { ...filterOf(query, 'sku'), lot }, clocks)) {
    for (const entry of traced.moved) rows.push(movedRow(traced, entry, policy));
    // Of what went into it only that part is of interest.
    if (traced.way === 'back' || traced.lot === '') continue;
    const { sku: of } = traced;
    for await (const balance of rowsOf((each) => store.stock({ sku: of, ...clocks }, each))) {
      if (balance.lot === traced.lot && balance.onHand !== 0n) rows.push(stockRow(traced, balance));
    }
  }
  return rows;
}

const namesOf = ({ way, level, sku: of, lot }: TracedLot) => ({
  ...{ way, level: String(level), sku: of, lot },
});

function movedRow(traced: TracedLot, entry: LedgerEntry, policy: StockPolicy): RecordValue {
  const { kind, document, partner, from, to, at, quantity, status, owner, seq } = entry;
  const isIn = isOutside(from);
  return {
    ...namesOf(traced),
    ...{ kind, document, partner, location: isIn ? to : from },
    ...{ day: businessDay(policy, at), at },
    quantity: formatDecimal(isIn ? quantity : -quantity),
    ...{ status: status === 'available' ? '' : status, owner, seq: String(seq) },
  };
}

function stockRow(traced: TracedLot, balance: Balance): RecordValue {
  const { place, onHand, status, owner } = balance;
  return {
    ...namesOf(traced),
    ...{ kind: 'stock', document: '', partner: '', location: place, day: '', at: '' },
    quantity: formatDecimal(onHand),
    ...{ status: status === 'available' ? '' : status, owner, seq: '' },
  };
}
