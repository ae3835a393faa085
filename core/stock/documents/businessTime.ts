import { calendarOf, instantOf, nextDay } from '../../zone.ts';
import type { BookContext } from '../context.ts';
import { refusal } from '../refusal.ts';

/**
 * When a document counts: as it says, or, where that lies in a closed period, by policy on the first
 * open day; `dated` and, for people, `note` then say what it said.
 */
export function businessTime(
  { workspace, policy }: BookContext,
  stated: string,
): { at: string; note: string; dated?: string } {
  const at = instantOf(stated);
  const { closedThrough } = workspace.period;
  if (closedThrough === '') return { at, note: '' };
  const calendar = calendarOf(policy.zone);
  const day = calendar.dayOf(at);
  if (day > closedThrough) return { at, note: '' };
  if (policy.closedPeriod === 'redirect') {
    const first = calendar.startOf(nextDay(closedThrough));
    return { at: first, note: `dated ${day}, in a closed period`, dated: at };
  }
  const message = `${day} lies in the period that is closed through ${closedThrough}`;
  throw refusal('PERIOD_CLOSED', message, 'at');
}
