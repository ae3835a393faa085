/** Reads numbers as partners write them, exactly. */
import { withoutTrailingZeros } from '../../decimal.ts';
import { isStockbusError, StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { isStructure, noText } from '../../steps/asText.ts';

export type DecimalMark = '.' | ',';

/** Nothing, or text that a cell leaves empty. */
export const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/**
 * The shortest plain decimal text of a number written with `mark`: ("1.234,50", ",") → "1234.5".
 * Without a mark only the plain form is read, since "1,234" could be either. Grouping is read when
 * the mark is given, every group has three digits and the first begins with no zero. A minus may stand
 * first or last.
 * Throws EXPR_NOT_DECIMAL; nothing is ever rounded.
 */
export function decimalText(value: unknown, mark?: DecimalMark): string | undefined {
  if (typeof value === 'string') {
    const end = mark === ',' ? 0 : canonicalEnd(value);
    if (end > 0) return end === value.length ? value : value.slice(0, end);
    const text = value.trim();
    return text === '' ? undefined : normal(text, mark);
  }
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return ofNumber(value);
  if (isStructure(value)) throw noText(value, 'what is read as a number');
  throw notDecimal(value, 'it is neither text nor a number');
}

/**
 * `0`, `-12`, `3.05`: no zero too many in front, no sign `+`, no other character. Gives the place up to which the
 * number is as short as it can be (of `12.50` up to the zero), and 0 for any other text.
 */
function canonicalEnd(text: string): number {
  const length = text.length;
  let index = text.charCodeAt(0) === 45 ? 1 : 0;
  const first = index;
  let point = -1;
  for (; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) continue;
    if (code !== 46 || point >= 0) return 0;
    point = index;
  }
  const whole = (point < 0 ? length : point) - first;
  if (whole < 1 || length > limits.numberDigits || point === length - 1) return 0;
  let end = length;
  if (point >= 0) while (text.charCodeAt(end - 1) === 48) end -= 1;
  if (end === point + 1) end = point;
  // Zeros in front, and a zero with a sign.
  if (text.charCodeAt(first) === 48 && (whole > 1 || (first === 1 && end === 2))) return 0;
  return end;
}

function ofNumber(value: number): string {
  if (!Number.isFinite(value)) throw notDecimal(value, 'it is not finite');
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw notDecimal(value, 'a number so large is not exact', 'have the sender write it as text');
  }
  const text = plainNotation(String(Object.is(value, -0) ? 0 : value));
  if (text.length > limits.numberDigits) throw notDecimal(value, 'it is too long');
  return text;
}

