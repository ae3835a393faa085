/** Dates as people write them: a day, or a time with its zone. */
import type { Calendar } from '../zone.ts';

const INSTANT =
  /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** 31 June passes any pattern, and `Date` makes it 1 July. */
export function isInstant(text: string): boolean {
  if (!INSTANT.test(text)) return false;
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text.slice(0, 10)) {
    return false;
  }
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString().length === 24;
}

const isDay = (text: string): boolean => text.length === 10;

/** A day alone means the whole of it; anything else is brought to milliseconds UTC. */
export const endOf = (text: string, calendar: Calendar): string =>
  isDay(text) ? calendar.endOf(text) : new Date(text).toISOString();

export const startOf = (text: string, calendar: Calendar): string =>
  isDay(text) ? calendar.startOf(text) : new Date(text).toISOString();

/** The last one before an instant of the books, which know milliseconds. */
export const momentBefore = (instant: string): string =>
  new Date(Date.parse(instant) - 1).toISOString();
