/**
 * One declaration of what a component takes. A `Field` is at once the parser with its defaults, the
 * JSON Schema that editors complete from, and the row in the generated reference.
 */
import type { Code } from './errors.ts';
import { nearestName } from './errors.ts';
import { badCharacterFault, readIdentifier } from './identifier.ts';

/** Steps from the root of a YAML document to a value: `['steps', 0, 'map', 'sku']`. */
export type Path = readonly (string | number)[];

/** Takes one fault about the value at `path`; `onKey` when the key itself is wrong, not its value. */
export type FaultSink = (fault: {
  path: Path;
  code: Code;
  message: string;
  todo?: string;
  onKey?: boolean;
}) => void;

export type JsonSchema = { readonly [key: string]: unknown };

export interface Field<T> {
  readonly about: string;
  /** How the reference shows the type: `text`, `true or false`, `2..64`. */
  readonly kind: string;
  readonly schema: JsonSchema;
  readonly optional: boolean;
  readonly fallback?: T;
  /** For the reference: the fields inside, where there are any. */
  readonly fields?: Readonly<Record<string, Field<unknown>>>;
  /** The value, or undefined after at least one report. */
  read(value: unknown, path: Path, report: FaultSink): T | undefined;
}

export type Value<F> = F extends Field<infer T> ? T : never;
type Shape = Record<string, Field<unknown>>;
type Values<S extends Shape> = { [K in keyof S]: Value<S[K]> };

interface Base {
  about: string;
  kind: string;
  schema: JsonSchema;
  fields?: Readonly<Record<string, Field<unknown>>>;
}

function field<T>(base: Base, read: Field<T>['read']): Field<T> {
  return { ...base, schema: { description: base.about, ...base.schema }, optional: false, read };
}

function wrong(
  path: Path,
  report: FaultSink,
  kind: string,
  value: unknown,
  todo = `write ${kind}`,
): undefined {
  report({
    path,
    code: 'CONFIG_WRONG_TYPE',
    message: `${show(value)} is not ${kind}`,
    todo,
  });
  return undefined;
}

/** Quotes make a text of what would be a number, true or false without them. */
const unquoted = (value: unknown, shape: RegExp): string | undefined =>
  typeof value === 'string' && shape.test(value) ? 'take the quotes off' : undefined;

function show(value: unknown): string {
  const text = value === undefined || value === null ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The same field, which may be left out; then `fallback` holds. */
export function optional<T>(of: Field<T>): Field<T | undefined>;
export function optional<T>(of: Field<T>, fallback: T): Field<T>;
export function optional<T>(of: Field<T>, fallback?: T): Field<T | undefined> {
  const schema =
    fallback === undefined ? of.schema : { ...of.schema, default: shownDefault(of, fallback) };
  return { ...of, schema, optional: true, ...(fallback === undefined ? {} : { fallback }) };
}

/** Durations are written as text and read as milliseconds. */
const shownDefault = (of: Field<unknown>, fallback: unknown): unknown =>
  of.schema.type === 'string' && typeof fallback === 'number' ? `${fallback}ms` : fallback;

export function text(
  about: string,
  bounds: { pattern?: RegExp; shape?: string } = {},
): Field<string> {
  const kind = bounds.shape ?? 'text';
  const schema = { type: 'string', ...(bounds.pattern ? { pattern: bounds.pattern.source } : {}) };
  return field({ about, kind, schema }, (value, path, report) => {
    if (typeof value !== 'string') return wrong(path, report, kind, value);
    if (bounds.pattern && !bounds.pattern.test(value)) {
      report({
        path,
        code: 'CONFIG_BAD_VALUE',
        message: `'${value}' is not ${kind}`,
        todo: `write ${kind}`,
      });
      return undefined;
    }
    return value;
  });
}

/** Text that no message shows: passwords, tokens, addresses with either in them. */
export function secret(about: string, kind = 'text'): Field<string> {
  const shown = 'text that is never shown';
  const schema = { type: 'string', writeOnly: true };
  return field({ about, kind: shown, schema }, (value, path, report) => {
    if (typeof value === 'string') return value;
    const message = `what stands here is not ${kind}`;
    report({ path, code: 'CONFIG_WRONG_TYPE', message, todo: 'write it in quotes' });
    return undefined;
  });
}

/** What names something of the books (a place, a pool): taken as identifiers of messages are. */
export function identifier(about: string): Field<string> {
  const plain = text(about);
  return {
    ...plain,
    read(value, path, report) {
      const given = plain.read(value, path, report);
      return given === undefined ? undefined : readName(given, path, report);
    },
  };
}

function readName(given: string, path: Path, report: FaultSink, onKey = false): string | undefined {
  const name = readIdentifier(given);
  if (typeof name === 'string' && name !== '') return name;
  const { message } =
    typeof name === 'string'
      ? { message: `${JSON.stringify(given)} is no name` }
      : badCharacterFault('the name', given, name);
  report({ path, code: 'CONFIG_BAD_VALUE', message, onKey });
  return undefined;
}

/** Text that the flow compiler reads as an expression. Numbers and flags stand for themselves. */
export function expression(about: string): Field<string> {
  const schema = { type: ['string', 'number', 'boolean'] };
  return field({ about, kind: 'expression', schema }, (value, path, report) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return wrong(path, report, 'an expression', value);
  });
}

