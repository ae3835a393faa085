/** Fields that name a component: `{ name: options }`. */
import type { Code } from '../errors.ts';
import { type FaultSink, type Field, type JsonSchema, type Path, suggestion } from '../spec.ts';

/** One component by name, with its options. */
export interface Named<Spec> {
  name: string;
  spec: Spec;
  options: unknown;
}

type Form<T> = { about: string; kind: string; schema: JsonSchema; read: Field<T>['read'] };

export const custom = <T>({ about, kind, schema, read }: Form<T>): Field<T> => ({
  about,
  kind,
  schema: { description: about, ...schema },
  optional: false,
  read,
});

/** `{ name: options, … }`: the one key that is a known name; faults are reported. */
export function nameIn(
  value: Record<string, unknown>,
  known: readonly string[],
  path: Path,
  code: Code,
  what: string,
  report: FaultSink,
): string | undefined {
  const name = Object.keys(value).find((key) => known.includes(key));
  if (name !== undefined) return name;
  const [first] = Object.keys(value);
  if (first === undefined) {
    report({
      path,
      code: 'CONFIG_WRONG_TYPE',
      message: `nothing stands here where a ${what} is expected`,
      todo: `write one of ${known.join(', ')}`,
    });
  } else {
    report({
      path: [...path, first],
      onKey: true,
      code,
      message: `'${first}' is not a ${what}`,
      todo: suggestion(first, known),
    });
  }
  return undefined;
}

export const schemaOf = (
  specs: readonly { name: string; about: string }[],
  of: (index: number) => JsonSchema,
  beside: Readonly<Record<string, JsonSchema>> = {},
): JsonSchema[] =>
  specs.map((spec, index) => ({
    type: 'object',
    description: spec.about,
    additionalProperties: false,
    required: [spec.name],
    properties: { [spec.name]: of(index), ...beside },
  }));
