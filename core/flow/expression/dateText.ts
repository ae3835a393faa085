/** Dates of partners as instants: RFC 3339 in UTC, with milliseconds. */

import { StockbusError } from '../../errors.ts';
import { tupleKey } from '../../tupleKey.ts';
import { type Zone, zoneOf } from '../../zone.ts';
import { compilePattern, type DateParts, patternLetters, readIso } from './datePattern.ts';

/** Texts whose result is remembered: rows of one file mostly share a few dates. */
const REMEMBERED = 4_096;

export type DateReader = (value: unknown) => string | undefined;
export type DateProblem = { part: 'pattern' | 'zone'; message: string };

const readers = new Map<string, DateReader | DateProblem>();

/** A reader for one pattern and zone, or what is wrong with them. */
export function dateReader(pattern: string, zoneName: string): DateReader | DateProblem {
  const name = tupleKey(pattern, zoneName);
  const known = readers.get(name);
  if (known) return known;
  const made = makeReader(pattern, zoneName);
  if (readers.size >= REMEMBERED) readers.clear();
  readers.set(name, made);
  return made;
}

function makeReader(pattern: string, zoneName: string): DateReader | DateProblem {
  const zone = zoneOf(zoneName);
  if (!zone)
    return { part: 'zone', message: `'${zoneName}' is not a time zone such as Europe/Berlin` };
  const read = pattern === '' || pattern === 'ISO' ? readIso : compilePattern(pattern);
  if (typeof read === 'string') {
    return { part: 'pattern', message: `${read}; letters are ${patternLetters.join(', ')}` };
  }
  const shown = pattern === '' ? 'ISO 8601' : pattern;
  const remembered = new Map<string, string>();
  return (value) => {
    if (value === undefined || value === null) return undefined;
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string') throw notDate(value, shown);
    const known = remembered.get(text);
    if (known !== undefined) return known;
    const trimmed = text.trim();
    if (trimmed === '') return undefined;
    const parts = read(trimmed);
    if (!parts) throw notDate(text, shown);
    const result = instantText(parts, zone, () => notDate(text, shown));
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(text, result);
    return result;
  };
}

function instantText(parts: DateParts, zone: Zone, refuse: () => StockbusError): string {
  const { year, month, day, minute, second, millisecond, afternoon, offset } = parts;
  if (afternoon !== undefined && (parts.hour < 1 || parts.hour > 12)) throw refuse();
  const hour = afternoon === undefined ? parts.hour : (parts.hour % 12) + (afternoon ? 12 : 0);
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) throw refuse();
  if (hour > 23 || minute > 59 || second > 59) throw refuse();
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  const localMs = local.setUTCHours(hour, minute, second, millisecond);
  const instant = offset === undefined ? zone.toInstant(localMs) : localMs - offset * 60_000;
  return new Date(instant).toISOString();
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : DAYS[month - 1]!;
}

function notDate(value: unknown, pattern: string): StockbusError {
  const shown = (JSON.stringify(value) ?? String(value)).slice(0, 60);
  return new StockbusError('EXPR_NOT_DATE', `${shown} is not a date of the pattern ${pattern}`);
}
