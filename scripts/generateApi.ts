/** What is made of the routes: the OpenAPI document, types for clients, and docs/api.md. */
import { asyncApi } from '../core/api/asyncApi.ts';
import { openApi } from '../core/api/openApi.ts';
import { subjects } from '../core/api/rest/routes.ts';
import { type Code, codes } from '../core/errors.ts';
import { typeOfSchema } from './typeOfSchema.ts';

export interface ApiSchema {
  readonly [key: string]: unknown;
  type?: string;
  description?: string;
  properties?: Readonly<Record<string, ApiSchema>>;
  required?: readonly string[];
}

export interface ApiParameter {
  name: string;
  in: 'path' | 'query' | 'header';
  description?: string;
  required?: boolean;
  schema: ApiSchema;
  example?: string;
}

type Content = Readonly<Record<string, { schema?: ApiSchema; example?: unknown }>>;

export interface ApiOperation {
  tags: [string];
  summary: string;
  'x-scope': string;
  parameters: readonly ApiParameter[];
  requestBody?: { required: boolean; description?: string; content: Content };
  responses: Readonly<
    Record<string, { description?: string; 'x-codes'?: readonly Code[]; content?: Content }>
  >;
}

export interface ApiDocument {
  tags: readonly { name: string; description: string }[];
  paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  components: { schemas: Readonly<Record<string, ApiSchema>> };
}

/** As a hub with a token serves it. */
export const apiDocument = (): ApiDocument => JSON.parse(JSON.stringify(openApi(subjects, true)));

export const generateOpenApi = (): string => `${JSON.stringify(apiDocument(), null, 1)}\n`;

export const generateAsyncApi = (): string => `${JSON.stringify(asyncApi(), null, 1)}\n`;

/** `GET /v1/stock` and what it is, in the order of the document. */
export const operationsOf = ({ paths }: ApiDocument): [string, ApiOperation][] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, one]): [string, ApiOperation] => [
      `${method.toUpperCase()} ${path}`,
      one,
    ]),
  );

export function generateApiTypes(): string {
  const document = apiDocument();
  const { schemas } = document.components;
  const named = Object.entries(schemas).map(
    ([name, schema]) =>
      `${commentOf(schema.description)}export type ${name} = ${typeOfSchema(schema)};\n`,
  );
  const operations = operationsOf(document);
  return [
    '/* Generated from the routes of the API by `npm run gen`. Do not edit. */\n',
    ...named,
    `/** Stable code of a refusal. */\nexport type ErrorCode =\n${Object.keys(codes)
      .map((code) => `  | '${code}'`)
      .join('\n')};\n`,
    mapOf('Answers', 'What each address answers with.', operations, answerType),
    mapOf('Bodies', 'What is said to each address that takes JSON.', operations, bodyType),
    mapOf('Queries', 'Parameters of each address.', operations, queryType),
  ].join('\n');
}

function mapOf(
  name: string,
  about: string,
  operations: readonly [string, ApiOperation][],
  typeOf: (one: ApiOperation) => string | undefined,
): string {
  const lines = operations.flatMap(([key, one]) => {
    const type = typeOf(one);
    return type === undefined ? [] : [`  '${key}': ${type};`];
  });
  return `/** ${about} */\nexport interface ${name} {\n${lines.join('\n')}\n}\n`;
}

const commentOf = (text: string | undefined): string => (text ? `/** ${text} */\n` : '');

function answerType({ responses }: ApiOperation): string {
  const [, success] = Object.entries(responses).find(([status]) => /^[23]/.test(status))!;
  const json = success.content?.['application/json'];
  return json?.schema ? typeOfSchema(json.schema) : 'string';
}

function bodyType({ requestBody }: ApiOperation): string | undefined {
  const schema = requestBody?.content['application/json']?.schema;
  return schema && typeOfSchema(schema);
}

function queryType({ parameters }: ApiOperation): string | undefined {
  const query = parameters.filter((one) => one.in === 'query');
  if (query.length === 0) return undefined;
  const fields = query.map(
    ({ name, required, schema }) => `${name}${required ? '' : '?'}: ${typeOfSchema(schema)}`,
  );
  return `{ ${fields.join('; ')} }`;
}
