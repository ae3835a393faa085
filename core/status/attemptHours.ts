/** How endpoints answered, hour by hour. */
import type { Books, SinkHour } from '../ports.ts';

const HOURS = 48;
const HOUR_MS = 3_600_000;
/** Of an hour that is not over. */
const FRESH_MS = 60_000;
/** So long after its end every process has noted what it did in an hour. */
const LATE_MS = 5 * 60_000;

interface Counted {
  atMs: number;
  rows: Promise<SinkHour[]>;
}

/** By the store that they are of: those who look share them, and an hour that is over is counted once. */
const counted = new WeakMap<Books, Map<number, Counted>>();

/** Of the last two days, in the order of time: an hour at a time, so that nobody waits for two days of many calls. */
export async function attemptHours(store: Books, nowMs: number): Promise<SinkHour[]> {
  const hours = counted.get(store) ?? new Map<number, Counted>();
  counted.set(store, hours);
  const last = Math.floor(nowMs / HOUR_MS);
  for (const hour of hours.keys()) if (hour <= last - HOURS) hours.delete(hour);
  const rows: SinkHour[] = [];
  for (let hour = last - HOURS + 1; hour <= last; hour += 1) {
    const known = hours.get(hour);
    if (known && isFresh(known, hour, nowMs)) {
      rows.push(...(await known.rows));
      continue;
    }
    const asked = { atMs: nowMs, rows: store.callsByHour(startOf(hour), startOf(hour + 1)) };
    hours.set(hour, asked);
    asked.rows.catch(() => hours.get(hour) === asked && hours.delete(hour));
    rows.push(...(await asked.rows));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return rows;
}

const isFresh = ({ atMs }: Counted, hour: number, nowMs: number): boolean =>
  atMs >= (hour + 1) * HOUR_MS + LATE_MS || Math.abs(nowMs - atMs) < FRESH_MS;

/** As RFC 3339 begins. */
const startOf = (hour: number): string => new Date(hour * HOUR_MS).toISOString().slice(0, 13);
