/**
 * Holds what an API answers against what its routes declare: status, codes, and each body against its schema, in which no
 * field may stand that it does not name.
 */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { inlined, type NamedSchema } from '../../../core/api/NamedSchema.ts';
import { refusalsOf, successesOf } from '../../../core/api/openApi.ts';
import { problemSchema } from '../../../core/api/problem.ts';
import type { Route } from '../../../core/api/Route.ts';
import { routes } from '../../../core/api/rest/routes.ts';
import { type Code, codes } from '../../../core/errors.ts';

const CHANNEL = 'http.server.request.start';

/** What was answered otherwise than declared; `stop` ends the watch. */
export function watchAnswers(port: () => number): { lies: string[]; stop: () => void } {
  const lies: string[] = [];
  const onRequest = (message: unknown): void => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (request.socket.localPort !== port()) return;
    const parts: Buffer[] = [];
    const note = (part: unknown): void => {
      if (typeof part === 'string' || part instanceof Uint8Array) parts.push(Buffer.from(part));
    };
    const [write, end] = [response.write.bind(response), response.end.bind(response)];
    response.write = ((...all: Parameters<typeof write>) => {
      note(all[0]);
      return write(...all);
    }) as typeof write;
    response.end = ((...all: Parameters<typeof end>) => {
      note(all[0]);
      return end(...all);
    }) as typeof end;
    response.once('finish', () => {
      const lie = lieOf(request, response, Buffer.concat(parts).toString('utf8'));
      if (lie) lies.push(`${request.method} ${request.url} ${response.statusCode}: ${lie}`);
    });
  };
  subscribe(CHANNEL, onRequest);
  return { lies, stop: () => void unsubscribe(CHANNEL, onRequest) };
}

function lieOf(request: IncomingMessage, response: ServerResponse, text: string): string {
  const type = String(response.getHeader('content-type') ?? '');
  const { path = '' } = (request as { route?: { path?: string } }).route ?? {};
  const method = request.method === 'HEAD' ? 'get' : request.method?.toLowerCase();
  const route = routes.find((one) => one.path === path && one.method === method);
  if (text === '' || !type.includes('json')) return '';
  const body: unknown = JSON.parse(text);
  if (type.startsWith('application/problem+json')) return problemLie(route, body as { code: Code });
  if (!route || typeof route.answer === 'string') return '';
  const { statusCode } = response;
  // How ready it is, says the body as well.
  const isDeclared =
    successesOf(route).includes(statusCode) || (path === '/readyz' && statusCode === 503);
  return isDeclared ? schemaLie(route.answer, body) : 'the status is not declared';
}

function problemLie(route: Route | undefined, problem: { code: Code }): string {
  const wrong = schemaLie(problemSchema, problem);
  if (wrong || !route || !codes[problem.code]) return wrong;
  const refusals = refusalsOf(route);
  const isDeclared = refusals.some(
    (one) => one === problem.code || one === codes[problem.code].status,
  );
  return isDeclared ? '' : `the code ${problem.code} is not declared`;
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);
const validators = new Map<string, ValidateFunction>();

function schemaLie({ name, schema }: NamedSchema, body: unknown): string {
  const validate = validators.get(name) ?? ajv.compile(closed(inlined(schema)) as object);
  validators.set(name, validate);
  return validate(body)
    ? ''
    : `no ${name}: ${ajv.errorsText(validate.errors, { dataVar: '' })} ${JSON.stringify(validate.errors?.[0]?.params)}`;
}

/** Objects take no field that they do not name. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([name, one]) => [name, closed(one)]),
  );
  const isOpen = inner.properties === undefined || inner.additionalProperties !== undefined;
  return isOpen ? inner : { ...inner, additionalProperties: false };
}
