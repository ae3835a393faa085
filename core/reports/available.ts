import { formatDecimal } from '../decimal.ts';
import { type Balance, heldOf, type OpenOrder, type SkuHead } from '../ledger.ts';
import type { Books, Page, RecordValue } from '../ports.ts';
import { poolFinder } from '../stock/policy.ts';
import { promisable } from '../stock/reservations/available.ts';
import type { HeldStock } from '../stock/reservations/heldStockOfRound.ts';
import { isDue } from '../stock/reservations/release.ts';
import { dueReservations } from './dueReservations.ts';
import type { PromiseRow } from './figures/promise.ts';
import { promisesOf } from './figures/promise.ts';
import { heldStockOfSku } from './heldStockOfSku.ts';
import { location, sku } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, onDay, rare } from './ReportSpec.ts';
import { allRows, skuPages } from './skuPages.ts';
import { headSource, orderSource, stockSource } from './sources.ts';

export const available: ReportSpec = {
  name: 'available',
  about:
    'Shows what can be promised: now, and on each day on which something is due to come or to go.',
  parameters: [sku, location],
  columns: [
    column('sku', 'SKU'),
    column('pool', 'Pool'),
    rare('location', 'Location', 'Only where a place is asked for.'),
    onDay(column('due', 'Day', 'Empty: now.')),
    decimal('onHand', 'On hand', 'Ours, in good state, and not expired.'),
    decimal('reserved', 'Reserved', 'Held of it.'),
    decimal('incoming', 'To come', 'By purchases and transfers that are due that day.'),
    decimal(
      'outgoing',
      'To go',
      'By sales orders that are due that day, less what is held for them.',
    ),
    decimal('projected', 'Available', 'On hand less reserved; with all that is due by that day.'),
    decimal(
      'promisable',
      'To promise',
      'What can be given away that day without breaking what is due later.',
    ),
    {
      ...decimal(
        'expired',
        'Expired',
        'Ours, in good state, and past the last day of its lot: it is not on hand here.',
      ),
      isRare: true,
    },
  ],
  none: 'There is no stock, and none is to come.',
  examples: ['stockbus available ESP-1KG', 'stockbus available --location BER'],
  async *read(books, query, page) {
    const { store, policy } = books;
    const filter = filterOf(query, 'sku');
    const due = await dueReservations(store, books.now);
    const sources = {
      heads: headSource(store, query.sku),
      balances: stockSource(store, filter),
      orders: orderSource(store, filter),
    };
    yield* skuPages(
      {
        sources,
        async shape(of, { heads: [head], balances, orders }) {
          const held = await heldForOrders(store, of, orders, books.now);
          const open = withoutHeld(orders, held);
          const stock = { sku: of, head, balances, expired: due };
          const view = heldStockOfSku(stock, policy, books.now);
          return targets(head, balances, open, query.place, poolFinder(policy)).flatMap((target) =>
            targetRows(view, target, open),
          );
        },
      },
      page,
    );
  },
};

interface Target {
  sku: string;
  pool: string;
  /** Empty: any place of the pool. */
  place: string;
}

/** Quantities of the SKU that are held for orders, by number of the order. */
async function heldForOrders(
  store: Books,
  of: string,
  open: readonly OpenOrder[],
  now: string,
): Promise<Map<string, bigint>> {
  const held = new Map<string, bigint>();
  const sales = new Set(open.filter(({ kind }) => kind === 'sale').map(({ document }) => document));
  if (sales.size === 0) return held;
  const fetch = (page: Page) => store.reservations({ sku: of, state: 'pending' }, page);
  for (const reservation of await allRows(fetch)) {
    const document = reservation.reference || reservation.id;
    if (!sales.has(document) || isDue(reservation, now)) continue;
    for (const line of reservation.lines) {
      if (line.sku === of) held.set(document, (held.get(document) ?? 0n) + heldOf(line));
    }
  }
  return held;
}

/** What is held for an order is reserved already: it is not to go a second time. */
function withoutHeld(open: readonly OpenOrder[], held: Map<string, bigint>): OpenOrder[] {
  return open.map((order) => {
    const forIt = order.kind === 'sale' ? (held.get(order.document) ?? 0n) : 0n;
    const part = forIt < order.quantity ? forIt : order.quantity;
    held.set(order.document, forIt - part);
    return part === 0n ? order : { ...order, quantity: order.quantity - part };
  });
}

/** Pools that the SKU is in or to come to, by name; or the one place that was asked for. */
function targets(
  head: SkuHead | undefined,
  balances: readonly Balance[],
  open: readonly OpenOrder[],
  place: string | undefined,
  poolOf: (place: string) => string,
): Target[] {
  const places = [...balances, ...open].map((one) => ({ sku: one.sku, place: one.place }));
  if (place !== undefined) {
    const one = places.find((known) => known.place === place);
    return one ? [{ ...one, pool: poolOf(place) }] : [];
  }
  // What is under way cannot be promised before it arrives.
  const ours = places.filter((known) => known.place !== 'transit');
  const pools = new Set(ours.map((known) => poolOf(known.place)));
  for (const { pool, reserved } of head?.pools ?? []) if (reserved !== 0n) pools.add(pool);
  const of = head?.sku ?? places[0]?.sku ?? '';
  return [...pools].sort().map((pool) => ({ sku: of, pool, place: '' }));
}

function targetRows(view: HeldStock, target: Target, open: readonly OpenOrder[]): RecordValue[] {
  const { sku: of, pool, place } = target;
  const isHere = (there: string) => (place === '' ? view.poolOf(there) === pool : there === place);
  const dues = open
    .filter((order) => isHere(order.place))
    .map(({ due, kind, quantity }) =>
      kind === 'sale'
        ? { due, incoming: 0n, outgoing: quantity }
        : { due, incoming: quantity, outgoing: 0n },
    );
  const ours = (place === '' ? view.balancesIn(of, pool) : view.balancesAt(of, place)).filter(
    ({ status, owner }) => status === 'available' && owner === '',
  );
  const isGood = ({ expiresOn }: Balance) => expiresOn === '' || expiresOn >= view.today;
  const good = ours.filter(isGood);
  const sum = (balances: readonly Balance[], of: 'onHand' | 'reserved') =>
    balances.reduce((all, one) => all + one[of], 0n);
  const onHand = sum(good, 'onHand');
  const expired = sum(ours, 'onHand') - onHand;
  const reserved = sum(good, 'reserved') + (place === '' ? view.reservedIn(of, pool) : 0n);
  const free = promisable(view, { ...target, lot: '' });
  const there = { onHand, reserved, expired };
  return promisesOf(free, dues).map((row) => availableRow(target, row, there));
}

const availableRow = (
  { sku: of, pool, place }: Target,
  { due, incoming, outgoing, projected, promisable: most }: PromiseRow,
  { onHand, reserved, expired }: { onHand: bigint; reserved: bigint; expired: bigint },
): RecordValue => ({
  sku: of,
  pool,
  location: place,
  due,
  onHand: formatDecimal(onHand),
  reserved: formatDecimal(reserved),
  incoming: formatDecimal(incoming),
  outgoing: formatDecimal(outgoing),
  projected: formatDecimal(projected),
  promisable: formatDecimal(most),
  expired: formatDecimal(expired),
});
