import { spreadEvenly } from './exact.ts';
import type { NaivePool, Rules } from './NaivePool.ts';

/** As much of the books as it takes to find who has some goods. */
interface Holders {
  readonly pools: ReadonlyMap<string, NaivePool>;
  rulesOf(sku: string): Rules;
  charge(sku: string, place: string, value: bigint): void;
}

interface Left {
  pool: NaivePool;
  layer: NaivePool['layers'][number];
}

/** What is left of what came by a fact, pool by pool. */
export const leftOf = (books: Holders, sku: string, origin: string): Left[] =>
  [...books.pools]
    .filter(([key]) => key.startsWith(`${sku}|`))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, pool]) =>
      pool.layers.filter((layer) => layer.origin === origin).map((layer) => ({ pool, layer })),
    );

/** Adds its share to each; a credit takes no more than there is. Returns what could not be taken. */
export function addShares(left: readonly Left[], shares: readonly bigint[], rules: Rules): bigint {
  let passedOn = 0n;
  for (const [index, { pool, layer }] of left.entries()) {
    const worth = pool.isLayered(rules) ? layer.value : pool.value;
    const share = worth + shares[index]! < 0n ? -worth : shares[index]!;
    passedOn += shares[index]! - share;
    pool.value += share;
    if (pool.isLayered(rules)) layer.value += share;
    pool.level(rules, layer.lot, layer.shipment);
  }
  return passedOn;
}

/** Adds a cost to what is left of what a transfer brought that was short; the rest is cost of sales. */
export function bearOwn(
  books: Holders,
  sku: string,
  origin: string,
  received: bigint,
  amount: bigint,
): void {
  const rules = books.rulesOf(sku);
  const left = leftOf(books, sku, origin);
  let gone = received;
  const there = left.map(({ layer }) => {
    const part = layer.quantity < gone ? layer.quantity : gone;
    gone -= part;
    return part;
  });
  if (rules.method === 'standard') {
    books.charge(sku, 'variance', amount);
    return;
  }
  const shares = received === 0n ? [amount] : spreadEvenly(amount, [...there, gone]);
  books.charge(sku, 'customer', shares.at(-1)! + addShares(left, shares, rules));
}
