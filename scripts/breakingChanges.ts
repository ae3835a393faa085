/**
 * What a client of one version of the API would stumble over in another: two OpenAPI documents in, a sentence for each
 * change out. What is only added breaks nothing, unless a caller has to say it.
 */
export type Json = Readonly<Record<string, unknown>>;

interface Documents {
  before: Json;
  now: Json;
}

export function breakingChanges(before: Json, now: Json): string[] {
  const documents = { before, now };
  const found: string[] = [];
  for (const [path, operations] of entriesOf(before.paths)) {
    for (const [method, was] of entriesOf(operations)) {
      const name = `${method.toUpperCase()} ${path}`;
      const is = at(now.paths, shapeOfPath(path, now), method);
      if (is) operationChanges(name, was as Json, is, documents, found);
      else found.push(`${name}: is gone`);
    }
  }
  return found;
}

/** The same path, whatever its parts are called now. */
function shapeOfPath(path: string, { paths }: Json): string {
  const anonymous = (one: string): string => one.replace(/\{\w+\}/g, '{}');
  return Object.keys(paths as Json).find((one) => anonymous(one) === anonymous(path)) ?? path;
}

function operationChanges(
  name: string,
  was: Json,
  is: Json,
  all: Documents,
  found: string[],
): void {
  scopeChanges(name, was, is, found);
  parameterChanges(name, was, is, all, found);
  bodyChanges(name, was, is, all, found);
  answerChanges(name, was, is, all, found);
}

function scopeChanges(name: string, was: Json, is: Json, found: string[]): void {
  const [before, now] = [was, is].map((one) => one['x-scope'] as string | undefined);
  if (isOpen(was) && !isOpen(is)) found.push(`${name}: wants a token`);
  if (before !== undefined && before !== now && now !== 'known' && now !== 'open')
    found.push(`${name}: wants the scope ${now}`);
}

const isOpen = ({ security }: Json): boolean => Array.isArray(security) && security.length === 0;

function parameterChanges(
  name: string,
  was: Json,
  is: Json,
  all: Documents,
  found: string[],
): void {
  const [before, now] = [was, is].map((one) => queryOf(one));
  for (const [parameter, old] of before!) {
    const one = now!.get(parameter);
    const what = `${name}: the parameter ${parameter}`;
    if (one) inputChanges(what, old.schema as Json, one.schema as Json, all, found, new Set());
    else found.push(`${what} is gone`);
  }
  for (const [parameter, one] of now!) {
    if (one.required && !before!.get(parameter)?.required)
      found.push(`${name}: the parameter ${parameter} is required`);
  }
}

const queryOf = ({ parameters = [] }: Json): Map<string, Json> =>
  new Map(
    (parameters as Json[])
      .filter((one) => one.in === 'query')
      .map((one): [string, Json] => [String(one.name), one]),
  );

function bodyChanges(name: string, was: Json, is: Json, all: Documents, found: string[]): void {
  const [before, now] = [was, is].map((one) => one.requestBody as Json | undefined);
  if (now?.required && !before?.required) found.push(`${name}: a body is required`);
  const types = now ? Object.keys(now.content as Json) : [];
  for (const [type, old] of entriesOf(before?.content)) {
    const one = at(now?.content, type);
    if (one)
      inputChanges(
        `${name}: the body`,
        old.schema as Json,
        one.schema as Json,
        all,
        found,
        new Set(),
      );
    else if (now && !types.includes('*/*')) found.push(`${name}: no body of ${type} is taken`);
  }
}

function answerChanges(name: string, was: Json, is: Json, all: Documents, found: string[]): void {
  for (const [status, old] of entriesOf(was.responses)) {
    if (!/^2/.test(status)) continue;
    const one = at(is.responses, status);
    if (!one) {
      found.push(`${name}: is no longer answered by ${status}`);
      continue;
    }
    for (const [type, { schema }] of entriesOf(old.content)) {
      const given = at(one.content, type);
      if (given)
        outputChanges(
          `${name}: the answer`,
          schema as Json,
          given.schema as Json,
          all,
          found,
          new Set(),
        );
      else found.push(`${name}: is no longer answered as ${type}`);
    }
  }
}

