import { standingInWords, type ToldCounts } from '../../closingChecks.ts';
import { limits } from '../../limits.ts';
import type { Command, PeriodClose, PeriodReopen } from '../../message.ts';
import { calendarOf } from '../../zone.ts';
import type { BookContext } from '../context.ts';
import { refusal } from '../refusal.ts';

/** Closes the books through a day, once all costs up to then are found and nothing stands in the way: they stay as they are. */
export function closePeriod(context: BookContext, command: Command, data: PeriodClose): void {
  const { workspace, policy } = context;
  const { closedThrough } = workspace.period;
  if (data.through <= closedThrough) {
    throw refusal('PERIOD_REFUSED', `the books are closed through ${closedThrough}`, 'through');
  }
  const { standing, waiting: stored } = workspace.periodState.standing(data.through);
  if (workspace.periodState.looks > limits.closingLooks) {
    const message = `whenever the books were looked at, documents up to ${data.through} were booked or parked meanwhile`;
    const todo = 'Close when nothing more comes that is dated in these days.';
    throw refusal('PERIOD_REFUSED', message, 'through', { todo });
  }
  const calendar = calendarOf(policy.zone);
  const waiting = workspace.waiting(stored).filter(({ at }) => calendar.dayOf(at) <= data.through);
  if (waiting.length > 0) {
    const { sku, at } = waiting.reduce((first, one) => (one.at < first.at ? one : first));
    const message = `costs of ${waiting.length} SKUs are being found anew, of ${sku} from ${calendar.dayOf(at)} on`;
    const todo = 'Close when no SKU waits to be costed anew any more.';
    throw refusal('PERIOD_REFUSED', message, 'through', { todo });
  }
  const refused = standing.filter(({ check }) => policy.closing?.[check] === 'refuse');
  if (refused.length > 0) {
    const todo = `See stockbus closing --as-of ${data.through}, and mend them; what is refused, stock.closing says.`;
    throw refusal('PERIOD_NOT_READY', standingInWords(refused), 'through', { todo });
  }
  const told = Object.fromEntries(standing.map(({ check, count }) => [check, count]));
  change(context, command, 'close', data.through, data.reason ?? '', told);
}

/** Opens them again, wholly or after a day; the log keeps that it was done, and why. */
export function reopenPeriod(context: BookContext, command: Command, data: PeriodReopen): void {
  const { closedThrough } = context.workspace.period;
  const through = data.through ?? '';
  if (through >= closedThrough) {
    const message = closedThrough
      ? `the books are closed only through ${closedThrough}`
      : 'no period is closed';
    throw refusal('PERIOD_REFUSED', message, 'through');
  }
  change(context, command, 'reopen', through, data.reason);
}

function change(
  { workspace, recordedAt }: BookContext,
  { source, id: messageId, actor }: Command,
  action: 'close' | 'reopen',
  through: string,
  reason: string,
  told: ToldCounts = {},
): void {
  const { log } = workspace.period;
  const record = { action, through, reason, source, messageId, actor, recordedAt };
  const line = Object.keys(told).length > 0 ? { ...record, told } : record;
  workspace.periodState.change({ closedThrough: through, log: [...log, line] });
}
