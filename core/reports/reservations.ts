import { formatDecimal } from '../decimal.ts';
import { heldOf, type Reservation } from '../ledger.ts';
import type { Books, RecordValue } from '../ports.ts';
import { isDue } from '../stock/reservations/release.ts';
import { businessDay } from './businessDay.ts';
import { expandedPages } from './pages.ts';
import { reference, sku, state } from './parameters.ts';
import type { Query } from './Query.ts';
import type { ReportBooks, ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, inTime, onDay, rare } from './ReportSpec.ts';

export const reservations: ReportSpec = {
  name: 'reservations',
  about: 'Shows what is held for whom, and what became of it; a row for each line.',
  parameters: [sku, state, reference],
  columns: [
    column('id', 'Reservation'),
    column('state', 'State'),
    column('sku', 'SKU'),
    column('line', 'Line'),
    column('location', 'Location', 'Empty where it is held in a pool of places.'),
    rare('pool', 'Pool', 'Empty where it is held at one place.'),
    rare('lot', 'Lot'),
    decimal('quantity', 'Quantity', 'What was asked.'),
    decimal('committed', 'Issued', 'Of it, so far.'),
    decimal('held', 'Held', 'What is left of it, while it is pending.'),
    inTime(column('expiresAt', 'Expires', 'From then on it holds nothing; empty: never.')),
    onDay(hidden('expiresDay', 'Day on which it expires, in `stock.zone`.')),
    onDay(hidden('day', 'Of the business time, in `stock.zone`.')),
    inTime(hidden('at', 'Business time.')),
    rare('partner', 'Partner'),
    rare('reference', 'Reference'),
    hidden('version', 'Grows by one with every change.'),
    rare('reason', 'Why', 'Of one that failed: what was short.'),
  ],
  none: 'There are no reservations of that kind.',
  examples: ['stockbus reservations --state pending', 'stockbus reservations ESP-1KG'],
  read({ store, policy, now }, query, page) {
    const filter = filterOf(query, 'sku', 'state', 'reference');
    const expand = (one: Reservation) => reservationRows(one, query, { policy, now });
    return expandedPages(
      {
        fetch: (each) => store.reservations(filter, each),
        keyOf: ({ id }) => [id, 0],
        isEmpty: (reservation) => expand(reservation).length === 0,
        expand,
      },
      page,
    );
  },
};

/** As the clock has it: a reservation whose time is over holds nothing, though no sweep came by. */
function reservationRows(
  of: Reservation,
  query: Query,
  { policy, now }: Pick<ReportBooks, 'policy' | 'now'>,
): RecordValue[] {
  const state = isDue(of, now) ? 'expired' : of.state;
  if (query.state !== undefined && query.state !== state) return [];
  return of.lines
    .filter((line) => query.sku === undefined || line.sku === query.sku)
    .map((line) => ({
      id: of.id,
      state,
      sku: line.sku,
      line: line.line,
      location: line.place,
      pool: line.pool,
      lot: line.lot,
      quantity: formatDecimal(line.quantity),
      committed: formatDecimal(line.committed),
      held: formatDecimal(state === 'pending' ? heldOf(line) : 0n),
      expiresAt: of.expiresAt,
      expiresDay: businessDay(policy, of.expiresAt),
      day: businessDay(policy, of.at),
      at: of.at,
      partner: of.partner,
      reference: of.reference,
      version: String(of.version),
      reason: state === 'failed' ? (of.log[0]?.reason ?? '') : '',
    }));
}

/** One reservation in full, as the clock has it; undefined where there is none. */
export async function reservationFacts(
  store: Books,
  id: string,
  now: string,
): Promise<Record<string, unknown> | undefined> {
  const { reservations: found } = await store.load({
    ...{ skus: [], balances: [], balancesOf: [], openOrders: [] },
    reservations: [id],
  });
  const [reservation] = found;
  if (!reservation) return undefined;
  const { version, lines, ...facts } = reservation;
  return {
    ...facts,
    state: isDue(reservation, now) ? 'expired' : reservation.state,
    version: String(version),
    lines: lines.map(({ place, quantity, committed, ...line }) => ({
      ...line,
      location: place,
      quantity: formatDecimal(quantity),
      committed: formatDecimal(committed),
    })),
  };
}