/** The same field, whose value is held against more than its shape: `fault` says what is wrong. */
export function checked<T>(of: Field<T>, fault: (value: T) => string | undefined): Field<T> {
  return {
    ...of,
    read(value, path, report) {
      const read = of.read(value, path, report);
      const message = read === undefined ? undefined : fault(read);
      if (message === undefined) return read;
      report({ path, code: 'CONFIG_BAD_VALUE', message });
      return undefined;
    },
  };
}

export function integer(about: string, bounds: { min: number; max: number }): Field<number> {
  const kind = `${bounds.min}..${bounds.max}`;
  const schema = { type: 'integer', minimum: bounds.min, maximum: bounds.max };
  return field({ about, kind, schema }, (value, path, report) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      return wrong(path, report, 'a whole number', value, unquoted(value, /^-?(0|[1-9]\d*)$/));
    }
    if (value < bounds.min || value > bounds.max) {
      report({
        path,
        code: 'CONFIG_BAD_VALUE',
        message: `${value} is not within ${kind}`,
        todo: `write a number from ${bounds.min} to ${bounds.max}`,
      });
      return undefined;
    }
    return value;
  });
}

export function flag(about: string): Field<boolean> {
  return field(
    { about, kind: 'true or false', schema: { type: 'boolean' } },
    (value, path, report) =>
      typeof value === 'boolean'
        ? value
        : wrong(path, report, 'true or false', value, unquoted(value, /^(true|false)$/)),
  );
}

export function choice<const T extends string>(about: string, values: readonly T[]): Field<T> {
  const kind = values.join(' | ');
  return field({ about, kind, schema: { type: 'string', enum: values } }, (value, path, report) => {
    if (typeof value !== 'string') return wrong(path, report, `one of ${values.join(', ')}`, value);
    if ((values as readonly string[]).includes(value)) return value as T;
    const message = `'${value}' is not one of ${values.join(', ')}`;
    const near = nearestName(value, values);
    const todo = near === undefined ? {} : { todo: `did you mean '${near}'?` };
    report({ path, code: 'CONFIG_BAD_VALUE', message, ...todo });
    return undefined;
  });
}

const DURATION = /^(\d+)(ms|s|m|h|d)$/;
/** Timers of the platform hold 31 bits of milliseconds. */
const MAX_DURATION_MS = 24 * 86_400_000;
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time span written as `500ms`, `30s`, `5m`, `2h`, `1d`; read as milliseconds. */
export function duration(about: string): Field<number> {
  const kind = 'a duration such as 500ms, 30s, 5m';
  return field(
    { about, kind, schema: { type: 'string', pattern: DURATION.source } },
    (value, path, report) => {
      const match = typeof value === 'string' ? DURATION.exec(value) : null;
      if (!match) return wrong(path, report, kind, value);
      const ms = parseInt(match[1]!, 10) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
      if (ms <= MAX_DURATION_MS) return ms;
      report({ path, code: 'CONFIG_BAD_VALUE', message: `${match[0]} is longer than 24 days` });
      return undefined;
    },
  );
}

export function list<T>(about: string, item: Field<T>, bounds: { min?: number } = {}): Field<T[]> {
  const schema = { type: 'array', items: item.schema, minItems: bounds.min ?? 0 };
  return field(
    {
      about,
      kind: `list of ${item.kind}`,
      schema,
      ...(item.fields ? { fields: item.fields } : {}),
    },
    (value, path, report) => {
      if (!Array.isArray(value)) return wrong(path, report, 'a list', value);
      if (value.length < (bounds.min ?? 0)) {
        report({
          path,
          code: 'CONFIG_BAD_VALUE',
          message: `the list needs at least ${bounds.min} entries`,
        });
        return undefined;
      }
      const items = value.map((entry, index) => item.read(entry, [...path, index], report));
      return items.includes(undefined) ? undefined : (items as T[]);
    },
  );
}

/** Names of the user's own choosing, each with a value of one kind. */
export function namedValues<T>(about: string, of: Field<T>): Field<Record<string, T>> {
  return valuesByName(about, of, (name) => name);
}

/** The same where the names are those of the books: places, pools. */
export function namedIdentifiers<T>(about: string, of: Field<T>): Field<Record<string, T>> {
  return valuesByName(about, of, (name, path, report) => readName(name, path, report, true));
}

