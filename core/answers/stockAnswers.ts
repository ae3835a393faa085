import { formatDecimal } from '../decimal.ts';
import { type Balance, isOutside } from '../ledger.ts';
import type { RecordValue } from '../ports.ts';
import { dueReservations } from '../reports/dueReservations.ts';
import { heldStockOfSku } from '../reports/heldStockOfSku.ts';
import { promisable } from '../stock/reservations/available.ts';
import type { HeldStock } from '../stock/reservations/heldStockOfRound.ts';
import type { AskedBooks } from './AskedBooks.ts';

export interface StockQuestion {
  sku: string;
  /** Empty: any of ours. */
  location: string;
  /** Empty: any. */
  lot: string;
}

/** What there is, of all questions from one look at the books; nothing of a SKU that they do not know. */
export async function stockAnswers(
  { store, policy }: AskedBooks,
  questions: readonly StockQuestion[],
  now: string,
): Promise<(RecordValue | undefined)[]> {
  const expired = await dueReservations(store, now);
  const skus = [...new Set(questions.map(({ sku }) => sku))];
  const loaded = await store.load({ skus, reservations: [], openOrders: [] });
  const views = new Map(
    loaded.skus.map(({ head, balances: all }) => {
      const balances = all.filter(({ place }) => !isOutside(place));
      const stock = { sku: head.sku, head, balances, expired };
      return [head.sku, { head, balances, view: heldStockOfSku(stock, policy, now) }];
    }),
  );
  return questions.map((question) => {
    const known = views.get(question.sku);
    if (!known || known.head.version === 0) return undefined;
    return answerOf(question, known.balances, known.view);
  });
}

function answerOf(
  { sku, location, lot }: StockQuestion,
  balances: readonly Balance[],
  view: HeldStock,
): RecordValue {
  // What is under way lies at no place, unless it is asked for.
  const isAsked = (one: Balance): boolean =>
    (location === '' ? one.place !== 'transit' : one.place === location) &&
    (lot === '' || one.lot === lot);
  // As the view has them, in which what has expired is not held any more.
  const places = [...new Set(balances.map(({ place }) => place))];
  const asked = places.flatMap((place) => view.balancesAt(sku, place)).filter(isAsked);
  const good = asked.filter(
    ({ status, owner, expiresOn }) =>
      status === 'available' && owner === '' && (expiresOn === '' || expiresOn >= view.today),
  );
  const sum = (of: readonly Balance[], what: 'onHand' | 'reserved') =>
    of.reduce((all, one) => all + one[what], 0n);
  const pools = asked.map(({ place }) => view.poolOf(place));
  const isOfAll = location === '' && lot === '';
  const held = isOfAll
    ? [...new Set(pools)].reduce((all, pool) => all + view.reservedIn(sku, pool), 0n)
    : 0n;
  return {
    sku,
    ...(location === '' ? {} : { location }),
    ...(lot === '' ? {} : { lot }),
    onHand: formatDecimal(sum(good, 'onHand')),
    reserved: formatDecimal(sum(good, 'reserved') + held),
    available: formatDecimal(freeOf({ sku, location, lot }, asked, view)),
    total: formatDecimal(sum(asked, 'onHand')),
  };
}

/** What can be promised at the place; of all places, in each of their pools; of a lot, at each of them. */
function freeOf(
  { sku, location, lot }: StockQuestion,
  asked: readonly Balance[],
  view: HeldStock,
): bigint {
  const at = (place: string): bigint =>
    promisable(view, { sku, place, pool: view.poolOf(place), lot });
  if (location !== '') return at(location);
  const places = [...new Set(asked.map(({ place }) => place))];
  if (lot !== '') return places.reduce((all, place) => all + at(place), 0n);
  const pools = [...new Set(places.map((place) => view.poolOf(place)))];
  return pools.reduce((all, pool) => all + promisable(view, { sku, place: '', pool, lot: '' }), 0n);
}
