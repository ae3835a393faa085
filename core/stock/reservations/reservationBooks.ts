import { isStockbusError, type StockbusError } from '../../errors.ts';
import type { BookContext, Change, Movement } from '../bookMovement.ts';
import { bookMovement } from '../bookMovement.ts';
import { businessTime } from '../documents/businessTime.ts';
import { knowItem } from '../documents/knowItem.ts';
import { withLots } from '../documents/lots.ts';
import { fulfil } from '../documents/openOrders.ts';
import type { ReservationBooks, ReservedIssue } from '../reservations.ts';
import { negativePolicy } from '../timeline.ts';
import { decimalOf, factorOf, toBase } from '../units.ts';

/**
 * The books of a decision round, as reservations see them. What is issued is added to `changes`, as
 * the doing of the message named.
 */
export function reservationBooks(
  context: BookContext,
  message: { source: string; id: string },
  changes: Change[],
): ReservationBooks {
  const { workspace, policy, poolOf } = context;
  return {
    reservation: (id) => workspace.reservation(id),
    pendingOf: (sku) =>
      workspace
        .reservations()
        .filter(
          ({ state, lines }) => state === 'pending' && lines.some((line) => line.sku === sku),
        ),
    changeReservation: (reservation) => workspace.changeReservation(reservation),

    balance: (sku, place, lot, status, owner) =>
      workspace.sku(sku).balance(place, lot, status, owner),
    balancesAt: (sku, place) => workspace.sku(sku).balances({ place }),
    balancesIn: (sku, pool) =>
      workspace
        .sku(sku)
        .balances()
        .filter(({ place }) => poolOf(place) === pool),
    changeReserved(balance, by) {
      const state = workspace.sku(balance.sku);
      workspace.changeBalance(balance, { reserved: balance.reserved + by }, state.seq);
      // Its version then tells other takers.
      workspace.changeSku(state, {});
    },
    poolReserved: (sku, pool) => workspace.sku(sku).reserved.get(pool) ?? 0n,
    changePoolReserved: (sku, pool, by) =>
      workspace.changePoolReserved(workspace.sku(sku), pool, by),

    poolOf,
    placesOf: (pool) => policy.pools[pool] ?? (pool === 'main' ? [] : undefined),
    negative: (sku, place) => negativePolicy(workspace.sku(sku), place, policy),
    toBaseUnits: (sku, quantity, unit) =>
      toBase(decimalOf(quantity, 'quantity'), factorOf(knowItem(context, sku, unit), unit)),

    issue: (issue) => bookIssue(context, message, issue, changes),
    attempt(work) {
      const { mark } = workspace;
      const { length } = changes;
      return attempted(work, () => {
        workspace.rollback(mark);
        changes.length = length;
      });
    },
  };
}

function attempted(work: () => void, undo: () => void): StockbusError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    undo();
    if (isStockbusError(error)) return error;
    throw error;
  }
}

function bookIssue(
  context: BookContext,
  { source, id }: { source: string; id: string },
  issue: ReservedIssue,
  changes: Change[],
): void {
  const { document, partner, reference, sku, place, lot, quantity, line } = issue;
  const { at, note } = businessTime(context, issue.at);
  const facts = { document, partner, reference, at, source, messageId: id };
  const movement: Movement = {
    ...{ kind: 'issue', sku, from: place, to: 'customer', quantity, lot },
    ...{ status: 'available', owner: '', isReserved: true, line, reason: note },
  };
  const item = knowItem(context, sku, undefined);
  for (const one of withLots(context, item, movement, at.slice(0, 10)))
    bookMovement(context, facts, one, changes);
  fulfil(context, reference, movement);
}
