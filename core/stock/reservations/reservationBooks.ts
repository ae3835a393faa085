import { isStockbusError, type StockbusError } from '../../errors.ts';
import type { Command } from '../../message.ts';
import type { BookContext } from '../context.ts';
import { businessTime } from '../documents/businessTime.ts';
import { knowItem } from '../documents/knowItem.ts';
import { bookWithLots, entryOf, setWay } from '../documents/movementLines.ts';
import { fulfil } from '../documents/openOrders.ts';
import { mainPool } from '../policy.ts';
import { negativePolicy } from '../timeline.ts';
import { quantityOf } from '../units.ts';
import type { ReservationAnswer, ReservationBooks, ReservedIssue } from './contract.ts';
import { heldStockOfRound } from './heldStockOfRound.ts';

/**
 * The books of a decision round, as reservations see them. What is issued is added to `changes`, as
 * the doing of the message named.
 */
export function reservationBooks(
  context: BookContext,
  message: Pick<Command, 'source' | 'id' | 'actor'>,
  expired: ReservationAnswer[] = [],
): ReservationBooks {
  const { workspace, policy } = context;
  return {
    ...heldStockOfRound(context),
    time: context.recordedAt,
    expired,
    reservation: (id) => workspace.claims.reservation(id),
    pendingOf(sku) {
      const pending = workspace.claims.reservations().filter(({ state }) => state === 'pending');
      return pending.filter(({ lines }) => lines.some((line) => line.sku === sku));
    },
    changeReservation: (reservation) => workspace.claims.changeReservation(reservation),
    changeReserved(balance, by) {
      workspace.changeBalance(balance, { reserved: balance.reserved + by });
      this.rely(balance.sku);
    },
    changePoolReserved: (sku, pool, by) =>
      workspace.changePoolReserved(workspace.sku(sku), pool, by),
    rely: (sku) => workspace.changeSku(workspace.sku(sku), {}),
    placesOf: (pool) => policy.pools[pool] ?? (pool === mainPool ? [] : undefined),
    negative: (sku, place) => negativePolicy(workspace.sku(sku), place, policy),
    mayBackorder: (sku) => workspace.sku(sku).item?.negative === 'allow',
    toBaseUnits: (sku, quantity, unit) =>
      quantityOf(policy, knowItem(context, sku, unit), quantity, unit).base,
    issue: (issue) => bookIssue(context, message, issue),
    attempt(work) {
      const { mark } = workspace.undo;
      try {
        work();
        return undefined;
      } catch (error) {
        if (!isStockbusError(error)) throw error;
        workspace.undo.rollback(mark);
        return error as StockbusError;
      }
    },
  };
}

function bookIssue(
  context: BookContext,
  { source, id, actor }: Pick<Command, 'source' | 'id' | 'actor'>,
  issue: ReservedIssue,
): void {
  const { document, partner, reference, sku, place, lot, quantity, line } = issue;
  const { at, note, dated } = businessTime(context, issue.at);
  const facts = { document, partner, reference, at, source, messageId: id, actor };
  const item = knowItem(context, sku, undefined);
  const entry = entryOf(facts, { sku, lot, line }, 0, quantity, note);
  setWay(entry, 'issue', place, 'customer');
  if (dated !== undefined) entry.input = { dated };
  bookWithLots(context, item, entry, { isReserved: true });
  fulfil(context, entry);
}
