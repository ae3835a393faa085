import { formatDecimal } from '../decimal.ts';
import type { ReservationLine } from '../ledger.ts';
import type { Command, ReservationChanged, ReservationCommit } from '../message.ts';
import type {
  ReservationAnswer,
  ReservationResult,
  Shortage,
} from '../stock/reservations/contract.ts';
import { isAboutReservation } from '../stock/reservations/contract.ts';

/** The event that tells an answer; its id is the same at every attempt of the same commit. */
export function reservationEvent(answer: ReservationAnswer): {
  id: string;
  data: ReservationChanged;
} {
  const { action, result, reservation, shortage, reason, source, messageId, actor } = answer;
  const { id, version, state, expiresAt, lines } = reservation;
  const data: ReservationChanged = {
    reservation: id,
    action,
    result,
    state,
    ...(expiresAt && { expiresAt }),
    lines: lines.map((line, index) => lineData(line, index, answer)),
    ...(shortage && { shortage: shortageData(shortage) }),
    ...(reason && { reason }),
    ...(messageId && { source, messageId }),
    actor,
    recordedAt: answer.recordedAt,
  };
  return { id: `reservation/${id}#${version}`, data };
}

function lineData(
  line: ReservationLine,
  index: number,
  answer: Pick<ReservationAnswer, 'available' | 'issued'>,
): ReservationChanged['lines'][number] {
  const [issued, available] = [answer.issued?.[index], answer.available?.[index]];
  return {
    ...{ line: line.line, sku: line.sku, ...target(line) },
    quantity: formatDecimal(line.quantity),
    committed: formatDecimal(line.committed),
    ...(issued !== undefined && { issued: formatDecimal(issued) }),
    ...(available !== undefined && { available: formatDecimal(available) }),
  };
}

function shortageData(shortage: Shortage): NonNullable<ReservationChanged['shortage']> {
  return {
    ...{ line: shortage.line, sku: shortage.sku, ...target(shortage) },
    asked: formatDecimal(shortage.asked),
    available: formatDecimal(shortage.available),
  };
}

/** Where a place of a pool was named, the place tells it. */
const target = ({ place, pool, lot }: { place: string; pool: string; lot: string }) => ({
  ...(place === '' ? { pool } : { location: place }),
  ...(lot !== '' && { lot }),
});

/** Answers by which something was done: held, issued or given back. */
const done: readonly ReservationResult[] = [
  ...(['created', 'updated', 'partly_committed', 'committed', 'voided'] as const),
];

/** What a message came to by its last answer, as intakes count it: booked, booked before, or answered otherwise. */
export function resultCode(
  answer: Pick<ReservationAnswer, 'action' | 'result'> | undefined,
): 'booked' | 'exists' | string {
  // What it found beyond its time is no answer to it.
  if (!answer || answer.action === 'expire' || done.includes(answer.result)) return 'booked';
  // Without where it differs, so that there are few of them.
  return answer.result.replace(/(?<=_different)_.*/s, '');
}

/**
 * Reservations know which request came before under the same id; not so what may be done to one of them time
 * and again: there, too, one id has one content, or what comes again would be booked again.
 */
export const answersForItself = ({ type, data }: Command): boolean =>
  isAboutReservation(type) &&
  type !== 'reservation.update.v1' &&
  (data as ReservationCommit).rest !== 'keep';
