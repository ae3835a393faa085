import type { Reservation } from '../ledger.ts';
import type { ReservationResult } from '../stock/reservations/contract.ts';
import { resultCode } from './reservationEvent.ts';

/** An answer about a reservation by which nothing was booked. */
export interface Answered {
  reservation: string;
  action: string;
  /** `insufficient`, as the counts name it. */
  code: string;
  /** What was short, such as `TEA at WH: 3 asked, 2 available`. */
  reason: string | undefined;
  recordedAt: string;
}

/** Of lines of its log, those by which nothing was booked. */
export function answersIn({ id, log }: Reservation, lines: Reservation['log']): Answered[] {
  return lines.flatMap(({ action, result, reason, recordedAt }) => {
    const code = resultCode({ action, result } as {
      action: 'create';
      result: ReservationResult;
    });
    if (code === 'booked' || code === 'exists') return [];
    const why = reason ?? (code === 'already_failed' ? log[0]?.reason : undefined);
    return [{ reservation: id, action, code, reason: why, recordedAt }];
  });
}
