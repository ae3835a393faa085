/** The OpenAPI 3.1 document, made of the routes and of the schemas that they name. */
import { type Code, codes } from '../errors.ts';
import type { JsonSchema } from '../spec.ts';
import { scopes } from './auth/scopes.ts';
import { fileContents } from './formats.ts';
import { NamedSchema, schemasIn } from './NamedSchema.ts';
import { problemSchema } from './problem.ts';
import type { RawBody, Route, RouteExample, Subject } from './Route.ts';

/** `/v1/stock/:sku` → `/v1/stock/{sku}` */
export const templateOf = (path: string): string => path.replace(/:(\w+)/g, '{$1}');

/** `secured`: a token is asked for. */
export function openApi(subjects: readonly Subject[], secured: boolean): JsonSchema {
  const paths: Record<string, Record<string, object>> = {};
  for (const { name, routes } of subjects) {
    for (const route of routes) {
      const path = templateOf(route.path);
      paths[path] = { ...paths[path], [route.method]: operation(route, name) };
    }
  }
  const named = [...schemasIn([paths, problemSchema])].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  return {
    openapi: '3.1.0',
    info: {
      title: 'Stockbus',
      version: '1',
      description:
        'Payloads in, stock and values out. Quantities and amounts are decimal strings. Lists come as JSON, CSV or XML.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: subjects.map(({ name, about }) => ({ name, description: about })),
    paths,
    components: {
      schemas: Object.fromEntries(named.map(([name, { schema }]) => [name, schema])),
      responses: sharedRefusals,
      ...(secured ? { securitySchemes: { token: tokenScheme } } : {}),
    },
    security: secured ? [{ token: [] }] : [],
  };
}

const tokenScheme = {
  type: 'http',
  scheme: 'bearer',
  description: `Scopes: ${Object.entries(scopes)
    .map(([scope, about]) => `\`${scope}\`: ${about}`)
    .join(' ')}`,
};

/** What every route behind the guard can answer. */
const common: readonly (Code | number)[] = [
  ...(['HTTP_BAD_REQUEST', 'HTTP_UNAUTHORIZED', 'HTTP_FORBIDDEN', 'HTTP_SCOPE'] as const),
  ...(['HTTP_ROWS', 'HTTP_CSRF'] as const),
  ...(['HTTP_TOO_MANY', 'INTERNAL'] as const),
  503,
];

const byStatus = (refusals: readonly (Code | number)[]): Map<number, (Code | number)[]> =>
  Map.groupBy(refusals, (one) => (typeof one === 'number' ? one : codes[one].status));

const sharedByStatus = byStatus(common);
const sharedRefusals = Object.fromEntries(
  [...sharedByStatus].map(([status, said]) => [`Refused${status}`, refusal(said)]),
);

/** And an open one. */
const commonOfOpen: readonly (Code | number)[] = [
  'HTTP_BAD_REQUEST',
  'HTTP_FORBIDDEN',
  'HTTP_TOO_MANY',
  'INTERNAL',
];

/** What comes with pages, formats and bodies, wherever there are any. */
function refusalsOfParts({ query = [], body }: Route): Code[] {
  const has = (name: string): boolean => query.some((one) => one.name === name);
  return [
    ...(has('after') ? (['CURSOR_INVALID'] as const) : []),
    ...(has('knownAt') ? (['KNOWN_AT_FUTURE'] as const) : []),
    ...(has('format') ? (['HTTP_NOT_ACCEPTABLE'] as const) : []),
    ...(body instanceof NamedSchema ? (['HTTP_WRONG_FORMAT', 'PAYLOAD_TOO_LARGE'] as const) : []),
  ];
}

/** All that a route can be refused for. */
export function refusalsOf(route: Route): (Code | number)[] {
  const { scope, errors = [] } = route;
  const ofAll = scope === 'open' ? commonOfOpen : common;
  return [...new Set([...ofAll, ...refusalsOfParts(route), ...errors])];
}

export const successOf = ({ success, method }: Route): number =>
  success ?? (method === 'post' ? 202 : 200);

export const successesOf = (route: Route): number[] => [
  successOf(route),
  ...(route.successes ?? []),
];

function operation(route: Route, tag: string): object {
  const { scope, summary } = route;
  return {
    ...{ tags: [tag], summary, operationId: operationId(route), 'x-scope': scope },
    ...(scope === 'open' ? { security: [] } : {}),
    parameters: [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)],
    ...(route.body ? { requestBody: requestBody(route.body, route.example) } : {}),
    responses: {
      ...Object.fromEntries(
        successesOf(route).map((status) => [
          status,
          { description: summary, content: answerContent(route) },
        ]),
      ),
      ...refusals(route),
    },
  };
}

function requestBody(body: NamedSchema | RawBody, example: RouteExample | undefined): object {
  if (body instanceof NamedSchema) {
    const said = example?.body === undefined ? {} : { example: example.body };
    const required = (body.schema.required as unknown[] | undefined) !== undefined;
    return { required, content: { 'application/json': { schema: body, ...said } } };
  }
  const content = body.schema ? { schema: body.schema } : {};
  return {
    ...{ required: true, description: body.about },
    content: Object.fromEntries(body.types.map((type) => [type, content])),
  };
}

/** Each status with the codes that it stands for; where any of it may come, without. */
function refusals(route: Route): Record<string, object> {
  return Object.fromEntries(
    [...byStatus(refusalsOf(route))].map(([status, said]) => {
      const isShared = String(said) === String(sharedByStatus.get(status));
      const name = `Refused${status}`;
      return [status, isShared ? { $ref: `#/components/responses/${name}` } : refusal(said)];
    }),
  );
}

function refusal(said: readonly (Code | number)[]): object {
  const named = said.filter((one) => typeof one !== 'number');
  const more = said.length > named.length ? ['Any code of that status: docs/errors.md.'] : [];
  const words = named.map((code) => `\`${code}\`: ${codes[code].meaning}`);
  return {
    description: [...words, ...more].join(' '),
    ...(named.length > 0 ? { 'x-codes': named } : {}),
    content: { 'application/problem+json': { schema: problemSchema } },
  };
}

function answerContent({ answer, query }: Route): Record<string, object> {
  if (typeof answer === 'string') return { [answer]: { schema: { type: 'string' } } };
  const json = { 'application/json': { schema: answer } };
  if (!query?.some(({ name }) => name === 'format')) return json;
  const plain = { schema: { type: 'string' } };
  return { ...json, 'text/csv': plain, 'application/xml': plain, ...fileContents };
}

const pathParameters = ({ path, params, example }: Route): object[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true },
    ...(params?.[name!] ? { description: params[name!] } : {}),
    schema: { type: 'string', minLength: 1 },
    ...(example?.params?.[name!] ? { example: example.params[name!] } : {}),
  }));

const queryParameters = ({ query = [], example }: Route): object[] =>
  query.map(({ name, about, schema, required }) => ({
    ...{ name, in: 'query', description: about, schema },
    ...(required ? { required } : {}),
    ...(example?.query?.[name] ? { example: example.query[name] } : {}),
  }));

const headerParameters = ({ headers = {} }: Route): object[] =>
  Object.entries(headers).map(([name, spec]) => {
    const { about: description, ...bound } = typeof spec === 'string' ? { about: spec } : spec;
    return { name, in: 'header', description, schema: { type: 'string', ...bound } };
  });

/** `getV1StockSku` */
function operationId({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  return method + (name === '' ? 'Index' : name);
}
