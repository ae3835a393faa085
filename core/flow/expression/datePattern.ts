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
  /** Whether the text has a time besides the day. */
  timed: boolean;
  /** For hours of a 12-hour clock. */
  afternoon: boolean | undefined;
  /** `24:00`: the first moment of the day after. */
  nextDay?: boolean;
  /** Minutes east of UTC, where the text says so itself. */
  offset: number | undefined;
}

/** Position after what it read, or -1. */
export type DatePartReader = (text: string, at: number, parts: DateParts) => number;

const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august'],
  ...['september', 'october', 'november', 'december'],
];

function digits(
  least: number,
  most: number,
  set: (parts: DateParts, value: number) => void,
): DatePartReader {
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

const fraction: DatePartReader = (text, at, parts) => {
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

/** English names in any case, cut to so many letters. */
const monthName =
  (letters: number): DatePartReader =>
  (text, at, parts) => {
    for (const [index, whole] of MONTHS.entries()) {
      const name = whole.slice(0, letters);
      if (text.slice(at, at + name.length).toLowerCase() !== name) continue;
      parts.month = index + 1;
      return at + name.length;
    }
    return -1;
  };

const halfDay: DatePartReader = (text, at, parts) => {
  const half = text.slice(at, at + 2).toLowerCase();
  if (half !== 'am' && half !== 'pm') return -1;
  parts.afternoon = half === 'pm';
  return at + 2;
};

const OFFSET = /([zZ])|([+-])(\d{2})(?::?(\d{2}))?(?!\d)/y;
/** No zone is further from UTC: XML Schema and the zones of the world agree. */
const MAX_OFFSET_MINUTES = 14 * 60;

export const readOffset: DatePartReader = (text, at, parts) => {
  OFFSET.lastIndex = at;
  const match = OFFSET.exec(text);
  if (!match) return -1;
  const [whole, utc, sign, hours = '0', minutes = '0'] = match;
  const east = utc ? 0 : parseInt(hours, 10) * 60 + parseInt(minutes, 10);
  if (parseInt(minutes, 10) > 59 || east > MAX_OFFSET_MINUTES) return -1;
  parts.offset = sign === '-' ? -east : east;
  return at + whole.length;
};

const literal =
  (expected: string): DatePartReader =>
  (text, at) =>
    text.startsWith(expected, at) ? at + expected.length : -1;

const letters: Readonly<Record<string, DatePartReader>> = {
  yyyy: digits(4, 4, (parts, value) => {
    parts.year = value;
  }),
  yy: digits(2, 2, (parts, value) => {
    parts.year = century(value);
  }),
  MMM: monthName(3),
  MMMM: monthName(9),
  a: halfDay,
  XXX: readOffset,
  Z: readOffset,
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
): Record<string, DatePartReader> {
  return { [letter + letter]: digits(2, 2, set), [letter]: digits(1, 2, set) };
}

/** Letters that a pattern may have, for messages. */
export const patternLetters = [...Object.keys(letters), 'S'];

const TOKEN = /'((?:[^']|'')*)'|([a-zA-Z])\2*|[^a-zA-Z']+/g;

/** A reader of whole texts, or what is wrong with the pattern. */
export function compilePattern(
  pattern: string,
): ((text: string) => DateParts | undefined) | string {
  const readers: DatePartReader[] = [];
  let timed = false;
  let end = 0;
  for (const match of pattern.matchAll(TOKEN)) {
    const [token, quoted, letter] = match;
    end = match.index + token.length;
    timed ||= letter !== undefined && 'HhmsS'.includes(letter);
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
  return (text) => readAll(readers, text, { ...noDate(), timed });
}

function readAll(
  readers: readonly DatePartReader[],
  text: string,
  parts: DateParts,
): DateParts | undefined {
  let at = 0;
  for (const reader of readers) {
    at = reader(text, at, parts);
    if (at < 0) return undefined;
  }
  return at === text.length ? parts : undefined;
}

export const noDate = (): DateParts => ({
  year: 0,
  month: 0,
  day: 0,
  hour: 0,
  minute: 0,
  second: 0,
  millisecond: 0,
  timed: false,
  afternoon: undefined,
  offset: undefined,
});
