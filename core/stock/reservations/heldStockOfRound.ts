import { calendarOf } from '../../zone.ts';
import type { BookContext } from '../context.ts';
import type { HeldStock } from './available.ts';

/** The stock of a decision round, with what of it is held. */
export function heldStockOfRound(context: BookContext): HeldStock {
  const { workspace, policy, poolOf, recordedAt } = context;
  return {
    balance: (sku, place, lot) => workspace.sku(sku).balance(place, lot, 'available', ''),
    balancesAt: (sku, place) => workspace.sku(sku).balancesBy('place', place),
    balancesIn: (sku, pool) => {
      const all = workspace.sku(sku).balances();
      return all.filter(({ place }) => poolOf(place) === pool);
    },
    pool: (sku, pool) => ({ reserved: workspace.sku(sku).reserved?.get(pool) ?? 0n }),
    poolOf,
    today: calendarOf(policy.zone).dayOf(recordedAt),
  };
}
