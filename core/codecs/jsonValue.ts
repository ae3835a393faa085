import { withoutTrailingZeros } from '../decimal.ts';
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import { isObject } from '../spec.ts';
import type { JsonScanner } from './jsonScanner.ts';

/**
 * Finds all text in which a number may be that a double does not hold in plain notation, and some
 * other text: 15 digits always fit.
 */
const RISKY_NUMBER = /[\d.]{16}|\d[eE]|0\.000000/;
const LONE_SURROGATE = /\\u[dD][89a-fA-F]/;

/**
 * One JSON value whose end `scanner` has found. A number is a number only where the double says
 * exactly what the text says, in plain notation; any other comes as the text that it was written in.
 * Throws JSON_SYNTAX, JSON_DUPLICATE_KEY, NESTING_TOO_DEEP.
 */
export function parseJson(text: string, scanner: JsonScanner): unknown {
  if (scanner.tooDeep) throw tooDeep();
  const value = RISKY_NUMBER.test(text) ? parse(text, exactNumber) : parse(text);
  if (scanner.members > limits.fieldsPerRecord) refuseManyFields(value);
  if (countMembers(value) !== scanner.members) refuseDuplicates(text);
  if (LONE_SURROGATE.test(text)) refuseLoneSurrogates(value);
  return value;
}

export function tooDeep(): StockbusError {
  return new StockbusError('NESTING_TOO_DEEP', 'the value is nested too deep');
}

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

function parse(text: string, reviver?: Reviver): unknown {
  try {
    return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]);
  } catch (error) {
    throw syntaxError(error instanceof Error ? error.message : String(error));
  }
}

const PLACE = /^(.*?)(?: in JSON)? at position \d+ \(line (\d+) column (\d+)\)/s;

/** V8 counts lines from the beginning of the value; whoever knows its line in the payload adds them. */
function syntaxError(told: string): StockbusError {
  const [, what, line, column] = PLACE.exec(told) ?? [];
  if (what === undefined) return new StockbusError('JSON_SYNTAX', told);
  return new StockbusError('JSON_SYNTAX', `${what} (column ${column})`, { line: Number(line) });
}

const exactNumber: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && !isExact(value, source) ? source : value;

/** A number of more characters than any amount has is text, whatever it says: that bounds the work. */
function isExact(value: number, source: string): boolean {
  if (source.length > limits.numberDigits) return false;
  const shown = String(value);
  if (shown.includes('e')) return false;
  return shown === source || normalNumber(shown) === normalNumber(source);
}

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The same text for the same decimal value, however it is written. */
function normalNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = withoutTrailingZeros(digits);
  if (significant === '') return /^-?\d/.test(text) ? '0' : text;
  const power = Number(exponent) - fraction.length + digits.length - significant.length;
  return `${sign}${significant}e${power}`;
}

/** Members of all objects inside. JSON.parse keeps one of two members of the same name. */
function countMembers(value: unknown): number {
  if (Array.isArray(value)) {
    let count = 0;
    for (const item of value) if (typeof item === 'object') count += countMembers(item);
    return count;
  }
  if (!isObject(value)) return 0;
  const names = Object.keys(value);
  let count = names.length;
  for (const name of names) {
    const member = value[name];
    if (typeof member === 'object') count += countMembers(member);
  }
  return count;
}

function refuseManyFields(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const members = Object.values(value);
  if (!Array.isArray(value) && members.length > limits.fieldsPerRecord) {
    const message = `an object has ${members.length} fields, at most ${limits.fieldsPerRecord} are taken`;
    throw new StockbusError('PAYLOAD_TOO_LARGE', message);
  }
  for (const member of members) refuseManyFields(member);
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

interface Level {
  /** Text of the value of each name so far; none in an array. */
  members: Map<string, string> | undefined;
  name: string | undefined;
  valueFrom: number;
}

/** Slow, and only called when some name occurs twice in an object of well-formed `text`. */
function refuseDuplicates(text: string): void {
  const levels: Level[] = [];
  let end = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (level?.members && level.name !== undefined && (token === ',' || token === '}')) {
      const value = text.slice(level.valueFrom, end).trim();
      const before = level.members.get(level.name);
      if (before !== undefined && before !== value) {
        const message = `the key '${level.name}' occurs twice, as ${clip(before)} and as ${clip(value)}`;
        throw new StockbusError('JSON_DUPLICATE_KEY', message, { field: level.name });
      }
      level.members.set(level.name, value);
      level.name = undefined;
    }
    if (token === '{' || token === '[') {
      levels.push({
        members: token === '{' ? new Map() : undefined,
        name: undefined,
        valueFrom: 0,
      });
    } else if (token === '}' || token === ']') {
      levels.pop();
    } else if (level?.members && level.name === undefined && token.startsWith('"')) {
      level.name = JSON.parse(token) as string;
    } else if (level && token === ':') {
      level.valueFrom = index + 1;
    }
    end = index + token.length;
  }
}

const clip = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}...` : text);

/** Half of a surrogate pair is no character: it could be kept in memory, but never written as UTF-8. */
function refuseLoneSurrogates(value: unknown): void {
  if (typeof value === 'string') {
    if (value.isWellFormed()) return;
    throw new StockbusError('JSON_SYNTAX', 'a string holds half of a surrogate pair');
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, member] of Object.entries(value)) {
    refuseLoneSurrogates(name);
    refuseLoneSurrogates(member);
  }
}
