/** Dates that need no pattern: the forms of ISO 8601, XML Schema and JavaScript; and counts since 1970. */
import { type DateParts, noDate, readOffset } from './datePattern.ts';

/** What a text says: parts of a local time, or the instant itself in milliseconds since 1970. */
export type ReadDate = (text: string) => DateParts | number | undefined;

const EXTENDED =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(.*)$/;
const BASIC =
  /^(\d{4})(\d{2})(\d{2})(?:[Tt](\d{2})(\d{2})(?:(\d{2})(?:[.,](\d{1,9}))?)?)?(?!\d)(.*)$/;
/** The offset says only where the writer was. */
const OF_SCRIPTS = /^\/Date\((-?\d{1,15})(?:[+-]\d{4})?\)\/$/;

/** A date, or a date and time, maybe with an offset; `/Date(ms)/` of older JSON writers. */
export const readIso: ReadDate = (text) => {
  const milliseconds = OF_SCRIPTS.exec(text)?.[1];
  if (milliseconds !== undefined) return parseInt(milliseconds, 10);
  const match = EXTENDED.exec(text) ?? BASIC.exec(text);
  return match ? partsOf(match) : undefined;
};

function partsOf(match: RegExpExecArray): DateParts | undefined {
  const number = (index: number) => parseInt(match[index] ?? '0', 10);
  const parts = noDate();
  parts.year = number(1);
  parts.month = number(2);
  parts.day = number(3);
  parts.timed = match[4] !== undefined;
  parts.hour = number(4);
  parts.minute = number(5);
  parts.second = number(6);
  parts.millisecond = parseInt((match[7] ?? '').slice(0, 3).padEnd(3, '0'), 10);
  // The end of a day, as XML Schema writes it.
  const isEnd = parts.hour === 24 && parts.minute + parts.second + parts.millisecond === 0;
  if (isEnd) Object.assign(parts, { hour: 0, nextDay: true });
  const rest = (match[8] ?? '').trim();
  if (rest === '') return parts;
  return readOffset(rest, 0, parts) === rest.length ? parts : undefined;
}

/** Whole numbers and so many decimals of them, exactly; the rest is cut off. */
const count =
  (decimals: number): ReadDate =>
  (text) => {
    const [, whole, fraction = ''] = /^(-?\d{1,15})(?:\.(\d{1,9}))?$/.exec(text) ?? [];
    if (whole === undefined) return undefined;
    return parseInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'), 10);
  };

/** Patterns that are words. */
export const wholeDates: Readonly<Record<string, ReadDate>> = {
  '': readIso,
  ISO: readIso,
  epoch: count(3),
  'epoch-ms': count(0),
};
