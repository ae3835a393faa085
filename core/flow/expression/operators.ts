/** JSONata's operators and text functions, synchronously and with exactly its results. */
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { asText, isStructure, noText } from '../../steps/asText.ts';
import { truthy } from '../../steps/truthy.ts';

export const failed = (message: string, todo?: string): StockbusError =>
  new StockbusError('EXPR_FAILED', message, undefined, todo === undefined ? {} : { todo });

export function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

export function equal(left: unknown, right: unknown): boolean {
  if (left === right) return left !== undefined;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  if (left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right)) return false;
    return left.length === right.length && left.every((item, index) => same(item, right[index]));
  }
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every(
    (name) => Object.hasOwn(right, name) && same(left[name as never], right[name as never]),
  );
}

const same = (left: unknown, right: unknown): boolean => left === right || equal(left, right);

type Comparison = '<' | '<=' | '>' | '>=';

/** Of two texts, or of two numbers. */
export function compare(operator: Comparison, left: unknown, right: unknown): boolean | undefined {
  if (!isComparable(left) || !isComparable(right)) {
    throw failed(
      `'${operator}' compares numbers or texts, not ${show(isComparable(left) ? right : left)}`,
    );
  }
  if (left === undefined || right === undefined) return undefined;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}

const isComparable = (value: unknown): value is string | number | undefined =>
  value === undefined || typeof value === 'string' || typeof value === 'number';

export type Arithmetic = '+' | '-' | '*' | '/' | '%';

export function calculate(operator: Arithmetic, left: unknown, right: unknown): number | undefined {
  const a = numberOf(operator, left);
  const b = numberOf(operator, right);
  if (a === undefined || b === undefined) return undefined;
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  return operator === '/' ? a / b : a % b;
}

function numberOf(operator: string, value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw failed(
    `'${operator}' needs numbers, not ${show(value)}`,
    'calculate with decimals by $add, $subtract, $multiply, $divide; cells of a CSV are text',
  );
}

export function includes(item: unknown, list: unknown): boolean {
  if (item === undefined || list === undefined) return false;
  return Array.isArray(list) ? list.indexOf(item) >= 0 : list === item;
}

type TextFunction = (...inputs: unknown[]) => unknown;

const text = (name: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  if (isStructure(value)) throw noText(value, `what $${name} is given`);
  throw failed(`$${name} takes text, not ${show(value)}`, 'wrap it in $string(...)');
};

/** A function of one text, which is nothing when the text is. */
const ofText =
  (name: string, map: (value: string) => unknown): TextFunction =>
  (value) =>
    value === undefined ? undefined : map(text(name, value));

function optionalNumber(name: string, value: unknown): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  throw failed(`$${name} takes a number, not ${show(value)}`);
}

const SURROGATE = /[\ud800-\udfff]/;

/** By characters. A text in which none takes two units of UTF-16 is cut as it is. */
function substring(value: unknown, from: unknown, count: unknown): unknown {
  const whole = value === undefined ? undefined : text('substring', value);
  const start = optionalNumber('substring', from);
  const length = optionalNumber('substring', count);
  if (whole === undefined) return undefined;
  const characters = SURROGATE.test(whole) ? Array.from(whole) : whole;
  const first = start !== undefined && characters.length + start < 0 ? 0 : start;
  if (length === undefined) return asWhole(characters.slice(first));
  if (length <= 0) return '';
  const begin = first ?? Number.NaN;
  const end = begin >= 0 ? begin + length : characters.length + begin + length;
  return asWhole(characters.slice(first, end));
}

const asWhole = (part: string | string[]): string =>
  typeof part === 'string' ? part : part.join('');

