import { calendarOf } from '../../zone.ts';
import type { BookContext } from '../context.ts';
import type { HeldStock } from './available.ts';

/** The stock of a decision round, with what of it is held. */
export const heldStockOfRound = ({ workspace, policy, poolOf }: BookContext): HeldStock => ({
  balance: (sku, place, lot) => workspace.sku(sku).balance(place, lot, 'available', ''),
  balancesAt: (sku, place) => workspace.sku(sku).balances({ place }),
  balancesIn: (sku, pool) =>
    workspace
      .sku(sku)
      .balances()
      .filter(({ place }) => poolOf(place) === pool),
  pool: (sku, pool) => ({ reserved: workspace.sku(sku).reserved?.get(pool) ?? 0n }),
  poolOf,
  dayOf: calendarOf(policy.zone).dayOf,
});
