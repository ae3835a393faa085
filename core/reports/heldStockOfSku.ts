import { emptyBalance } from '../keyOfBalance.ts';
import { type Balance, heldOf, type Reservation, type SkuHead } from '../ledger.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { poolFinder } from '../stock/policy.ts';
import type { HeldStock } from '../stock/reservations/heldStockOfRound.ts';
import { calendarOf } from '../zone.ts';

export interface SkuStock {
  sku: string;
  head: SkuHead | undefined;
  /** All of the SKU. */
  balances: readonly Balance[];
  /** Reservations whose time is over, though they are still held. */
  expired: readonly Reservation[];
}

/** What there is of one SKU, as the rules of reservations look at it. */
export function heldStockOfSku(stock: SkuStock, policy: StockPolicy, now: string): HeldStock {
  const poolOf = poolFinder(policy);
  const balances = stock.balances.map((balance) => ({ ...balance }));
  const pools = new Map((stock.head?.pools ?? []).map((pool) => [pool.pool, { ...pool }]));
  for (const { lines } of stock.expired) {
    for (const line of lines) {
      const { sku, place, pool, lot } = line;
      if (sku !== stock.sku) continue;
      const held =
        place === '' ? pools.get(pool) : balances.find((balance) => isHeld(balance, place, lot));
      if (held) held.reserved -= heldOf(line);
    }
  }
  return {
    balance: (sku, place, lot) =>
      balances.find((one) => isHeld(one, place, lot)) ??
      emptyBalance(sku, place, lot, 'available', ''),
    balancesAt: (_, place) => balances.filter((balance) => balance.place === place),
    balancesIn: (_, pool) => balances.filter((balance) => poolOf(balance.place) === pool),
    reservedIn: (_, pool) => pools.get(pool)?.reserved ?? 0n,
    poolOf,
    today: calendarOf(policy.zone).dayOf(now),
  };
}

const isHeld = ({ place, lot, status, owner }: Balance, at: string, of: string): boolean =>
  place === at && lot === of && status === 'available' && owner === '';
