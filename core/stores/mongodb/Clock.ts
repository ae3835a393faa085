import { dayOf, MONTH, monthOf } from './unsummed.ts';

/** Where days `YYYY-MM-DD` and months `YYYY-MM` lie to a date: all before, where there is none. */
export class Clock {
  readonly #month: string;
  readonly #day: string;
  /** Whether the date is the last moment of its month, and of its day. */
  readonly #endsMonth: boolean;
  readonly endsDay: boolean;

  constructor(date = '9999-12-31T23:59:59.999Z') {
    const next = new Date(Date.parse(date) + 1).toISOString();
    this.#month = monthOf(date);
    this.#day = dayOf(date);
    this.#endsMonth = monthOf(next) !== this.#month;
    this.endsDay = dayOf(next) !== this.#day;
  }

  /** `on` only where the date cuts the day or month. */
  side(part: string): 'before' | 'on' | 'after' {
    const isMonth = part.length === MONTH;
    const ofDate = isMonth ? this.#month : this.#day;
    if (part !== ofDate) return part < ofDate ? 'before' : 'after';
    return (isMonth ? this.#endsMonth : this.endsDay) ? 'before' : 'on';
  }
}
