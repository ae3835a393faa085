/** Types of GraphQL, made of the schemas of what routes answer. */
import {
  GraphQLBoolean,
  type GraphQLFieldConfigMap,
  GraphQLFloat,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLNullableOutputType,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLString,
} from 'graphql';
import type { JsonSchema } from '../../spec.ts';
import { NamedSchema } from '../NamedSchema.ts';
import type { AnyShape, Shapes } from '../shape.ts';
import type { RouteCalls } from './RouteCalls.ts';

export type AnswerRow = Readonly<Record<string, unknown>>;
export type Fields = GraphQLFieldConfigMap<unknown, RouteCalls>;
type Scalar = GraphQLScalarType<unknown, unknown>;

const scalar = (name: string, description: string): Scalar =>
  new GraphQLScalarType({ name, description, serialize: (value) => value });

export const decimalType = scalar(
  'Decimal',
  'A decimal as text, so that no digit is lost; null where there is none.',
);
const instantType = scalar('Instant', 'A moment, RFC 3339 in UTC; null where there is none.');
const countType = scalar('Count', 'A whole number, which may be larger than an Int.');
const jsonType = scalar('JSON', 'Whatever JSON can say.');

const scalarOf = ({ type, pattern, format }: JsonSchema): Scalar | undefined => {
  if (type === 'integer') return countType;
  if (type === 'number') return GraphQLFloat as Scalar;
  if (type === 'boolean') return GraphQLBoolean as Scalar;
  if (type !== 'string') return undefined;
  if (typeof pattern === 'string' && /\(\\\.(\\d|\[0-9\])/.test(pattern)) return decimalType;
  return format === 'date-time' ? instantType : (GraphQLString as Scalar);
};

/** Each schema that has a name becomes one type of that name. */
export class OutputTypes {
  readonly #types = new Map<string, GraphQLObjectType>();
  readonly #moreFields: (names: readonly string[]) => Fields;

  /** `moreFields`: what rows with fields of these names have beside them. */
  constructor(moreFields: (names: readonly string[]) => Fields) {
    this.#moreFields = moreFields;
  }

  /** `name` is for what has none of its own. */
  of(shape: AnyShape, name: string): GraphQLNullableOutputType {
    if (shape instanceof NamedSchema) return this.of(shape.schema, shape.name);
    const known = scalarOf(shape);
    if (known) return known;
    const { type, items, properties } = shape as { type?: string; items?: AnyShape } & {
      properties?: Shapes;
    };
    if (type === 'array' && items) {
      return new GraphQLList(new GraphQLNonNull(this.of(items, `${name}Item`)));
    }
    return properties && Object.keys(properties).length > 0
      ? this.object(name, () => this.fields(shape, name), shape)
      : jsonType;
  }

  object(name: string, fields: () => Fields, { description }: JsonSchema = {}): GraphQLObjectType {
    const known = this.#types.get(name);
    if (known) return known;
    const about = typeof description === 'string' ? { description } : {};
    const made = new GraphQLObjectType({ name, fields, ...about });
    this.#types.set(name, made);
    return made;
  }

  /** What is always there is never null, unless its text may be empty where a number or a moment is meant. */
  fields(shape: JsonSchema, name: string, except: readonly string[] = []): Fields {
    const { properties = {}, required = [] } = shape as {
      properties?: Shapes;
      required?: string[];
    };
    const names = Object.keys(properties).filter((one) => isName(one) && !except.includes(one));
    const own = names.map((field) => {
      const inner = properties[field]!;
      const type = this.of(inner, `${name}${capital(field)}`);
      const isSure = required.includes(field) && !MAY_BE_EMPTY.has(type);
      const { description } = inner instanceof NamedSchema ? inner.schema : inner;
      return [
        field,
        {
          type: isSure ? new GraphQLNonNull(type) : type,
          ...(MAY_BE_EMPTY.has(type) ? { resolve: orNull(field) } : {}),
          ...(typeof description === 'string' ? { description } : {}),
        },
      ];
    });
    return { ...Object.fromEntries(own), ...this.#moreFields(names) };
  }
}

const orNull = (field: string) => (source: unknown) => {
  const value = (source as AnswerRow)[field];
  return value === '' ? null : value;
};

const MAY_BE_EMPTY: ReadonlySet<unknown> = new Set([decimalType, instantType, jsonType]);

export const capital = (name: string): string => `${name[0]!.toUpperCase()}${name.slice(1)}`;
export const isName = (name: string): boolean => /^[A-Za-z]\w*$/.test(name);
