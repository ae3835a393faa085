/** What the compiler and the finaliser know of a canonical message, read from its JSON Schema. */
import type { CommandType } from '../message.ts';
import { eventTypes } from '../message.ts';
import type { JsonSchema } from '../spec.ts';

export interface FieldShape {
  name: string;
  /** Text in the schema: numbers become text. */
  text: boolean;
  /** An instant: written in UTC with milliseconds. */
  instant: boolean;
}

export interface MessageShape {
  type: CommandType;
  /** Fields in the order of the schema, without `lines`. */
  document: readonly FieldShape[];
  documentNames: ReadonlySet<string>;
  documentRequired: readonly string[];
  /** Empty where the message has no lines. */
  line: readonly FieldShape[];
  lineNames: ReadonlySet<string>;
  lineRequired: readonly string[];
  hasLines: boolean;
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
  const { lines, ...documentProperties } = properties;
  const lineSchema = (lines as { items?: ObjectSchema } | undefined)?.items ?? {};
  const document = fieldsOf(documentProperties);
  const line = fieldsOf(lineSchema.properties ?? {});
  return {
    type,
    document,
    documentNames: namesOf(document),
    documentRequired: required.filter((name) => name !== 'lines'),
    line,
    lineNames: namesOf(line),
    lineRequired: lineSchema.required ?? [],
    hasLines: lines !== undefined,
  };
}

function fieldsOf(properties: Readonly<Record<string, JsonSchema>>): FieldShape[] {
  return Object.entries(properties).map(([name, { type, format }]) => ({
    name,
    text: type === 'string',
    instant: format === 'date-time',
  }));
}

const namesOf = (fields: readonly FieldShape[]): ReadonlySet<string> =>
  new Set(fields.map((field) => field.name));