/** `5e-7` as `0.0000005`; only numbers near zero are written like that among those that come here. */
function plainNotation(text: string): string {
  const [, sign, whole = '', fraction = '', exponent] =
    /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${whole}${fraction}`;
}

/** A grouped number begins with no zero: `0.500` with a comma as mark is half a kilogram, not 500. */
const GROUPED = /^[1-9]\d{0,2}(?:([., \u00a0\u2009\u202f'’])\d{3})(?:\1\d{3})*$/;
const PLAIN = /^\d*$/;

function normal(text: string, mark: DecimalMark | undefined): string {
  if (text.length > limits.numberDigits) throw notDecimal(text, 'it is too long');
  const signed = signOf(text);
  const at = signed.digits.indexOf(mark ?? '.');
  const whole = at < 0 ? signed.digits : signed.digits.slice(0, at);
  const fraction = at < 0 ? '' : signed.digits.slice(at + 1);
  if (!PLAIN.test(fraction) || (at >= 0 && fraction === '')) throw unreadable(text, mark);
  if (whole === '' && fraction === '') throw unreadable(text, mark);
  const digits = PLAIN.test(whole) ? whole : ungroup(text, whole, mark);
  const short = withoutTrailingZeros(fraction);
  const magnitude = (digits.replace(/^0+(?=\d)/, '') || '0') + (short === '' ? '' : `.${short}`);
  return signed.negative && magnitude !== '0' ? `-${magnitude}` : magnitude;
}

function signOf(text: string): { negative: boolean; digits: string } {
  const first = text.charCodeAt(0);
  if (first === 45 || first === 0x2212) return { negative: true, digits: text.slice(1).trim() };
  if (first === 43) return { negative: false, digits: text.slice(1).trim() };
  if (text.endsWith('-')) return { negative: true, digits: text.slice(0, -1).trim() };
  return { negative: false, digits: text };
}

function ungroup(text: string, whole: string, mark: DecimalMark | undefined): string {
  const separator = mark === undefined ? undefined : GROUPED.exec(whole)?.[1];
  if (separator === undefined || separator === mark) throw unreadable(text, mark);
  return whole.split(separator).join('');
}

function unreadable(text: string, mark: DecimalMark | undefined): StockbusError {
  const last = /^[-+]?[\d.,]*\d([.,])$/.exec(text)?.[1];
  if (last !== undefined) {
    const inner = `$substringBefore(field, "${last}")`;
    const todo = `take the mark off: $decimal(${inner}${mark === undefined ? '' : `, "${mark}"`})`;
    return notDecimal(text, `it ends with '${last}'`, todo);
  }
  const fits = mark === undefined ? MARKS.filter((one) => isReadWith(text, one)) : [];
  if (fits.length > 0) {
    const calls = fits.map((one) => `$decimal(field, "${one}")`).join(' or ');
    return notDecimal(text, 'its decimal mark is not clear', `name the mark: ${calls}`);
  }
  const why = mark === undefined ? undefined : `with the decimal mark '${mark}'`;
  const todo = remedyOf(text, mark) ?? otherMark(text, mark) ?? 'have the sender write a number';
  return notDecimal(text, why, todo);
}

const MARKS: readonly DecimalMark[] = [',', '.'];

/** Where a number is one by the other mark alone. */
function otherMark(text: string, mark: DecimalMark | undefined): string | undefined {
  const other = MARKS.find((one) => mark !== undefined && one !== mark);
  if (other === undefined || !OTHERWISE[other].test(text)) return undefined;
  return `where all are written so, name the other mark: $decimal(field, "${other}")`;
}

const OTHERWISE: Readonly<Record<DecimalMark, RegExp>> = {
  ',': /^[-+]?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+),\d+-?$/,
  '.': /^[-+]?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)\.\d+-?$/,
};

function isReadWith(text: string, mark: DecimalMark): boolean {
  try {
    normal(text, mark);
    return true;
  } catch (error) {
    if (isStockbusError(error, 'EXPR_NOT_DECIMAL')) return false;
    throw error;
  }
}

/** What an author can write for forms that no decimal has by itself. */
function remedyOf(text: string, mark: DecimalMark | undefined): string | undefined {
  const read = (inner: string): string => `$decimal(${inner}, "${mark ?? '.'}")`;
  if (/^\(.*\d.*\)$/.test(text)) {
    const inner = '$substringBefore($substringAfter(field, "("), ")")';
    return `parentheses say that it is negative: $negate(${read(inner)})`;
  }
  const money = /^(?:\p{Sc}|[A-Z]{3}\b)|(?:\p{Sc}|\b[A-Z]{3})$/u.exec(text)?.[0];
  if (money !== undefined)
    return `take the currency off: ${read(`$replace(field, "${money}", "")`)}`;
  if (mark !== undefined && /^\D?0\d*[., '’\u00a0\u2009\u202f]\d/.test(text)) {
    return `grouping marks follow no leading zero; if '${mark}' is not its decimal mark, name the other`;
  }
  return undefined;
}

function notDecimal(value: unknown, why?: string, todo?: string): StockbusError {
  const shown = JSON.stringify(value) ?? String(value);
  const message = `${shown.slice(0, 60)} is not a decimal number${why ? `: ${why}` : ''}`;
  return new StockbusError(
    'EXPR_NOT_DECIMAL',
    message,
    undefined,
    todo === undefined ? {} : { todo },
  );
}
