import { heldOf, type Reservation } from '../../ledger.ts';
import { expiryActor, type ReservationVoid } from '../../message.ts';
import { refusal } from '../refusal.ts';
import { answering } from './answer.ts';
import type {
  Cause,
  ReservationAction,
  ReservationAnswer,
  ReservationBooks,
  ReservationRule,
} from './contract.ts';
import { hold } from './hold.ts';

/** From the moment `expiresAt` on; never before. Both are RFC 3339 UTC with milliseconds. */
export const isDue = ({ state, expiresAt }: Reservation, now: string): boolean =>
  state === 'pending' && expiresAt !== '' && expiresAt <= now;

/** Gives back what a reservation holds when its time is over; undefined where that is not so. */
export function expireReservation(
  books: ReservationBooks,
  id: string,
): ReservationAnswer | undefined {
  const reservation = books.reservation(id);
  if (!reservation || !isDue(reservation, books.time)) return undefined;
  releaseAll(books, reservation);
  const time = { source: '', messageId: '', actor: expiryActor, recordedAt: books.time };
  return answering(books, 'expire', time)(reservation, 'expired', { state: 'expired' });
}

export const voidReservation: ReservationRule<ReservationVoid> = (books, data, cause) => {
  const { reservation: id, reason } = data;
  return whilePending(books, id, { action: 'void', reason }, cause, (reservation, tell) => {
    releaseAll(books, reservation);
    return [tell(reservation, 'voided', { state: 'voided' }, { reason })];
  });
};

/** Does what is asked of a reservation that is pending; of another it is only answered what became of it. */
export function whilePending(
  books: ReservationBooks,
  id: string,
  { action, reason }: { action: ReservationAction; reason?: string | undefined },
  cause: Cause,
  work: (of: Reservation, tell: ReturnType<typeof answering>) => ReservationAnswer[],
): ReservationAnswer[] {
  const tell = answering(books, action, cause);
  const { before, reservation } = asOfNow(books, id);
  if (!reservation) return [{ ...cause, id, action, result: 'not_found', reservation }];
  const { state } = reservation;
  if (state === 'pending') {
    refuseRepeated(reservation, cause);
    return work(reservation, tell);
  }
  const result = state === 'expired' ? state : (`already_${state}` as const);
  return [...before, tell(reservation, result, {}, { reason })];
}

/** What has changed it and left it pending would do so once more by the same id, with other content. */
function refuseRepeated({ log }: Reservation, { source, messageId }: Cause): void {
  const known = log.find((line) => line.messageId === messageId && line.source === source);
  if (known?.result !== 'updated' && known?.result !== 'partly_committed') return;
  const message = `${messageId} of ${source} was booked at ${known.recordedAt} with other content`;
  throw refusal('ID_CONFLICT', message, 'id');
}

/** A reservation as the clock has it: expired when its time is over, though no sweep came by. */
export function asOfNow(
  books: ReservationBooks,
  id: string,
): { before: ReservationAnswer[]; reservation: Reservation | undefined } {
  const expired = expireReservation(books, id);
  return { before: expired ? [expired] : [], reservation: books.reservation(id) };
}

/** What is over holds nothing, though no sweep came by. */
export function expireDue(books: ReservationBooks, sku: string): ReservationAnswer[] {
  const due = books.pendingOf(sku).filter((reservation) => isDue(reservation, books.time));
  return due.flatMap(({ id }) => expireReservation(books, id) ?? []);
}

function releaseAll(books: ReservationBooks, { lines }: Reservation): void {
  for (const line of lines) hold(books, line, -heldOf(line));
}
