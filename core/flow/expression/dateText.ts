/** Dates of partners as instants: RFC 3339 in UTC, with milliseconds. */

import { StockbusError } from '../../errors.ts';
import { isStructure, noText } from '../../steps/asText.ts';
import { tupleKey } from '../../tupleKey.ts';
import { calendarOf, type Zone, zoneOf } from '../../zone.ts';
import { compilePattern, type DateParts, patternLetters } from './datePattern.ts';
import { type ReadDate, wholeDates } from './isoDate.ts';

/** Texts whose result is remembered: rows of one file mostly share a few dates. */
const REMEMBERED = 4_096;

export type DateReader = (value: unknown) => string | undefined;
export type DateProblem = { part: 'pattern' | 'zone'; message: string };

const readers = new Map<string, DateReader | DateProblem>();

/**
 * A reader for patterns and the zone of texts that name none, or what is wrong with them. Where it gives the
 * day, a text without a time is the day that it says, whatever zone stands behind it.
 */
export function dateReader(
  patterns: string | readonly string[],
  zoneName: string,
  gives: 'instant' | 'day' = 'instant',
): DateReader | DateProblem {
  const list = typeof patterns === 'string' ? [patterns] : patterns;
  const name = tupleKey(gives, zoneName, ...list);
  const known = readers.get(name);
  if (known) return known;
  const made = makeReader(list, zoneName, gives);
  if (readers.size >= REMEMBERED) readers.clear();
  readers.set(name, made);
  return made;
}

function makeReader(
  patterns: readonly string[],
  zoneName: string,
  gives: 'instant' | 'day',
): DateReader | DateProblem {
  const zone = zoneOf(zoneName);
  if (!zone)
    return { part: 'zone', message: `'${zoneName}' is not a time zone such as Europe/Berlin` };
  const reads: ReadDate[] = [];
  for (const pattern of patterns) {
    const read = wholeDates[pattern] ?? compilePattern(pattern);
    if (typeof read === 'string') {
      const words = Object.keys(wholeDates).filter(Boolean).join(', ');
      const letters = patternLetters.join(', ');
      return { part: 'pattern', message: `${read}; letters are ${letters}, whole words ${words}` };
    }
    reads.push(read);
  }
  if (reads.length === 0) return { part: 'pattern', message: 'the list of patterns is empty' };
  const shown = patterns.map((pattern) => pattern || 'ISO 8601').join(' or ');
  const remembered = new Map<string, string>();
  // Rows of one document follow each other.
  let last: string | undefined;
  let lastResult: string | undefined;
  const { dayOf } = calendarOf(zoneName);
  return (value) => {
    if (value === undefined || value === null) return undefined;
    const text = typeof value === 'number' ? String(value) : value;
    if (isStructure(text)) throw noText(text, 'what is read as a date');
    if (typeof text !== 'string') throw notDate(value, shown);
    if (text === last) return lastResult;
    const known = remembered.get(text);
    if (known !== undefined) {
      last = text;
      lastResult = known;
      return known;
    }
    const trimmed = text.trim();
    if (trimmed === '') return undefined;
    const { instant, day } = readAny(reads, trimmed, zone, shown);
    const result = gives === 'instant' ? instant : (day ?? dayOf(instant));
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(ofItsOwn(text), result);
    return result;
  };
}

/** The same text, which keeps nothing of the longer one that it was cut out of. */
const ofItsOwn = (text: string): string => Buffer.from(text).toString();

/** A date that was read, and its day where the text says no more than that. */
interface FoundDate {
  instant: string;
  day: string | undefined;
}

/** What the patterns that fit agree on: a text that two of them read as different times is refused. */
function readAny(reads: readonly ReadDate[], text: string, zone: Zone, shown: string): FoundDate {
  const found = new Map<string, FoundDate>();
  let unreal: DateParts | undefined;
  for (const read of reads) {
    const parts = read(text);
    const ms = typeof parts === 'object' ? instantOf(parts, zone) : parts;
    if (ms === undefined || ms < FIRST_MS || ms > LAST_MS) {
      if (typeof parts === 'object' && isMeant(text, parts)) unreal ??= parts;
      continue;
    }
    const instant = new Date(ms).toISOString();
    found.set(instant, { instant, day: typeof parts === 'object' ? dayIn(parts) : undefined });
  }
  const [first, second] = found.values();
  if (first === undefined) throw unreal ? notThere(text, unreal, shown) : notDate(text, shown);
  if (second === undefined) return first;
  throw new StockbusError(
    'EXPR_NOT_DATE',
    `${JSON.stringify(text.slice(0, 60))} is ${first.instant} by one of its patterns, and ${second.instant} by another`,
  );
}

function dayIn({ timed, year, month, day }: DateParts): string | undefined {
  if (timed) return undefined;
  const [years, ...others] = [year, month, day].map(String);
  return [years!.padStart(4, '0'), ...others.map((part) => part.padStart(2, '0'))].join('-');
}

/** Years of four digits. */
const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Undefined where there is no such time. */
function instantOf(parts: DateParts, zone: Zone): number | undefined {
  const { year, month, day, minute, second, millisecond, afternoon, offset } = parts;
  if (afternoon !== undefined && (parts.hour < 1 || parts.hour > 12)) return undefined;
  const hour = afternoon === undefined ? parts.hour : (parts.hour % 12) + (afternoon ? 12 : 0);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, parts.nextDay ? day + 1 : day);
  const localMs = local.setUTCHours(hour, minute, second, millisecond);
  return offset === undefined ? zone.toInstant(localMs) : localMs - offset * 60_000;
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : DAYS[month - 1]!;
}

/** It is written as the pattern says, and no calendar or clock has it. */
function notThere(text: string, parts: DateParts, pattern: string): StockbusError {
  const { month, day } = parts;
  const isSwapped = month > 12 && day >= 1 && day <= 12;
  const todo = isSwapped
    ? `Read by ${pattern} its month is ${month}: turn day and month round in the pattern.`
    : 'Have the sender correct it.';
  const message = `${JSON.stringify(text.slice(0, 60))} is ${unrealOf(parts)}`;
  return new StockbusError('EXPR_NOT_DATE', message, undefined, { todo });
}

/** What is wrong with a date that is written as it should be. */
export function unrealOf({ year, month, day }: DateParts): string {
  const isDay = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  return isDay ? 'a time that no clock shows' : 'a day that does not exist';
}

/** Eight digits may be any number. */
const isMeant = (text: string, { month }: DateParts): boolean =>
  !/^\d{8}$/.test(text) || (month >= 1 && month <= 12);

function notDate(value: unknown, pattern: string): StockbusError {
  const shown = (JSON.stringify(value) ?? String(value)).slice(0, 60);
  const isCount = /^"?-?\d{9,13}(\.\d+)?"?$/.test(shown);
  const todo = 'If it counts since 1970, write $date(field, "epoch") for seconds or "epoch-ms".';
  return new StockbusError(
    'EXPR_NOT_DATE',
    `${shown} is not a date of the pattern ${pattern}`,
    undefined,
    isCount ? { todo } : {},
  );
}