function valuesByName<T>(
  about: string,
  of: Field<T>,
  nameOf: (name: string, path: Path, report: FaultSink) => string | undefined,
): Field<Record<string, T>> {
  const schema = { type: 'object', additionalProperties: of.schema };
  return field(
    {
      about,
      kind: `names, each with ${of.kind}`,
      schema,
      ...(of.fields ? { fields: of.fields } : {}),
    },
    (value, path, report) => {
      if (!isObject(value)) return wrong(path, report, 'names with values', value);
      const read = new Map<string, T>();
      let good = true;
      for (const [given, entry] of Object.entries(value)) {
        const place = [...path, given];
        const name = nameOf(given, place, report);
        const result = of.read(entry, place, report);
        if (name === undefined || result === undefined) good = false;
        else if (read.has(name)) {
          const message = `'${name}' stands here twice`;
          report({ path: place, code: 'CONFIG_BAD_VALUE', message, onKey: true });
          good = false;
        } else read.set(name, result);
      }
      return good ? Object.fromEntries(read) : undefined;
    },
  );
}

/** An object of known fields. Unknown fields are faults, each with the nearest known name. */
export function record<S extends Shape>(about: string, fields: S): Field<Values<S>> {
  const required = Object.keys(fields).filter((name) => !fields[name]!.optional);
  const properties = Object.fromEntries(
    Object.entries(fields).map(([name, of]) => [name, of.schema]),
  );
  const schema = { type: 'object', additionalProperties: false, required, properties };
  return field({ about, kind: 'fields', schema, fields }, (value, path, report) => {
    if (!isObject(value)) {
      return wrong(path, report, 'fields with values', value, remedyOf(value, required));
    }
    let good = reportUnknown(value, Object.keys(fields), path, report);
    const read: [string, unknown][] = [];
    for (const [name, of] of Object.entries(fields)) {
      if (!Object.hasOwn(value, name)) {
        if (of.optional) read.push([name, of.fallback]);
        else good = missing(name, of, path, report);
        continue;
      }
      const result = of.read(value[name], [...path, name], report);
      if (result === undefined) good = false;
      read.push([name, result]);
    }
    return good ? (Object.fromEntries(read) as Values<S>) : undefined;
  });
}

/** A text may be meant for the only field that must be there. */
function remedyOf(value: unknown, required: readonly string[]): string {
  const [only, ...others] = required;
  const isShort = typeof value === 'string' && /^[^:#,{}[\]'`&]{1,60}$/.test(value);
  if (isShort && only !== undefined && others.length === 0) return `write { ${only}: ${value} }`;
  const shown = required.map((name) => `${name}: …`).join(', ');
  return required.length > 0 ? `write { ${shown} }` : 'write fields with values';
}

function missing(name: string, of: Field<unknown>, path: Path, report: FaultSink): false {
  report({
    path,
    code: 'CONFIG_MISSING_FIELD',
    message: `'${name}' is missing`,
    todo: `add '${name}': ${of.about}`,
  });
  return false;
}

export function reportUnknown(
  value: object,
  known: readonly string[],
  path: Path,
  report: FaultSink,
  where = path.findLast((step) => typeof step === 'string'),
): boolean {
  let good = true;
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    good = false;
    report({
      path: [...path, name],
      onKey: true,
      code: 'CONFIG_UNKNOWN_FIELD',
      message: `'${name}' is not a field${where === undefined ? '' : ` of ${where}`}`,
      todo: suggestion(name, known),
    });
  }
  return good;
}

/** `did you mean 'by'?`, or all names where none is near. */
export function suggestion(
  name: string,
  known: readonly string[],
  written: (name: string) => string = String,
): string {
  const near = nearestName(name, known);
  if (known.length === 0) return 'leave it out: nothing stands here';
  return near ? `did you mean '${written(near)}'?` : `known here: ${known.map(written).join(', ')}`;
}

/** Any of several forms; the first whose `when` holds reads the value. */
export function either<T>(
  about: string,
  forms: readonly { when: (value: unknown) => boolean; field: Field<T> }[],
): Field<T> {
  const kind = [...new Set(forms.map((form) => form.field.kind))].join(', or ');
  const schema = { anyOf: forms.map((form) => form.field.schema) };
  return field({ about, kind, schema }, (value, path, report) => {
    const form = forms.find((candidate) => candidate.when(value));
    return form ? form.field.read(value, path, report) : wrong(path, report, kind, value);
  });
}

/** A field that another part reads: taken as it is, described by the schema given. */
export function raw(about: string, kind: string, schema: JsonSchema): Field<unknown> {
  return field({ about, kind, schema }, (value, path, report) =>
    value === undefined || value === null ? wrong(path, report, kind, value) : value,
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
