/** Offsets of IANA time zones, from the platform's own tables. */

const QUARTER_MS = 15 * 60_000;
const DAY_MS = 86_400_000;
/** Quarters of an hour that are remembered for each zone: more than a year of them. */
const REMEMBERED = 40_000;

/** Turns local times of a zone into instants (milliseconds since 1970 UTC). */
export interface Zone {
  /**
   * `localMs` is the local time counted as if it were UTC. A time that a change of the clocks skips
   * is read with the offset before the change (02:30 becomes 03:30); one that happens twice is the
   * first of the two.
   */
  toInstant(localMs: number): number;
}

const zones = new Map<string, Zone>();

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