/** A separator that is missing behaves as JSONata has it: it looks for the text `undefined`. */
function around(
  name: string,
  value: unknown,
  separator: unknown,
  side: 'before' | 'after',
): unknown {
  const mark = separator === undefined ? 'undefined' : text(name, separator);
  if (value === undefined) return undefined;
  const whole = text(name, value);
  const at = whole.indexOf(mark);
  if (at < 0) return whole;
  if (side === 'before') return whole.slice(0, at);
  if (separator === undefined) throw failed(`$${name} has no text to look for`);
  return whole.slice(at + mark.length);
}

/** A replacement that is missing is refused: JSONata would write the word `undefined`. */
function replace(value: unknown, pattern: unknown, replacement: unknown): unknown {
  const from = pattern === undefined ? undefined : text('replace', pattern);
  const to = replacement === undefined ? undefined : text('replace', replacement);
  if (value === undefined) return undefined;
  const whole = text('replace', value);
  if (!from || to === undefined) {
    throw failed('$replace needs a text to look for and one to put in its place');
  }
  const parts = whole.split(from);
  const characters = whole.length + (parts.length - 1) * (to.length - from.length);
  if (characters > limits.expressionCharacters) {
    throw new StockbusError(
      'EXPR_RUNAWAY',
      `$replace makes a text of more than ${limits.expressionCharacters} characters`,
    );
  }
  return parts.join(to);
}

function contains(value: unknown, part: unknown): unknown {
  const whole = value === undefined ? undefined : text('contains', value);
  const wanted = part === undefined ? undefined : text('contains', part);
  return whole === undefined || wanted === undefined ? undefined : whole.includes(wanted);
}

const NUMBER = /^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$/;
const RADIX = /^(0[xX][0-9A-Fa-f]+)|(0[oO][0-7]+)|(0[bB][0-1]+)$/;

function toNumber(value: unknown): number | undefined {
  if (value === undefined || typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'string') {
    const plain = NUMBER.test(value) ? parseFloat(value) : Number.NaN;
    if (Number.isFinite(plain)) return plain;
    if (RADIX.test(value)) return Number(value);
  }
  throw failed(`$number cannot read ${show(value)}`);
}

/** Trims, and makes one space of each run of blanks, tabs and line ends inside. */
function trim(value: string): string {
  const text = FOLDED.test(value) ? value.replace(/[ \t\n\r]+/g, ' ') : value;
  const from = text.charCodeAt(0) === 32 ? 1 : 0;
  const end = text.length > from && text.charCodeAt(text.length - 1) === 32 ? -1 : undefined;
  return from === 0 && end === undefined ? text : text.slice(from, end);
}

const FOLDED = /[\t\n\r]| {2}/;

/** `$string`, also in the library: of nothing it makes nothing. */
export const toText = (value: unknown): string | undefined =>
  value === undefined || value === null ? undefined : asText(value);

/** Functions of JSONata that run as closures, each with the numbers of arguments it takes here. */
export const textFunctions: Readonly<
  Record<string, { arity: readonly number[]; call: TextFunction }>
> = {
  trim: { arity: [1], call: ofText('trim', trim) },
  uppercase: { arity: [1], call: ofText('uppercase', (value) => value.toUpperCase()) },
  lowercase: { arity: [1], call: ofText('lowercase', (value) => value.toLowerCase()) },
  length: { arity: [1], call: ofText('length', (value) => Array.from(value).length) },
  substring: { arity: [2, 3], call: substring },
  substringBefore: {
    arity: [2],
    call: (value, mark) => around('substringBefore', value, mark, 'before'),
  },
  substringAfter: {
    arity: [2],
    call: (value, mark) => around('substringAfter', value, mark, 'after'),
  },
  contains: { arity: [2], call: contains },
  replace: { arity: [3], call: replace },
  string: { arity: [1], call: toText },
  number: { arity: [1], call: toNumber },
  boolean: { arity: [1], call: (value) => (value === undefined ? undefined : truthy(value)) },
  not: { arity: [1], call: (value) => (value === undefined ? undefined : !truthy(value)) },
  exists: { arity: [1], call: (value) => value !== undefined },
};
