/**
 * What a command means for the books: the only place that knows stock rules. Pure: it sees the
 * workspace, the policy and the time it is told, and either changes the workspace or leaves no trace.
 */
import { type Fault, StockbusError } from '../errors.ts';
import type { Command, CommandType } from '../message.ts';
import { reservedField } from '../reservedField.ts';
import type { BookContext } from './context.ts';
import { bookCancellation } from './documents/cancellation.ts';
import { bookCount } from './documents/counts.ts';
import { bookInvoice } from './documents/invoice.ts';
import { bookLandedCost } from './documents/landedCost.ts';
import { upsertItem, upsertLocation } from './documents/masterData.ts';
import { bookLines } from './documents/movementLines.ts';
import { bookOpening } from './documents/opening.ts';
import { upsertOrder } from './documents/openOrders.ts';
import { closePeriod, reopenPeriod } from './documents/period.ts';
import { bookProduction } from './documents/production.ts';
import { bookMethod, bookRevaluation } from './documents/revaluation.ts';
import { requireExpected } from './expectedVersions.ts';
import { Missing } from './Missing.ts';
import { refusal } from './refusal.ts';
import {
  isAboutReservation,
  type ReservationAnswer,
  type ReservationCommand,
} from './reservations/contract.ts';
import { asOfNow, expireDue, time } from './reservations/release.ts';
import { reservationBooks } from './reservations/reservationBooks.ts';
import { decideReservation } from './reservations.ts';

export type Decision =
  | { outcome: 'booked'; answers: ReservationAnswer[] }
  | { outcome: 'rejected'; fault: Fault };

/** Decides one command; a rejection undoes everything it did. Throws only Missing and defects. */
export function decide(context: BookContext, command: Command): Decision {
  return allOrNone(context, () => {
    const reserved = reservedField(command.type, command.data);
    if (reserved) throw new StockbusError(reserved.code, reserved.message, reserved.at);
    requireExpected(context, command);
    return book(context, command);
  });
}

/** Ends a reservation whose time is over; no answer where it was resolved meanwhile. */
export function decideExpiry(context: BookContext, id: string): Decision {
  return allOrNone(context, () => {
    const books = reservationBooks(context, time);
    asOfNow(books, id);
    return books.expired;
  });
}

function allOrNone({ workspace }: BookContext, work: () => ReservationAnswer[]): Decision {
  try {
    const answers = work();
    workspace.undo.clear();
    return { outcome: 'booked', answers };
  } catch (error) {
    workspace.undo.rollback();
    if (error instanceof StockbusError) return { outcome: 'rejected', fault: error.fault };
    throw error;
  }
}

function book(context: BookContext, command: Command): ReservationAnswer[] {
  const { type, data } = command;
  if (isAboutReservation(type)) return reserve({ ...context, freeOverdue: undefined }, command);
  // Of a newer intake, perhaps; to book nothing would be to lose it.
  if (!Object.hasOwn(rules, type)) {
    throw refusal('MESSAGE_INVALID', `there is no rule for messages of type ${type}`, 'type');
  }
  context.freed = [];
  context.freeOverdue ??= (sku) => {
    if (!context.workspace.claims.knowsOverdue) throw new Missing({ overdue: true });
    expireDue(reservationBooks(context, time, context.freed), sku);
  };
  rules[type](context, command, data as never);
  return context.freed;
}

/** The data was checked against the schema of its type on the way in. */
type Rule = (context: BookContext, command: Command, data: never) => void;

/** What each message does to the books, but for those about reservations. */
const rules: Readonly<Record<Exclude<CommandType, ReservationCommand['type']>, Rule>> = {
  'stock.opening.v1': bookOpening,
  'stock.receive.v1': bookLines,
  'stock.issue.v1': bookLines,
  'stock.return.v1': bookLines,
  'stock.transfer.v1': bookLines,
  'stock.adjust.v1': bookLines,
  'stock.count.v1': bookCount,
  'stock.status.v1': bookLines,
  'stock.produce.v1': bookProduction,
  'stock.landed-cost.v1': bookLandedCost,
  'stock.invoice.v1': bookInvoice,
  'stock.revalue.v1': bookRevaluation,
  'stock.method.v1': bookMethod,
  'stock.cancel.v1': bookCancellation,
  'period.close.v1': closePeriod,
  'period.reopen.v1': reopenPeriod,
  'order.upsert.v1': (context, _, data) => upsertOrder(context, data),
  'item.upsert.v1': (context, _, data) => upsertItem(context, data),
  'location.upsert.v1': (context, _, data) => upsertLocation(context, data),
};

function reserve(context: BookContext, command: Command): ReservationAnswer[] {
  const { source, id: messageId, actor } = command;
  const books = reservationBooks(context, { source, messageId, actor });
  const answer = decideReservation(books, command as unknown as ReservationCommand);
  return [...books.expired, answer];
}
