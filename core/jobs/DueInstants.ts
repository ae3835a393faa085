/**
 * When a schedule is due. Days and times are those of its zone, and each is due once: a time that a change of clocks leaves
 * out is due at the moment of the change, one that comes twice at the first of the two. Where every hour is named, hours
 * that pass are meant, and not times of a day: then both are due, and none is made up for.
 */
import { parse } from 'node-cron';
import { type Zone, zoneOf } from '../zone.ts';

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const DAY_MS = 86_400_000;
/** Within so many days of one there is another, if there is any: the 29th of February comes on each day of the week. */
const HORIZON_DAYS = 41 * 366;

type DayMark = number | string;

export class DueInstants {
  readonly #zone: Zone;
  readonly #minutes: ReadonlySet<number>;
  /** Minutes of the day. */
  readonly #times: number[];
  readonly #days: readonly DayMark[];
  readonly #months: ReadonlySet<number>;
  readonly #weekdays: readonly DayMark[];
  readonly #isHourly: boolean;

  /** Five fields of cron that lint lets pass, in a zone that is known. */
  constructor(cron: string, zone: string) {
    const { minute, hour, dayOfMonth, month, dayOfWeek } = parse(cron);
    this.#zone = zoneOf(zone)!;
    this.#minutes = new Set(minute);
    const times = hour.flatMap((of) => minute.map((at) => of * 60 + at));
    this.#times = [...new Set(times)].sort((one, other) => one - other);
    this.#days = dayOfMonth;
    this.#months = new Set(month);
    this.#weekdays = dayOfWeek;
    this.#isHourly = new Set(hour).size === 24;
  }

  /** The first after a moment; undefined where there is none. */
  next(afterMs: number): number | undefined {
    for (const at of this.after(afterMs)) return at;
    return undefined;
  }

  /** All after a moment, soonest first. */
  *after(afterMs: number): Iterable<number> {
    let last = afterMs;
    const first = this.#dayOf(afterMs) - 1;
    for (let day = first, end = day + HORIZON_DAYS; day < end; day += 1) {
      for (const at of this.#ofDay(day)) {
        if (at <= last) continue;
        last = at;
        end = day + HORIZON_DAYS;
        yield at;
      }
    }
  }

  /** The last up to a moment that is after another. */
  last(afterMs: number, untilMs: number): number | undefined {
    for (let day = this.#dayOf(untilMs) + 1; day >= this.#dayOf(afterMs) - 1; day -= 1) {
      const found = this.#ofDay(day).findLast((at) => at <= untilMs);
      if (found !== undefined) return found > afterMs ? found : undefined;
    }
    return undefined;
  }

  /** Of local days, counted from 1970. */
  readonly #dayOf = (instantMs: number): number =>
    Math.floor(this.#zone.toLocal(instantMs) / DAY_MS);

  #ofDay(day: number): number[] {
    if (!this.#isMeant(new Date(day * DAY_MS))) return [];
    if (this.#isHourly) return this.#minutesOf(day);
    return this.#times.map((time) => this.#instantOf(day * DAY_MS + time * MINUTE_MS));
  }

  /** As the library reads days: both of the month and of the week must fit. */
  #isMeant(day: Date): boolean {
    if (!this.#months.has(day.getUTCMonth() + 1)) return false;
    return (
      this.#days.some((mark) => isOfMonth(mark, day)) &&
      this.#weekdays.some((mark) => isOfWeek(mark, day))
    );
  }

  #instantOf(localMs: number): number {
    const at = this.#zone.toInstant(localMs);
    if (this.#zone.toLocal(at) === localMs) return at;
    // The clocks were set forward: it is looked for, a quarter at a time, when.
    const offset = (ms: number): number => this.#zone.toLocal(ms) - ms;
    let change = Math.floor(at / QUARTER_MS) * QUARTER_MS;
    while (offset(change - 1) === offset(at)) change -= QUARTER_MS;
    return change;
  }

  /** Every minute of the day that is named, as time passes. */
  #minutesOf(day: number): number[] {
    const found: number[] = [];
    const start = this.#instantOf(day * DAY_MS) - DAY_MS / 8;
    for (let at = start; at < start + DAY_MS * 1.25; at += MINUTE_MS) {
      const local = this.#zone.toLocal(at);
      if (Math.floor(local / DAY_MS) !== day) continue;
      if (this.#minutes.has(new Date(local).getUTCMinutes())) found.push(at);
    }
    return found;
  }
}

const lastOfMonth = (day: Date): number =>
  new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();

/** A number, `L` (the last), `LW` (the last from Monday to Friday), `15W` (the one from Monday to Friday that is nearest). */
function isOfMonth(mark: DayMark, day: Date): boolean {
  const date = day.getUTCDate();
  const last = lastOfMonth(day);
  if (mark === 'L') return date === last;
  if (typeof mark === 'number') return date === mark;
  const wanted = mark === 'LW' ? last : parseInt(mark, 10);
  return wanted <= last && date === nearestWorkday(day, wanted, last);
}

function nearestWorkday(day: Date, wanted: number, last: number): number {
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), wanted)).getUTCDay();
  if (weekday === 6) return wanted === 1 ? 3 : wanted - 1;
  if (weekday === 0) return wanted === last ? wanted - 2 : wanted + 1;
  return wanted;
}

/** A number, `1#2` (the second Monday), `5L` (the last Friday). */
function isOfWeek(mark: DayMark, day: Date): boolean {
  const [weekday, nth] = String(mark).replace('L', '#L').split('#');
  if (Number(weekday) % 7 !== day.getUTCDay()) return false;
  const date = day.getUTCDate();
  if (nth === undefined) return true;
  return nth === 'L' ? date + 7 > lastOfMonth(day) : Math.ceil(date / 7) === Number(nth);
}
