/**
 * What a command means for the books: the only place that knows stock rules. Pure: it sees the
 * workspace, the policy and the time it is told, and either changes the workspace or leaves no trace.
 */
import type { Fault } from '../errors.ts';
import { StockbusError } from '../errors.ts';
import { type Command, expiryActor } from '../message.ts';
import type { BookContext } from './context.ts';
import { bookCancellation } from './documents/cancellation.ts';
import { bookLandedCost } from './documents/landedCost.ts';
import { upsertItem, upsertLocation } from './documents/masterData.ts';
import type { AnyDocument } from './documents/movementLines.ts';
import { bookLines } from './documents/movementLines.ts';
import { upsertOrder } from './documents/openOrders.ts';
import { closePeriod, reopenPeriod } from './documents/period.ts';
import { bookProduction } from './documents/production.ts';
import { reservedField } from './documents/reservedField.ts';
import { bookMethod, bookRevaluation } from './documents/revaluation.ts';
import type { ReservationAnswer, ReservationCommand } from './reservations/contract.ts';
import { expireReservation } from './reservations/release.ts';
import { reservationBooks } from './reservations/reservationBooks.ts';
import { decideReservation } from './reservations.ts';

export type Decision =
  | { outcome: 'booked'; answers: ReservationAnswer[] }
  | { outcome: 'rejected'; fault: Fault };

/** Decides one command; a rejection undoes everything it did. Throws only Missing and defects. */
export function decide(context: BookContext, command: Command): Decision {
  return allOrNone(context, () => {
    const reserved = reservedField(command.data);
    if (reserved) throw new StockbusError(reserved.code, reserved.message, reserved.at);
    return book(context, command);
  });
}

/** Ends a reservation whose time is over; no answer where it was resolved meanwhile. */
export function decideExpiry(context: BookContext, id: string): Decision {
  return allOrNone(context, () => {
    const books = reservationBooks(context, { source: '', id: '', actor: expiryActor });
    const answer = expireReservation(books, id, context.recordedAt);
    return answer ? [answer] : [];
  });
}

function allOrNone({ workspace }: BookContext, work: () => ReservationAnswer[]): Decision {
  try {
    const answers = work();
    workspace.keep();
    return { outcome: 'booked', answers };
  } catch (error) {
    workspace.rollback();
    if (error instanceof StockbusError) return { outcome: 'rejected', fault: error.fault };
    throw error;
  }
}

/** One arm for each message type. */
function book(context: BookContext, command: Command): ReservationAnswer[] {
  switch (command.type) {
    case 'stock.receive.v1':
    case 'stock.issue.v1':
    case 'stock.return.v1':
    case 'stock.transfer.v1':
    case 'stock.adjust.v1':
    case 'stock.count.v1':
    case 'stock.status.v1':
      bookLines(context, command, dataOf<AnyDocument>(command));
      return [];
    case 'stock.produce.v1':
      bookProduction(context, command, dataOf(command));
      return [];
    case 'stock.landed-cost.v1':
      bookLandedCost(context, command, dataOf(command));
      return [];
    case 'stock.revalue.v1':
      bookRevaluation(context, command, dataOf(command));
      return [];
    case 'stock.method.v1':
      bookMethod(context, command, dataOf(command));
      return [];
    case 'stock.cancel.v1':
      bookCancellation(context, command, dataOf(command));
      return [];
    case 'reservation.create.v1':
    case 'reservation.commit.v1':
    case 'reservation.void.v1':
      return reserve(context, command);
    case 'period.close.v1':
      closePeriod(context, command, dataOf(command));
      return [];
    case 'period.reopen.v1':
      reopenPeriod(context, command, dataOf(command));
      return [];
    case 'order.upsert.v1':
      upsertOrder(context, dataOf(command));
      return [];
    case 'item.upsert.v1':
      upsertItem(context, dataOf(command));
      return [];
    case 'location.upsert.v1':
      upsertLocation(context, dataOf(command));
      return [];
    default:
      throw unknownType(command.type);
  }
}

/** Of a newer intake, perhaps; to book nothing would be to lose it. */
const unknownType = (type: never): StockbusError =>
  new StockbusError('MESSAGE_INVALID', `there is no rule for messages of type ${type}`, {
    field: 'type',
  });

/** The data was checked against the schema of its type on the way in. */
const dataOf = <Data>({ data }: Command): Data => data as unknown as Data;

function reserve(context: BookContext, command: Command): ReservationAnswer[] {
  const { source, id: messageId, actor } = command;
  const books = reservationBooks(context, command);
  const cause = { source, messageId, actor, recordedAt: context.recordedAt };
  const answers = decideReservation(books, command as unknown as ReservationCommand, cause);
  // Parked it is not lost: its goods may have left, and the reservation may still be on its way.
  if (answers.at(-1)!.result !== 'not_found') return answers;
  const { reservation } = dataOf<{ reservation: string }>(command);
  throw new StockbusError('RESERVATION_UNKNOWN', `there is no reservation ${reservation}`, {
    field: 'reservation',
  });
}
