/** Offsets of IANA time zones, from the platform's own tables. */

const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
/** Quarters of an hour that are remembered for each zone: more than a year of them. */
const REMEMBERED = 40_000;

/** Turns local times of a zone into instants (milliseconds since 1970 UTC), and back. */
export interface Zone {
  /** Local time of an instant, counted as if it were UTC. */
  toLocal(instantMs: number): number;
  /**
   * `localMs` is the local time counted as if it were UTC. A time that a change of the clocks skips
   * is read with the offset before the change (02:30 becomes 03:30); one that happens twice is the
   * first of the two.
   */
  toInstant(localMs: number): number;
}

const zones = new Map<string, Zone>();

/** Calendar days of a zone; instants are RFC 3339 UTC with milliseconds, days `YYYY-MM-DD`. */
export interface Calendar {
  dayOf(instant: string): string;
  /** First and last millisecond of a day. */
  startOf(day: string): string;
  endOf(day: string): string;
}

const utc: Calendar = {
  dayOf: (instant) => instant.slice(0, 10),
  startOf: (day) => `${day}T00:00:00.000Z`,
  endOf: (day) => `${day}T23:59:59.999Z`,
};

/** As the books write an instant, on a day that every month has. */
const WRITTEN =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** An instant as the books write it; one that stands there so already is not taken apart. */
export const instantOf = (text: string): string =>
  WRITTEN.test(text) ? text : new Date(text).toISOString();

const calendars = new Map<string, Calendar>();

/** An unknown zone counts as UTC; whoever reads configuration refuses it. */
export function calendarOf(name: string): Calendar {
  const known = calendars.get(name);
  if (known) return known;
  const made = makeCalendar(name);
  calendars.set(name, made);
  return made;
}

function makeCalendar(name: string): Calendar {
  const zone = name === 'UTC' ? undefined : zoneOf(name);
  if (!zone) return utc;
  const text = (ms: number): string => new Date(ms).toISOString();
  const startOf = (day: string): string => text(zone.toInstant(Date.parse(utc.startOf(day))));
  return {
    dayOf: (instant) => text(zone.toLocal(Date.parse(instant))).slice(0, 10),
    startOf,
    endOf: (day) => text(Date.parse(startOf(nextDay(day))) - 1),
  };
}

/** Whether a text is a day of the calendar, `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

export const nextDay = (day: string): string => daysAfter(day, 1);

/** The day so many days after another; before it, where the number is negative. */
export const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(utc.startOf(day)) + days * DAY_MS).toISOString().slice(0, 10);

/** Calendar days from one instant to another; 0 where the other is earlier. */
export function daysBetween(since: string, until: string, { dayOf }: Calendar): number {
  const number = (instant: string): number => Date.parse(utc.startOf(dayOf(instant))) / DAY_MS;
  return Math.max(0, number(until) - number(since));
}

/** The zone, or undefined where the name is unknown. */
export function zoneOf(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known) return known;
  const format = formatFor(name);
  if (!format) return undefined;
  const zone = makeZone(format);
  zones.set(name, zone);
  return zone;
}

function formatFor(name: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function makeZone(format: Intl.DateTimeFormat): Zone {
  const remembered = new Map<number, number>();
  const offsetAt = (instantMs: number): number => {
    // Zones change their offset on quarters of an hour only.
    const quarter = Math.floor(instantMs / QUARTER_MS);
    const known = remembered.get(quarter);
    if (known !== undefined) return known;
    const offset = readOffset(format, quarter * QUARTER_MS);
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(quarter, offset);
    return offset;
  };
  return {
    toLocal: (instantMs) => instantMs + offsetAt(instantMs),
    toInstant(localMs) {
      const before = offsetAt(localMs - DAY_MS);
      const after = offsetAt(localMs + DAY_MS);
      if (before === after || offsetAt(localMs - before) === before) return localMs - before;
      return offsetAt(localMs - after) === after ? localMs - after : localMs - before;
    },
  };
}

function readOffset(format: Intl.DateTimeFormat, instantMs: number): number {
  const parts: Record<string, number> = {};
  let beforeChrist = false;
  for (const { type, value } of format.formatToParts(instantMs)) {
    if (type === 'era') beforeChrist = value.startsWith('B');
    else parts[type] = parseInt(value, 10);
  }
  const year = beforeChrist ? 1 - parts.year! : parts.year!;
  const local = new Date(0);
  local.setUTCFullYear(year, parts.month! - 1, parts.day!);
  local.setUTCHours(parts.hour!, parts.minute!, parts.second!);
  return local.getTime() - instantMs;
}
