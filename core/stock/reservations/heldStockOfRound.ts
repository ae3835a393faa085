import { calendarOf } from '../../zone.ts';
import type { BookContext } from '../context.ts';

/** What is there and what of it is held: all that a take has to look at. */
export type HeldStock = ReturnType<typeof heldStockOfRound>;

/** The stock of a decision round, with what of it is held. */
export function heldStockOfRound({ workspace, policy, poolOf, recordedAt }: BookContext) {
  return {
    /** Our own stock in good state; an empty one where there is none yet. */
    balance: (sku: string, place: string, lot: string) =>
      workspace.sku(sku).balance(place, lot, 'available', ''),
    /** Of the SKU at a place, or in all places of a pool, of every lot, status and owner. */
    balancesAt: (sku: string, place: string) => workspace.sku(sku).balancesBy('place', place),
    balancesIn(sku: string, pool: string) {
      const all = workspace.sku(sku).balances();
      return all.filter(({ place }) => poolOf(place) === pool);
    },
    reservedIn: (sku: string, pool: string) => workspace.sku(sku).reserved?.get(pool) ?? 0n,
    poolOf,
    /** Business day of the decision; the last day of a lot still counts. */
    today: calendarOf(policy.zone).dayOf(recordedAt),
  };
}
