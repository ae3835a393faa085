import type { ReservationResult } from './contract.ts';

/** Answers by which something was done: held, issued or given back. */
const done: readonly ReservationResult[] = ['created', 'committed', 'voided'];

/** What a message came to, as intakes count it: booked, booked before, or answered otherwise. */
export function resultCode(result: ReservationResult | undefined): 'booked' | 'exists' | string {
  if (result === undefined || done.includes(result)) return 'booked';
  // Without where it differs, so that there are few of them.
  return result.replace(/(?<=_different)_.*/s, '');
}
