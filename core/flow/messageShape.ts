/** What the compiler and the finaliser know of a canonical message, read from its JSON Schema. */
import { identifierKeyword } from '../identifier.ts';
import type { CommandType } from '../message.ts';
import { eventTypes } from '../message.ts';
import type { JsonSchema } from '../spec.ts';
import type { DateRole } from './DateBounds.ts';

export interface FieldShape {
  name: string;
  /** Text in the schema: numbers become text. */
  text: boolean;
  /** An instant: written in UTC with milliseconds. */
  instant: boolean;
  /** Yes or no: `true` and `false` may come as text. */
  flag: boolean;
  /** A number as text, which adds up over lines. */
  decimal: boolean;
  /** What names something: taken as core/identifier.ts has it. */
  identifier: boolean;
  /** The code of a currency. */
  currency: boolean;
  /** The texts that it may be, where there is such a list. */
  values?: readonly string[];
  /** What a date, with a time or without, is to the books. */
  date?: DateRole;
  texts?: TextsShape;
}

/** Texts by name, which is an identifier, and whether they may be empty: numbers among them become text. */
export interface TextsShape {
  mayBeEmpty: boolean;
}

/** A list of objects in a message: its lines, or the components of what is produced. */
export interface ListShape {
  name: string;
  fields: readonly FieldShape[];
  names: ReadonlySet<string>;
  required: readonly string[];
  /** False where the message may come without the list. */
  needed: boolean;
}

export interface MessageShape {
  type: CommandType;
  /** Fields in the order of the schema, without lists. */
  document: readonly FieldShape[];
  documentNames: ReadonlySet<string>;
  documentRequired: readonly string[];
  lines: ListShape | undefined;
  /** Lists beside `lines`. */
  lists: readonly ListShape[];
}

interface ObjectSchema {
  required?: readonly string[];
  properties?: Readonly<Record<string, JsonSchema>>;
}

export const isCommandType = (
  type: string,
  schemas: Readonly<Record<string, JsonSchema>>,
): type is CommandType =>
  Object.hasOwn(schemas, type) && !(eventTypes as readonly string[]).includes(type);

export function messageShape(type: CommandType, schema: JsonSchema): MessageShape {
  const { properties = {}, required = [] } = schema as ObjectSchema;
  const lists: ListShape[] = [];
  const document: FieldShape[] = [];
  for (const [name, property] of Object.entries(properties)) {
    if (property.type === 'array') lists.push(listOf(name, property, required.includes(name)));
    else document.push(fieldOf(name, property));
  }
  return {
    type,
    document,
    documentNames: namesOf(document),
    documentRequired: required.filter((name) => !lists.some((list) => list.name === name)),
    lines: lists.find(({ name }) => name === 'lines'),
    lists: lists.filter(({ name }) => name !== 'lines'),
  };
}

/** Fields that document and lines both know and that mean the same in both: lines that agree in one
 *  may leave it to the document. An amount of each line is none of them. */
export function sharedNames({ document, lines }: MessageShape): string[] {
  return document
    .filter(({ name, decimal }) => !decimal && lines?.names.has(name))
    .map(({ name }) => name);
}

/**
 * Fields that say of one line what it is or how much: beside `lines` they would be of no line. The other
 * fields of lines may stand there, for every line that does not have its own.
 */
export function ownNames({ documentNames, lines }: MessageShape): string[] {
  return (lines?.fields ?? [])
    .filter(({ name, decimal }) => decimal || name === 'sku' || name === 'line')
    .map(({ name }) => name)
    .filter((name) => !documentNames.has(name));
}

/** Names of the lists without which one of the messages may come: it does not need them, or know them. */
export function optionalLists(shapes: readonly MessageShape[]): string[] {
  const lists = shapes.map(({ lines, lists: others }) => [...others, ...(lines ? [lines] : [])]);
  const names = new Set(lists.flat().map(({ name }) => name));
  return [...names].filter((name) =>
    lists.some((own) => own.find((list) => list.name === name)?.needed !== true),
  );
}

function listOf(name: string, { items }: JsonSchema, needed: boolean): ListShape {
  const { properties = {}, required = [] } = (items ?? {}) as ObjectSchema;
  const fields = Object.entries(properties).map(([field, property]) => fieldOf(field, property));
  return { name, fields, names: namesOf(fields), required, needed };
}

function fieldOf(name: string, property: JsonSchema): FieldShape {
  const { type, format, pattern, additionalProperties: values } = property;
  const field: FieldShape = {
    name,
    text: type === 'string',
    instant: format === 'date-time',
    flag: type === 'boolean',
    decimal: String(pattern ?? '').includes('[0-9]'),
    identifier: property[identifierKeyword] === true,
    currency: String(pattern ?? '').includes('[A-Z]{3}'),
    ...dateOf(property),
  };
  if (Array.isArray(property.enum)) field.values = property.enum as string[];
  if (type === 'object') field.texts = { mayBeEmpty: !(values as JsonSchema | undefined)?.pattern };
  return field;
}

/** Marks a field of a message's JSON Schema as the date that counts for the books. */
const businessDateKeyword = 'x-business-date';

function dateOf({ format, [businessDateKeyword]: isBooked }: JsonSchema): { date?: DateRole } {
  if (format !== 'date' && format !== 'date-time') return {};
  return { date: isBooked === true ? 'booked' : 'other' };
}

const namesOf = (fields: readonly FieldShape[]): ReadonlySet<string> =>
  new Set(fields.map((field) => field.name));
