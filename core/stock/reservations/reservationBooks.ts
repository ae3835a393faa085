import type { Micro } from '../../decimal.ts';
import { isStockbusError, type StockbusError } from '../../errors.ts';
import type { LedgerEntry, Reservation, ReservationLine } from '../../ledger.ts';
import type { BookContext } from '../context.ts';
import { businessTime } from '../documents/businessTime.ts';
import { knowItem } from '../documents/knowItem.ts';
import { bookWithLots, entryOf, setWay } from '../documents/movementLines.ts';
import { fulfil } from '../documents/openOrders.ts';
import { mainPool } from '../policy.ts';
import { refuseOverflow } from '../refusal.ts';
import { negativePolicy } from '../timeline.ts';
import { quantityOf } from '../units.ts';
import type { Cause, ReservationAnswer } from './contract.ts';
import { heldStockOfRound } from './heldStockOfRound.ts';

/** What reservations read and change of the books of a decision round. */
export type ReservationBooks = ReturnType<typeof reservationBooks>;

/** What becomes of a message: its own answer. Before it come those of the books' `expired`. */
export type ReservationRule<Data> = (books: ReservationBooks, data: Data) => ReservationAnswer;

/**
 * Every change is undone with the rest of a refused document. All balances of a SKU that a reservation names
 * are loaded, and a change of what is reserved makes the SKU's head part of the commit: that is how concurrent
 * takers see each other.
 */
export function reservationBooks(
  context: BookContext,
  by: Doer,
  expired: ReservationAnswer[] = [],
) {
  const { workspace, policy } = context;
  return {
    ...heldStockOfRound(context),
    /** Moment of the decision, and the message that asks for it. */
    time: context.recordedAt,
    cause: { ...by, recordedAt: context.recordedAt },
    /** Answers of reservations that turned out to be over, in order. */
    expired,
    reservation: (id: string) => workspace.claims.reservation(id),
    /** Those that are loaded, pending, and hold something of the SKU; all else that they hold is loaded too. */
    pendingOf(sku: string) {
      const pending = workspace.claims.reservations().filter(({ state }) => state === 'pending');
      return pending.filter(({ lines }) => lines.some((line) => line.sku === sku));
    },
    /** The state after this, with its version already counted up; a new one has version 1. */
    changeReservation: (reservation: Reservation) =>
      workspace.claims.changeReservation(reservation),
    /** More of a line, or less. What is held of any lot of a place stands on its balance without a lot. */
    hold({ sku, place, pool, lot }: ReservationLine, by: Micro) {
      if (by === 0n) return;
      const balance = place === '' ? undefined : this.balance(sku, place, lot);
      const reserved = (balance ? balance.reserved : this.reservedIn(sku, pool)) + by;
      refuseOverflow(reserved, 'what is reserved');
      if (balance) workspace.changeBalance(balance, { reserved });
      else workspace.changePoolReserved(workspace.sku(sku), pool, reserved);
      this.rely(sku);
    },
    /** What is decided rests on the SKU as it is now: the commit fails where somebody else has changed it meanwhile. */
    rely: (sku: string) => workspace.changeSku(workspace.sku(sku), {}),
    /** As the policy lists them; `main` lists none; undefined: no such pool. */
    placesOf: (pool: string) => policy.pools[pool] ?? (pool === mainPool ? [] : undefined),
    negative: (sku: string, place: string) => negativePolicy(workspace.sku(sku), place, policy),
    /** Whether more may be promised than is there; that an item says, not the hub as a whole. */
    mayBackorder: (sku: string) => workspace.sku(sku).item?.negative === 'allow',
    toBaseUnits: (sku: string, quantity: string, unit: string | undefined) =>
      quantityOf(policy, knowItem(context, sku, unit), quantity, unit).base,
    /**
     * An issue to `customer`. Where no lot is named the item's rule picks, first among what is not held by lot.
     * Refused by the negative policy, as any, but against what is on hand: that much was held for the taker.
     */
    issue: (issue: ReservedIssue) => bookIssue(context, by, issue),
    /** Does the work, or undoes all of it and returns the error that it threw. */
    attempt(work: () => void) {
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

type Doer = Omit<Cause, 'recordedAt'>;
type ReservedIssue = Pick<
  LedgerEntry,
  'document' | 'line' | 'partner' | 'reference' | 'at' | 'sku' | 'lot' | 'quantity'
> & { place: string };

function bookIssue(
  context: BookContext,
  by: Doer,
  { document, partner, reference, sku, place, lot, quantity, line, ...issue }: ReservedIssue,
): void {
  const { at, note, dated } = businessTime(context, issue.at);
  const facts = { document, partner, reference, at, ...by };
  const item = knowItem(context, sku, undefined);
  const entry = entryOf(facts, { sku, lot, line }, 0, quantity, note);
  setWay(entry, 'issue', place, 'customer');
  if (dated !== undefined) entry.input = { dated };
  bookWithLots(context, item, entry, { isReserved: true });
  fulfil(context, entry, entry.quantity);
}