/** What a caller says: it may become wider, never narrower. */
function inputChanges(
  what: string,
  before: Json | undefined,
  after: Json | undefined,
  all: Documents,
  found: string[],
  seen: Set<unknown>,
): void {
  const [was, is] = [resolved(before, all.before), resolved(after, all.now)];
  if (seen.has(is)) return;
  seen.add(is);
  const kinds = typesOf(is);
  const lost = typesOf(was).filter((one) => kinds.length > 0 && !kinds.includes(one));
  if (lost.length > 0) found.push(`${what} may no longer be ${lost.join(' or ')}`);
  else if (typesOf(was).length === 0 && kinds.length > 0 && Object.keys(was).length === 0)
    found.push(`${what} has to be ${kinds.join(' or ')}`);
  valueChanges(what, was, is, found);
  boundChanges(what, was, is, found);
  const [fields, now] = [fieldsOf(was), fieldsOf(is)];
  for (const [name, one] of fields) {
    const next = now.get(name);
    if (next) inputChanges(`${what}.${name}`, one, next, all, found, seen);
    else if (is.additionalProperties === false) found.push(`${what}.${name} is no longer taken`);
  }
  for (const name of requiredOf(is)) {
    if (!requiredOf(was).includes(name)) found.push(`${what}.${name} is required`);
  }
  if (was.items && is.items)
    inputChanges(`${what}[]`, was.items as Json, is.items as Json, all, found, seen);
}

function valueChanges(what: string, was: Json, is: Json, found: string[]): void {
  const values = valuesOf(is);
  if (!values) return;
  const old = valuesOf(was);
  if (!old) found.push(`${what} has to be one of ${values.join(', ')}`);
  const lost = old?.filter((one) => !values.includes(one)) ?? [];
  if (lost.length > 0) found.push(`${what} may no longer be ${lost.join(', ')}`);
}

/** Keywords of which a smaller value takes less, and of which a larger does. */
const bounds = {
  upper: ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'],
  lower: ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'],
};

function boundChanges(what: string, was: Json, is: Json, found: string[]): void {
  const [limits, old] = [is, was] as Record<string, number | undefined>[];
  for (const key of bounds.upper)
    if (limits![key] !== undefined && (old![key] ?? Number.POSITIVE_INFINITY) > limits![key])
      found.push(`${what} has the ${key} ${limits![key]}`);
  for (const key of bounds.lower)
    if (limits![key] !== undefined && (old![key] ?? Number.NEGATIVE_INFINITY) < limits![key])
      found.push(`${what} has the ${key} ${limits![key]}`);
  for (const key of ['pattern', 'format'])
    if (is[key] !== undefined && is[key] !== was[key])
      found.push(`${what} has the ${key} ${is[key]}`);
}

/** What a caller is told: there may be more of it, never less. */
function outputChanges(
  what: string,
  before: Json | undefined,
  after: Json | undefined,
  all: Documents,
  found: string[],
  seen: Set<unknown>,
): void {
  const [was, is] = [resolved(before, all.before), resolved(after, all.now)];
  if (seen.has(is)) return;
  seen.add(is);
  const kinds = typesOf(was);
  const more = typesOf(is).filter((one) => kinds.length > 0 && !kinds.includes(one));
  if (more.length > 0) found.push(`${what} may be ${more.join(' or ')}`);
  const now = fieldsOf(is);
  for (const [name, one] of fieldsOf(was)) {
    const next = now.get(name);
    if (next) outputChanges(`${what}.${name}`, one, next, all, found, seen);
    else found.push(`${what}.${name} is gone`);
  }
  for (const name of requiredOf(was)) {
    if (now.has(name) && !requiredOf(is).includes(name))
      found.push(`${what}.${name} may be left out`);
  }
  if (was.items && is.items)
    outputChanges(`${what}[]`, was.items as Json, is.items as Json, all, found, seen);
}

/** What a reference leads to, with what `allOf` adds to it. */
function resolved(schema: Json | undefined, document: Json): Json {
  if (!schema) return {};
  const { $ref, allOf, ...rest } = schema;
  if (typeof $ref === 'string') {
    return resolved(at(document, ...$ref.slice(2).split('/')), document);
  }
  if (!Array.isArray(allOf)) return schema;
  const parts = [...allOf, rest].map((part) => resolved(part as Json, document));
  return Object.assign({}, ...parts, {
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(requiredOf),
  });
}

const fieldsOf = ({ properties }: Json): Map<string, Json> => new Map(entriesOf(properties));
const requiredOf = ({ required = [] }: Json): string[] => (Array.isArray(required) ? required : []);

function typesOf(schema: Json): string[] {
  const { type, anyOf } = schema;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type;
  if (Array.isArray(anyOf)) return [...new Set(anyOf.flatMap((one) => typesOf(one as Json)))];
  return [...new Set((valuesOf(schema) ?? []).map((one) => (one === null ? 'null' : typeof one)))];
}

function valuesOf({ enum: values, const: only }: Json): unknown[] | undefined {
  if (Array.isArray(values)) return values;
  return only === undefined ? undefined : [only];
}

const entriesOf = (of: unknown): [string, Json][] =>
  Object.entries((of ?? {}) as Record<string, Json>);

function at(of: unknown, ...path: string[]): Json | undefined {
  let place = of as Json | undefined;
  for (const step of path) place = place?.[step] as Json | undefined;
  return place;
}
