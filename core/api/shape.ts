/** Short words for the JSON Schemas of bodies and answers. */
import type { JsonSchema } from '../spec.ts';
import type { NamedSchema } from './NamedSchema.ts';

export type AnyShape = JsonSchema | NamedSchema;
export type Shapes = Readonly<Record<string, AnyShape>>;

const about = (description: string | undefined): JsonSchema =>
  description === undefined ? {} : { description };

const object = (needed: Shapes, optional: Shapes = {}, more: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  properties: { ...needed, ...optional },
  ...(Object.keys(needed).length > 0 ? { required: Object.keys(needed) } : {}),
  ...more,
});

export const shape = {
  text: (description?: string): JsonSchema => ({ type: 'string', ...about(description) }),
  instant: (description?: string): JsonSchema => ({
    ...{ type: 'string', format: 'date-time' },
    ...about(description),
  }),
  /** As text, so that no digit is lost. */
  decimal: (description?: string): JsonSchema => ({
    ...{ type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' },
    ...about(description),
  }),
  count: (description?: string): JsonSchema => ({
    ...{ type: 'integer', minimum: 0 },
    ...about(description),
  }),
  flag: (description?: string): JsonSchema => ({ type: 'boolean', ...about(description) }),
  choice: (values: readonly string[], description?: string): JsonSchema => ({
    ...{ type: 'string', enum: values },
    ...about(description),
  }),
  /** Texts by their names. */
  texts: (names: string): Record<string, JsonSchema> =>
    Object.fromEntries(names.split(' ').map((name) => [name, { type: 'string' }])),
  list: (items: AnyShape, description?: string): JsonSchema => ({
    ...{ type: 'array', items },
    ...about(description),
  }),
  /** Values by names that nobody knows before. */
  map: (values: AnyShape, description?: string): JsonSchema => ({
    ...{ type: 'object', additionalProperties: values },
    ...about(description),
  }),
  orNull: (of: AnyShape, description?: string): JsonSchema => ({
    anyOf: [of, { type: 'null' }],
    ...about(description),
  }),
  /** What an answer says: fields that are always there, and those that may be. */
  object,
  /** What a caller says: no other fields are taken. */
  body: (needed: Shapes, optional: Shapes = {}): JsonSchema =>
    object(needed, optional, { additionalProperties: false }),
  /** Rows, the facts beside them, and how to go on. */
  page: (row: AnyShape, facts: Shapes = {}, optional: Shapes = {}): JsonSchema =>
    object(
      { ...facts, rows: { type: 'array', items: row } },
      {
        ...optional,
        next: {
          type: 'string',
          description: 'Pass it as `after` for the next page; not there on the last one.',
        },
      },
    ),
};

/** With further fields. */
export const extended = (of: NamedSchema, needed: Shapes, optional: Shapes = {}): JsonSchema => {
  const { properties = {}, required = [], ...rest } = of.schema;
  const more = object(needed, optional);
  return {
    ...rest,
    properties: { ...(properties as Shapes), ...(more.properties as Shapes) },
    required: [...(required as string[]), ...Object.keys(needed)],
  };
};
