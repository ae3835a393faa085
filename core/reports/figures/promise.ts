/** Available to promise by date: what can be given away on a day without breaking a later promise. */
import type { Micro } from '../../decimal.ts';

/** What is to come, and what is to go, on a day `YYYY-MM-DD`. */
export interface DueQuantity {
  due: string;
  incoming: Micro;
  outgoing: Micro;
}

export interface PromiseRow extends DueQuantity {
  /** Expected to be there after that day when all comes and goes as it is due; may be negative. */
  projected: Micro;
  /** Never negative. */
  promisable: Micro;
}

/**
 * Cumulative, with look-ahead: a unit given away on a day is missing on every later day, so the least
 * of what is projected from that day on can be promised. The first row is now (`due` is empty).
 */
export function promisesOf(free: Micro, dues: readonly DueQuantity[]): PromiseRow[] {
  const byDay = new Map<string, DueQuantity>();
  for (const { due, incoming, outgoing } of dues) {
    const known = byDay.get(due);
    if (known) {
      known.incoming += incoming;
      known.outgoing += outgoing;
    } else byDay.set(due, { due, incoming, outgoing });
  }
  const days = [...byDay.values()].sort((one, other) => (one.due < other.due ? -1 : 1));
  let projected = free;
  const rows = [{ due: '', incoming: 0n, outgoing: 0n }, ...days].map((day): PromiseRow => {
    projected += day.incoming - day.outgoing;
    return { ...day, projected, promisable: projected };
  });
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    const later = rows[index + 1]?.promisable;
    const row = rows[index]!;
    if (later !== undefined && later < row.promisable) row.promisable = later;
  }
  for (const row of rows) if (row.promisable < 0n) row.promisable = 0n;
  return rows;
}
