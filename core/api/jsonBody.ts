/** What a person or a program says of what is to be done: an object in JSON, checked against the schema of the route. */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Request } from 'express';
import { type Code, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import { isObject, suggestion } from '../spec.ts';
import { InvalidBody, type InvalidField } from './InvalidBody.ts';
import { inlined, type NamedSchema } from './NamedSchema.ts';

export type Body = Readonly<Record<string, unknown>>;

export interface BodyRules {
  /** Of a body of another form. */
  bodyCode?: Code;
  bodyBytes?: number;
}

/** Nothing is an empty object. Throws HTTP_BAD_REQUEST with all that is wrong, HTTP_WRONG_FORMAT, PAYLOAD_TOO_LARGE. */
export async function jsonBody(
  request: Request,
  schema: NamedSchema,
  { bodyCode = 'HTTP_BAD_REQUEST', bodyBytes = MOST_BYTES }: BodyRules = {},
): Promise<Body> {
  refuseOtherFormats(request.headers['content-type']);
  const text = await wholeText(request, bodyBytes);
  const body = text === '' ? {} : parsed(text);
  if (!isObject(body)) {
    throw new StockbusError('HTTP_BAD_REQUEST', 'the body is no object in JSON');
  }
  const validate = validatorOf(schema);
  if (!validate(body)) throw new InvalidBody(invalidFields(validate.errors ?? []), bodyCode);
  return body;
}

/** Who sends JSON by hand states no type, or what curl says; only a plain contradiction is refused. */
function refuseOtherFormats(contentType = ''): void {
  if (!/^\s*(multipart\/|[^;]*[/+](xml|csv|ndjson)\b)/i.test(contentType)) return;
  throw new StockbusError(
    'HTTP_WRONG_FORMAT',
    `the body is ${contentType}, and JSON is read`,
    {},
    {
      todo: 'Send an object in JSON, as application/json.',
    },
  );
}

export async function wholeText(request: Request, mostBytes = MOST_BYTES): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += part.byteLength;
    if (bytes > mostBytes) {
      throw new StockbusError('PAYLOAD_TOO_LARGE', `the body is larger than ${mostBytes} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

const MOST_BYTES = limits.documentBytes * 2;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const ajv = new Ajv({
  allErrors: true,
  strict: false,
  meta: false,
  validateSchema: false,
  verbose: true,
});
addFormats.default(ajv);

const validators = new WeakMap<NamedSchema, ValidateFunction>();

/** Compiled by the first body that comes: a process that only starts compiles none. */
function validatorOf(named: NamedSchema): ValidateFunction {
  const known = validators.get(named);
  if (known) return known;
  const validate = ajv.compile(inlined(named) as object);
  validators.set(named, validate);
  return validate;
}

/** At most as many as say something new. */
const ERRORS_SHOWN = 20;

const invalidFields = (errors: readonly ErrorObject[]): InvalidField[] =>
  errors
    .filter(({ keyword }) => keyword !== 'anyOf' && keyword !== 'oneOf' && keyword !== 'if')
    .slice(0, ERRORS_SHOWN)
    .map(invalidField);

function invalidField(error: ErrorObject): InvalidField {
  const { instancePath, keyword, params, parentSchema } = error;
  if (keyword === 'required') {
    const name = String(params.missingProperty);
    return { pointer: pointerTo(instancePath, name), message: `'${name}' is missing` };
  }
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty);
    const known = Object.keys((parentSchema as { properties?: object }).properties ?? {});
    const shown = name.slice(0, 100);
    const message = `'${shown}' is no field of this body`;
    return { pointer: pointerTo(instancePath, shown), message, todo: suggestion(name, known) };
  }
  const name = instancePath.split('/').at(-1)!.replaceAll('~1', '/').replaceAll('~0', '~');
  const what = name === '' ? 'the body' : `'${name}'`;
  return { pointer: instancePath, message: `${what} ${wordsOf(error)}` };
}

const pointerTo = (path: string, name: string): string =>
  `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'object',
  array: 'list',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
};

function wordsOf({ keyword, params, schema, message = 'is wrong' }: ErrorObject): string {
  if (keyword === 'type') return `is no ${kinds[String(params.type)] ?? params.type}`;
  if (keyword === 'enum') return `is none of ${(schema as unknown[]).join(', ')}`;
  if (keyword === 'minLength' || keyword === 'pattern')
    return 'is empty, or not written as it must be';
  if (keyword === 'maxLength') return `is longer than ${params.limit} characters`;
  return message;
}
