/** Date patterns of Unicode's letters, compiled into readers. */

/** What a pattern reads from a text; months and days count from 1. */
export interface DateParts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  /** For hours of a 12-hour clock. */
  afternoon: boolean | undefined;
  /** Minutes east of UTC, where the text says so itself. */
  offset: number | undefined;
}

/** Position after what it read, or -1. */
type Reader = (text: string, at: number, parts: DateParts) => number;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function digits(
  least: number,
  most: number,
  set: (parts: DateParts, value: number) => void,
): Reader {
  return (text, at, parts) => {
    let value = 0;
    let end = at;
    while (end - at < most) {
      const code = text.charCodeAt(end);
      if (!(code >= 48 && code <= 57)) break;
      value = value * 10 + (code - 48);
      end += 1;
    }
    if (end - at < least) return -1;
    set(parts, value);
    return end;
  };
}

/** Two-digit years as POSIX reads them: 69..99 are 19xx, 00..68 are 20xx. */
const century = (year: number): number => (year < 69 ? 2000 + year : 1900 + year);

const fraction: Reader = (text, at, parts) => {
  let end = at;
  while (end - at < 9 && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end += 1;
  if (end === at) return -1;
  parts.millisecond = parseInt(
    text
      .slice(at, at + 3)
      .slice(0, end - at)
      .padEnd(3, '0'),
    10,
  );
  return end;
};

const monthName: Reader = (text, at, parts) => {
  const month = MONTHS.indexOf(text.slice(at, at + 3).toLowerCase());
  parts.month = month + 1;
  return month < 0 ? -1 : at + 3;
};

const halfDay: Reader = (text, at, parts) => {
  const half = text.slice(at, at + 2).toLowerCase();
  if (half !== 'am' && half !== 'pm') return -1;
  parts.afternoon = half === 'pm';
  return at + 2;
};

const OFFSET = /([zZ])|([+-])(\d{2}):?(\d{2})?/y;

const offset: Reader = (text, at, parts) => {
  OFFSET.lastIndex = at;
  const match = OFFSET.exec(text);
  if (!match) return -1;
  const minutes = match[1] ? 0 : parseInt(match[3]!, 10) * 60 + parseInt(match[4] ?? '0', 10);
  if (minutes > 18 * 60) return -1;
  parts.offset = match[2] === '-' ? -minutes : minutes;
  return at + match[0].length;
};

const literal =
  (expected: string): Reader =>
  (text, at) =>
    text.startsWith(expected, at) ? at + expected.length : -1;

const letters: Readonly<Record<string, Reader>> = {
  yyyy: digits(4, 4, (parts, value) => {
    parts.year = value;
  }),
  yy: digits(2, 2, (parts, value) => {
    parts.year = century(value);
  }),
  MMM: monthName,
  a: halfDay,
  XXX: offset,
  Z: offset,
  ...twoForms('M', (parts, value) => {
    parts.month = value;
  }),
  ...twoForms('d', (parts, value) => {
    parts.day = value;
  }),
  ...twoForms('H', (parts, value) => {
    parts.hour = value;
  }),
  ...twoForms('h', (parts, value) => {
    parts.hour = value;
  }),
  ...twoForms('m', (parts, value) => {
    parts.minute = value;
  }),
  ...twoForms('s', (parts, value) => {
    parts.second = value;
  }),
};

function twoForms(
  letter: string,
  set: (parts: DateParts, value: number) => void,
): Record<string, Reader> {
  return { [letter + letter]: digits(2, 2, set), [letter]: digits(1, 2, set) };
}

/** Letters that a pattern may have, for messages. */
export const patternLetters = [...Object.keys(letters), 'S'];

const TOKEN = /'((?:[^']|'')*)'|([a-zA-Z])\2*|[^a-zA-Z']+/g;

/** A reader of whole texts, or what is wrong with the pattern. */
export function compilePattern(
  pattern: string,
): ((text: string) => DateParts | undefined) | string {
  const readers: Reader[] = [];
  let end = 0;
  for (const match of pattern.matchAll(TOKEN)) {
    const [token, quoted, letter] = match;
    end = match.index + token.length;
    if (quoted !== undefined)
      readers.push(literal(quoted === '' ? "'" : quoted.replaceAll("''", "'")));
    else if (letter === undefined) readers.push(literal(token));
    else if (letter === 'S') readers.push(fraction);
    else if (letters[token]) readers.push(letters[token]);
    else if (token === 'T') readers.push(literal('T'));
    else return `'${token}' is not a part of a date pattern`;
  }
  if (end !== pattern.length) return 'a quote in the pattern is not closed';
  if (!/y/.test(pattern) || !/M/.test(pattern) || !/d/.test(pattern))
    return 'the pattern needs a year, a month and a day';
  return (text) => readAll(readers, text);
}

function readAll(readers: readonly Reader[], text: string): DateParts | undefined {
  const parts = noDate();
  let at = 0;
  for (const reader of readers) {
    at = reader(text, at, parts);
    if (at < 0) return undefined;
  }
  return at === text.length ? parts : undefined;
}

const noDate = (): DateParts => ({
  year: 0,
  month: 0,
  day: 0,
  hour: 0,
  minute: 0,
  second: 0,
  millisecond: 0,
  afternoon: undefined,
  offset: undefined,
});

const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(.*)$/;

/** The forms of ISO 8601 that software writes: a date, or a date and time, maybe with an offset. */
export function readIso(text: string): DateParts | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const number = (index: number) => parseInt(match[index] ?? '0', 10);
  const parts = noDate();
  parts.year = number(1);
  parts.month = number(2);
  parts.day = number(3);
  parts.hour = number(4);
  parts.minute = number(5);
  parts.second = number(6);
  parts.millisecond = parseInt((match[7] ?? '').slice(0, 3).padEnd(3, '0'), 10);
  const rest = (match[8] ?? '').trim();
  if (rest === '') return parts;
  return match[4] !== undefined && offset(rest, 0, parts) === rest.length ? parts : undefined;
}
