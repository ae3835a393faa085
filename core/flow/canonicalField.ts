/** One field of a mapped record as canonical data has it, or what is wrong with it. */
import { type Fault, isStockbusError } from '../errors.ts';
import { badCharacterFault, readIdentifier } from '../identifier.ts';
import type { RecordValue } from '../ports.ts';
import { isObject } from '../spec.ts';
import { isStructure, noText } from '../steps/asText.ts';
import type { DateBounds } from './DateBounds.ts';
import { dateReader, unrealOf } from './expression/dateText.ts';
import { decimalText } from './expression/decimalText.ts';
import { readIso } from './expression/isoDate.ts';
import type { FieldShape, TextsShape } from './messageShape.ts';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const INSTANT_LENGTH = '2026-03-31T08:30:00.000Z'.length;

const isoReader = dateReader('', 'UTC');
const readInstant = (text: string): string =>
  typeof isoReader === 'function' ? (isoReader(text) ?? text) : text;

/** What was found on the way through one message. */
export interface Findings {
  faults: Fault[];
  /** Hints. */
  told: Fault[];
  dates: DateBounds;
}

export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '';

export function copyFields(
  fields: readonly FieldShape[],
  from: RecordValue,
  to: RecordValue,
  prefix: string,
  found: Findings,
): void {
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index]!;
    copyField(field, from[field.name], to, prefix, found);
  }
}

function copyField(
  field: FieldShape,
  value: unknown,
  to: RecordValue,
  prefix: string,
  found: Findings,
): void {
  if (isEmpty(value)) return;
  if (field.texts) {
    const name = prefix + field.name;
    const texts = isObject(value) ? textsOf(value, field.texts, name, found.faults) : value;
    if (!isObject(texts) || Object.keys(texts).length > 0) to[field.name] = texts;
  } else if (!field.text) {
    to[field.name] = field.flag ? flagOf(value) : value;
  } else if (typeof value === 'string') {
    copyText(field, value, to, prefix, found);
  } else if (typeof value === 'number' && Number.isSafeInteger(value)) {
    to[field.name] = decimalText(value);
  } else {
    found.faults.push(notText(prefix + field.name, value));
  }
}

function copyText(
  field: FieldShape,
  value: string,
  to: RecordValue,
  prefix: string,
  found: Findings,
): void {
  const { faults, told, dates } = found;
  if (field.identifier) {
    const read = nameOf(prefix, field.name, value, faults);
    if (read !== '') to[field.name] = read;
    return;
  }
  if (field.date && dates.isFine(value) && (!field.instant || value.length === INSTANT_LENGTH)) {
    to[field.name] = value;
    return;
  }
  const before = faults.length;
  const text = field.instant ? instant(field, value, prefix, faults) : value;
  to[field.name] = text;
  if (field.date && faults.length === before && isDate(text)) {
    dates.check(prefix + field.name, text, field.date, faults, told);
  } else refuseNul(prefix, field.name, text, faults);
}

/** What is no date at all is for the schema to say. */
const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text));

/** The identifier that a text stands for; '' where it is empty, or refused. */
function nameOf(prefix: string, name: string, text: string, faults: Fault[], what = ''): string {
  const read = readIdentifier(text);
  if (typeof read === 'string') return read;
  const field = prefix + name;
  faults.push(badCharacterFault(field, text, read, what + field));
  return '';
}

/** Nothing that people write has one, and what reads texts after us may end them there. */
function refuseNul(prefix: string, name: string, text: string, faults: Fault[]): void {
  if (!text.includes('\0')) return;
  const field = prefix + name;
  const message = `${field} has U+0000 inside`;
  faults.push({ code: 'TEXT_BAD_CHARACTER', message, at: { field } });
}

const flagOf = (value: unknown): unknown =>
  value === 'true' || value === 'false' ? value === 'true' : value;

function textsOf(
  from: RecordValue,
  { mayBeEmpty }: TextsShape,
  field: string,
  faults: Fault[],
): RecordValue {
  const texts = new Map<string, unknown>();
  for (const [given, value] of Object.entries(from)) {
    if (isEmpty(value) && !(value === '' && mayBeEmpty)) continue;
    const name = nameOf('', field, given, faults, 'a name of ');
    if (texts.has(name)) {
      const message = `${field} has the name ${JSON.stringify(name)} twice`;
      faults.push({ code: 'MESSAGE_INVALID', message, at: { field } });
    }
    if (typeof value === 'string') {
      refuseNul(`${field}.`, name, value, faults);
      texts.set(name, value);
    } else if (typeof value === 'number' && Number.isSafeInteger(value)) {
      texts.set(name, decimalText(value));
    } else {
      faults.push(notText(`${field}.${name}`, value));
    }
  }
  return Object.fromEntries(texts);
}

function notText(field: string, value: unknown): Fault {
  const at = { field };
  const shown = (JSON.stringify(value) ?? String(value)).slice(0, 60);
  if (isStructure(value)) return { ...noText(value, field).fault, at };
  if (typeof value !== 'number') {
    const message = `${field} is ${shown}, which is not text`;
    return { code: 'MESSAGE_INVALID', message, at, todo: 'Wrap it in $string(...).' };
  }
  return {
    code: 'MESSAGE_INVALID',
    message: `${field} is ${shown}, a number that is not whole`,
    at,
    todo: 'Wrap it in $decimal(...), which keeps it exact.',
  };
}

function instant(field: FieldShape, value: string, prefix: string, faults: Fault[]): string {
  const at = { field: prefix + field.name };
  const refuse = (what: string): void => {
    const message = `${at.field} is ${what}`;
    const todo = 'Read it with $date(text, pattern, zone).';
    faults.push({ code: 'MESSAGE_INVALID', message, at, todo });
  };
  if (INSTANT.test(value) && !Number.isNaN(Date.parse(value))) return value;
  const parts = readIso(value.trim());
  if (typeof parts === 'object' && parts.offset === undefined) {
    refuse(`${JSON.stringify(value)}, which names no time zone`);
    return value;
  }
  try {
    return readInstant(value);
  } catch (error) {
    if (!isStockbusError(error)) throw error;
    const why = typeof parts === 'object' ? unrealOf(parts) : 'which is not an RFC 3339 instant';
    refuse(`${JSON.stringify(value.slice(0, 60))}, ${why}`);
    return value;
  }
}
