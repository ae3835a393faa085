import type { Micro } from '../../decimal.ts';
import type { StockbusError } from '../../errors.ts';
import type { Reservation, ReservationLine } from '../../ledger.ts';
import { limits } from '../../limits.ts';
import { insufficient } from '../refusal.ts';
import { promisable } from './available.ts';
import type {
  Cause,
  ReservationAction,
  ReservationAnswer,
  ReservationResult,
  Shortage,
} from './contract.ts';
import type { ReservationBooks } from './reservationBooks.ts';

/**
 * Answers of one kind to one cause: each is written into the reservation's log, with what it changed, and
 * what was short, or the reason that the message gave.
 */
export const answering =
  (books: ReservationBooks, action: ReservationAction, cause: Cause, stated?: string) =>
  (
    reservation: Reservation,
    result: ReservationResult,
    change: Partial<Pick<Reservation, 'state' | 'lines' | 'expiresAt'>> = {},
    {
      shortage,
      reason = shortage ? refusalOf(shortage).message : stated,
    }: { shortage?: Shortage; reason?: string } = {},
  ): ReservationAnswer => {
    const line = { action, result, ...cause, ...(reason !== undefined && { reason }) };
    const version = reservation.version + 1;
    const log = [...reservation.log, line];
    // The line that made it, which tells its time, stays with the latest.
    log.splice(1, log.length - 1 - limits.reservationLogLines);
    const after = { ...reservation, ...change, version, log };
    books.changeReservation(after);
    // Whoever shows what can be promised learns it from the answer: no movement may follow for days.
    const available =
      movesHolds(reservation, after) && after.lines.map((held) => promisable(books, held));
    const issued =
      action === 'commit' &&
      change.lines?.map(({ committed }, index) => committed - reservation.lines[index]!.committed);
    return {
      ...{ ...line, reservation: after },
      ...(issued && { issued }),
      ...(available && { available }),
      ...(shortage && { shortage }),
    };
  };

/** What is asked of a line, of it or of what is named only now, and what there is. */
export const shortageOf = (
  { line, sku, pool, ...held }: ReservationLine,
  asked: Micro,
  available: Micro,
  { place, lot }: { place: string; lot: string } = held,
): Shortage => ({ line, sku, place, pool, lot, asked, available });

/** Whether it holds since this answer, or no longer does, or something else. */
const movesHolds = (before: Reservation, after: Reservation): boolean =>
  before.version === 0
    ? after.state === 'pending'
    : before.state !== after.state || before.lines !== after.lines;

/** A shortage as a refusal has it. */
export function refusalOf({ sku, place, pool, lot, asked, available }: Shortage): StockbusError {
  const where = `${place || `pool ${pool}`}${lot && `, lot ${lot}`}`;
  return insufficient(sku, where, asked, available, 'available');
}
