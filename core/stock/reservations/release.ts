import { heldOf, type Reservation } from '../../ledger.ts';
import { expiryActor, type ReservationVoid } from '../../message.ts';
import { refusal } from '../refusal.ts';
import { answering } from './answer.ts';
import type { Cause, ReservationAction, ReservationAnswer } from './contract.ts';
import type { ReservationBooks, ReservationRule } from './reservationBooks.ts';

/** What time alone does names no message. */
export const time = { source: '', messageId: '', actor: expiryActor };

/** From the moment `expiresAt` on; never before. Both are RFC 3339 UTC with milliseconds. */
export const isDue = ({ state, expiresAt }: Reservation, now: string): boolean =>
  state === 'pending' && expiresAt !== '' && expiresAt <= now;

export const voidReservation: ReservationRule<ReservationVoid> = (books, data) =>
  whilePending(books, data, 'void', (reservation, tell) => {
    releaseAll(books, reservation);
    return tell(reservation, 'voided', { state: 'voided' });
  });

/**
 * Does what is asked of a reservation that is pending; of another it is only answered what became of it. A message about
 * none is parked and not lost: goods may have left by it, and the reservation may still be on its way.
 */
export function whilePending(
  books: ReservationBooks,
  { reservation: id, reason }: { reservation: string; reason?: string },
  action: ReservationAction,
  work: (of: Reservation, tell: ReturnType<typeof answering>) => ReservationAnswer,
): ReservationAnswer {
  const tell = answering(books, action, books.cause, reason);
  const reservation = asOfNow(books, id);
  if (!reservation)
    throw refusal('RESERVATION_UNKNOWN', `there is no reservation ${id}`, 'reservation');
  const { state } = reservation;
  if (state === 'pending') {
    refuseRepeated(reservation, books.cause);
    return work(reservation, tell);
  }
  return tell(reservation, state === 'expired' ? state : `already_${state}`);
}

/** What has changed it and left it pending would do so once more by the same id, with other content. */
function refuseRepeated({ log }: Reservation, { source, messageId }: Cause): void {
  const known = log.find((line) => line.messageId === messageId && line.source === source);
  if (known?.result !== 'updated' && known?.result !== 'partly_committed') return;
  const message = `${messageId} of ${source} was booked at ${known.recordedAt} with other content`;
  throw refusal('ID_CONFLICT', message, 'id');
}

/** A reservation as the clock has it: once its time is over it holds nothing, though no sweep came by. */
export function asOfNow(books: ReservationBooks, id: string): Reservation | undefined {
  const reservation = books.reservation(id);
  if (!reservation || !isDue(reservation, books.time)) return reservation;
  releaseAll(books, reservation);
  const tell = answering(books, 'expire', { ...time, recordedAt: books.time });
  books.expired.push(tell(reservation, 'expired', { state: 'expired' }));
  return books.reservation(id);
}

/** The same of all that hold something of a SKU. False where none is over. */
export function expireDue(books: ReservationBooks, sku: string): boolean {
  const due = books.pendingOf(sku).filter((reservation) => isDue(reservation, books.time));
  for (const { id } of due) asOfNow(books, id);
  return due.length > 0;
}

export function releaseAll(books: ReservationBooks, { lines }: Reservation): void {
  for (const line of lines) books.hold(line, -heldOf(line));
}
