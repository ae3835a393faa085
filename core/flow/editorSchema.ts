/**
 * What editors complete beside the grammar itself: functions wherever an expression stands, and in maps the
 * fields of the messages with what each means. It refuses nothing that the grammar takes.
 */
import { isObject, type JsonSchema } from '../spec.ts';
import { functionNames } from './expression/checkExpression.ts';
import { functions } from './expression/functions.ts';
import type { HubParts } from './hubParts.ts';
import { isCommandType } from './messageShape.ts';

type Properties = Readonly<Record<string, JsonSchema>>;

const EXPRESSION = { $ref: '#/definitions/expression' };
const FIELDS = { $ref: '#/definitions/messageFields' };

/** A schema of the grammar, with what is completed in it under `definitions`. */
export function editorSchema(schema: JsonSchema, { schemas }: HubParts): JsonSchema {
  const { definitions, ...grammar } = schema;
  const types = Object.keys(schemas).filter((type) => isCommandType(type, schemas));
  return {
    ...(completed(grammar) as JsonSchema),
    definitions: {
      ...(completed(definitions ?? {}) as JsonSchema),
      expression: { type: ['string', 'number', 'boolean'], defaultSnippets: snippets() },
      ...fieldDefinitions(types.map((type) => [type, schemas[type]!])),
    },
  };
}

function completed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(completed);
  if (!isObject(part)) return part;
  if (isExpression(part)) {
    const { type, ...rest } = part;
    return { ...rest, ...EXPRESSION };
  }
  const inside = Object.fromEntries(
    Object.entries(part).map(([name, value]) => [name, completed(value)]),
  );
  return isMapping(part) ? { ...inside, allOf: [FIELDS] } : inside;
}

const isExpression = ({ type }: Record<string, unknown>): boolean =>
  Array.isArray(type) && type.join() === 'string,number,boolean';

/** As mapping.ts declares it: it alone knows constants. */
const isMapping = ({ properties }: Record<string, unknown>): boolean =>
  isObject(properties) && Object.hasOwn(properties, 'const');

/** Our own functions come with an example, those of JSONata by name. */
function snippets(): JsonSchema[] {
  return functionNames.map((name) => {
    const spec = functions[name];
    const body = spec?.example ?? `$${name}()`;
    return { label: `$${name}`, body, ...(spec ? { description: spec.about } : {}) };
  });
}

/** By name: the fields of all messages, and those of their lines. */
function fieldDefinitions(messages: readonly (readonly [string, JsonSchema])[]): JsonSchema {
  const ofLine = new Map<string, Known>();
  // A message of one line may have its fields beside those of the document.
  const all = new Map<string, Known>();
  for (const [type, { properties }] of messages) {
    for (const { items } of Object.values(properties as Properties)) {
      const { properties: own = {} } = (items ?? {}) as { properties?: Properties };
      for (const [name, field] of Object.entries(own)) {
        note(ofLine, name, field, type);
        note(all, name, field, type);
      }
    }
  }
  for (const [type, { properties }] of messages)
    for (const [name, field] of Object.entries(properties as Properties))
      note(all, name, field, type);
  return {
    messageFields: { properties: { ...propertiesOf(all), const: constantsOf(all) } },
    lineFields: { properties: { ...propertiesOf(ofLine), const: constantsOf(ofLine) } },
  };
}

interface Known {
  field: JsonSchema;
  types: string[];
}

function note(known: Map<string, Known>, name: string, field: JsonSchema, type: string): void {
  const before = known.get(name);
  if (before) before.types.push(type);
  else known.set(name, { field, types: [type] });
}

const propertiesOf = (known: ReadonlyMap<string, Known>): JsonSchema =>
  Object.fromEntries(
    [...known].map(([name, { field, types }]) => {
      const description = `${String(field.description)} (${[...new Set(types)].join(', ')})`;
      if (field.type === 'array') return [name, listOf(description)];
      return [name, { description, anyOf: [EXPRESSION, { type: 'object' }] }];
    }),
  );

/** A list is an expression, or made of the elements of another. */
const listOf = (description: string): JsonSchema => ({
  description,
  properties: {
    each: { description: 'The list, whose elements the map reads.', ...EXPRESSION },
    steps: { description: 'What each element goes through before.' },
    map: {
      description: 'A line of each element; $parent is the record around, $index its place.',
      $ref: '#/definitions/lineFields',
    },
  },
});

/** Words that a field may be: the others may stand there too, for a record of a flow is not always a message. */
function constantsOf(known: ReadonlyMap<string, Known>): JsonSchema {
  const words = [...known].flatMap(([name, { field }]) =>
    Array.isArray(field.enum)
      ? [[name, { description: field.description, anyOf: [{ enum: field.enum }, {}] }] as const]
      : [],
  );
  return { properties: Object.fromEntries(words) };
}
