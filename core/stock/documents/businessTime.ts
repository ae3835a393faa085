import { StockbusError } from '../../errors.ts';
import type { BookContext } from '../bookMovement.ts';

/**
 * When a document counts: as it says, or, where that lies in a closed period, by policy on the first
 * open day; `note` then says what it said.
 */
export function businessTime(
  { workspace, policy }: BookContext,
  stated: string,
): { at: string; note: string } {
  const at = new Date(stated).toISOString();
  const { closedThrough } = workspace.period;
  if (closedThrough === '' || at.slice(0, 10) > closedThrough) return { at, note: '' };
  if (policy.closedPeriod === 'redirect') {
    return { at: dayAfter(closedThrough), note: `dated ${at.slice(0, 10)}, in a closed period` };
  }
  throw new StockbusError(
    'PERIOD_CLOSED',
    `${at.slice(0, 10)} lies in the period that is closed through ${closedThrough}`,
    { field: 'at' },
  );
}

function dayAfter(day: string): string {
  const next = new Date(`${day}T00:00:00.000Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString();
}
