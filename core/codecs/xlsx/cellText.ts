/** Numbers and dates of cells as text. */

/** How a style shows a number. */
export type NumberForm = 'number' | 'date' | 'duration' | { digits: number };

const BUILT_IN_DATES = new Set([
  14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 45, 47, 50, 51, 52,
  53, 54, 55, 56, 57, 58,
]);

export function numberForm(id: number, code: string | undefined): NumberForm {
  if (code === undefined)
    return BUILT_IN_DATES.has(id) ? 'date' : id === 46 ? 'duration' : 'number';
  const plain = code.replace(/"[^"]*"|\\.|_.|\*./g, '');
  if (/\[(?:h+|m+|s+)\]/i.test(plain)) return 'duration';
  const [first = ''] = plain.replace(/\[[^\]]*\]/g, '').split(';');
  if (/^0{2,}$/.test(first)) return { digits: first.length };
  return /[ymdhs]/i.test(first.replace(/general/gi, '')) ? 'date' : 'number';
}

const NUMBER = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;

/** As many digits as a spreadsheet shows. */
const SHOWN_DIGITS = 15;

/**
 * The number as text, without an exponent. A fraction of more than 15 digits is one that binary arithmetic made
 * (19.989999999999998), and becomes what every spreadsheet shows (19.99); whole numbers keep all of their digits.
 */
export function numberText(raw: string, form: NumberForm): string | undefined {
  const match = NUMBER.exec(raw);
  if (!match) return undefined;
  const [, sign = '', whole = '', part = '', exponent = '0'] = match;
  if (part === '' && match[4] === undefined) {
    const digits = typeof form === 'object' ? whole.padStart(form.digits, '0') : whole;
    return (sign === '-' ? '-' : '') + digits;
  }
  const rounded = roundedDigits(whole + part, whole.length + Number(exponent));
  const { digits, point } = rounded;
  const left =
    point <= 0
      ? '0'
      : digits
          .slice(0, point)
          .padEnd(point, '0')
          .replace(/^0+(?=\d)/, '');
  const right = point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  const fraction = right.replace(/0+$/, '');
  const padded = typeof form === 'object' ? left.padStart(form.digits, '0') : left;
  const isZero = /^0*$/.test(left + fraction);
  return (sign === '-' && !isZero ? '-' : '') + padded + (fraction === '' ? '' : `.${fraction}`);
}

/** `point`: how many digits stand before it. */
function roundedDigits(all: string, point: number): { digits: string; point: number } {
  const zeros = /^0*/.exec(all)![0].length;
  const digits = all.slice(zeros);
  const before = point - zeros;
  const hasFraction = /[1-9]/.test(digits.slice(Math.max(0, before)));
  if (digits.length <= SHOWN_DIGITS || !hasFraction) return { digits, point: before };
  const kept = BigInt(digits.slice(0, SHOWN_DIGITS)) + (digits[SHOWN_DIGITS]! >= '5' ? 1n : 0n);
  const text = String(kept);
  return { digits: text, point: before + (text.length - SHOWN_DIGITS) };
}

const DAY_MS = 86_400_000;
const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** A day, a day with its time, or a time, in ISO 8601 and in no zone; undefined where it is none. */
export function dateText(raw: string, form: NumberForm, is1904: boolean): string | undefined {
  const serial = Number(raw);
  if (!Number.isFinite(serial) || serial < 0 || serial >= 2_958_466) return undefined;
  const ms = Math.round(serial * DAY_MS);
  if (form === 'duration') return clock(ms);
  if (serial < 1 && !is1904) return clock(ms);
  // There was no 29 February 1900, which the first spreadsheets had as day 60.
  const days = is1904 ? 1_462 : serial < 60 ? 1 : 0;
  if (!is1904 && Math.floor(serial) === 60) return undefined;
  const date = new Date(Date.UTC(1899, 11, 30) + ms + days * DAY_MS).toISOString();
  return ms % DAY_MS === 0 ? date.slice(0, 10) : `${date.slice(0, 10)}T${clock(ms % DAY_MS)}`;
}

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const part = ms % 1_000 === 0 ? '' : `.${pad(ms % 1_000, 3)}`;
  return `${pad(Math.floor(seconds / 3_600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}${part}`;
}
