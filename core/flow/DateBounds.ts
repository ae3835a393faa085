import type { Fault } from '../errors.ts';
import type { DatePolicy } from '../stock/policy.ts';
import { type Calendar, calendarOf, daysAfter } from '../zone.ts';

/** Which days a document may bear, as of now: the bounds of the policy, and tomorrow. */
interface Window {
  first: string;
  last: string;
  tomorrow: string;
  /** Milliseconds from which on it is another window. */
  endsMs: number;
}

/** Dates that are remembered. */
const REMEMBERED = 4_096;

/** What a date is to its document: the day that counts for the books, or any other. */
export type DateRole = 'booked' | 'other';

/**
 * Holds dates against what can be meant: a typing error of a century is no business date. Only what is
 * booked is held against an upper bound; a lot may expire in ten years. Content does not change by
 * it, so that a replay stays one.
 */
export class DateBounds {
  readonly #policy: DatePolicy;
  readonly #calendar: Calendar;
  readonly #now: () => number;
  #window: Window | undefined;
  /** Dates as they stand in canonical data that were held against this window, and are fine. */
  readonly #fine = new Set<string>();

  constructor(policy: DatePolicy, zone: string, now: () => number) {
    this.#policy = policy;
    this.#calendar = calendarOf(zone);
    this.#now = now;
  }

  /** Whether the date was checked before, and nothing was to be said: rows of one file share theirs. */
  isFine(date: string): boolean {
    return this.#fine.has(date) && this.#window === this.#windowOf(this.#now());
  }

  /** `date` is a day, or an instant in UTC. What is refused goes to `faults`, hints to `told`. */
  check(field: string, date: string, role: DateRole, faults: Fault[], told: Fault[]): void {
    const window = this.#windowOf(this.#now());
    const day = date.length > 10 ? this.#calendar.dayOf(date) : date;
    const refuse = (message: string): void => {
      faults.push({ code: 'DATE_OUT_OF_BOUNDS', message: `${field} is ${message}`, at: { field } });
    };
    if (day < window.first) refuse(`${day}, before ${window.first}`);
    else if (day <= window.tomorrow) this.#remember(date);
    else if (role === 'other') return;
    else if (day > window.last) refuse(`${day}, after ${window.last}`);
    else {
      const message = `${field} is ${day}, later than tomorrow`;
      const to = this.#policy.future === 'park' ? faults : told;
      to.push({ code: 'DATE_IN_FUTURE', message, at: { field } });
    }
  }

  #remember(date: string): void {
    if (this.#fine.size >= REMEMBERED) this.#fine.clear();
    this.#fine.add(date);
  }

  #windowOf(nowMs: number): Window {
    if (this.#window && nowMs < this.#window.endsMs) return this.#window;
    const today = this.#calendar.dayOf(new Date(nowMs).toISOString());
    const { from, to } = this.#policy;
    this.#fine.clear();
    this.#window = {
      first: from,
      last: to ?? yearAfter(today),
      tomorrow: daysAfter(today, 1),
      endsMs: Date.parse(this.#calendar.endOf(today)) + 1,
    };
    return this.#window;
  }
}

/** The same day of the next year; of 29 February the day before. */
function yearAfter(day: string): string {
  const next = `${parseInt(day.slice(0, 4), 10) + 1}`.padStart(4, '0');
  return `${next}${day.slice(4) === '-02-29' ? '-02-28' : day.slice(4)}`;
}
