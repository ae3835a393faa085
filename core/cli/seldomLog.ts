import { limits } from '../limits.ts';
import { type LogEventSpec, logEvents } from '../logEvents.ts';
import { type Log, systemTime } from '../runtime.ts';

/** By which one trouble is told from another. */
const PLACE = ['code', 'partition', 'flow', 'connector', 'stage', 'queue', 'name', 'month', 'id'];
/** Troubles that are remembered. */
const MOST = 1_000;

/**
 * What lasts is written at first, and then once a minute with how often it came meanwhile (`more`): a database that is away
 * for ten minutes writes some lines and not thousands, among which nobody finds another.
 */
export function seldomLog(log: Log, monotonic: () => number = systemTime.monotonic): Log {
  const told = new Map<string, { atMs: number; more: number }>();
  return (level, event, fields = {}) => {
    const { lasts }: LogEventSpec = logEvents[event];
    if (!lasts) return log(level, event, fields);
    const key = JSON.stringify([level, event, ...PLACE.map((name) => fields[name])]);
    const before = told.get(key);
    const nowMs = monotonic();
    if (before && nowMs - before.atMs < limits.tellAgainMs) {
      before.more += 1;
      return;
    }
    if (told.size >= MOST) told.clear();
    told.set(key, { atMs: nowMs, more: 0 });
    log(level, event, before?.more ? { ...fields, more: before.more } : fields);
  };
}
