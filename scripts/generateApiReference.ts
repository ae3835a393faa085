/** docs/api.md: each address of the API with what it wants, takes, answers and refuses. */
import { readFile } from 'node:fs/promises';
import { scopes } from '../core/api/auth/scopes.ts';
import { type Code, codes } from '../core/errors.ts';
import {
  type ApiOperation,
  type ApiParameter,
  type ApiSchema,
  apiDocument,
  operationsOf,
} from './generateApi.ts';

/** What each example was answered when a test recorded it, by its address. */
type Examples = Readonly<Record<string, { request: string; answer: unknown }>>;

export async function generateApiReference(): Promise<string> {
  const document = apiDocument();
  const examples: Examples = JSON.parse(
    await readFile('schemas/generated/api-examples.json', 'utf8'),
  );
  const operations = operationsOf(document);
  const parts = document.tags.map(({ name, description }) => {
    const own = operations.filter(([, { tags }]) => tags[0] === name);
    const sections = own.map(([key, one]) => sectionOf(key, one, examples));
    return `## ${name}\n\n${description}\n\n${sections.join('\n')}`;
  });
  const shapes = Object.entries(document.components.schemas).map(([name, schema]) =>
    shapeSection(name, schema),
  );
  return `${intro()}\n${parts.join('\n')}\n## Shapes\n\nWhat bodies and answers are made of. A field with a ? may be left out.\n\n${shapes.join('\n')}`;
}

const intro = (): string => `# API

Generated from the routes of \`core/api/rest\` by \`npm run gen\`. The same as OpenAPI 3.1 is in
[schemas/generated/openapi.json](../schemas/generated/openapi.json) and at \`/openapi.json\` of each hub; types for clients in
TypeScript are in [schemas/generated/api.d.ts](../schemas/generated/api.d.ts). Events and webhooks are described as AsyncAPI 3.0
in [schemas/generated/asyncapi.json](../schemas/generated/asyncapi.json) and at \`/asyncapi.json\`.

Whether a hub answers as the document says, whatever it is sent, \`node scripts/fuzzApi.ts\` tries with schemathesis; the file says how
to install it. A test holds all that other tests are answered against the shapes below, in which no further field may stand.

Quantities and amounts are decimal texts. What refuses answers with \`application/problem+json\` (RFC 9457): its \`code\` is stable
([errors](errors.md)), \`type\` leads to what it means, \`errors[]\` names each fault of a body by its JSON pointer. Every address can
refuse by ${commonCodes.map(codeLink).join(', ')}, and by any code of status 503, which passes.
What a version adds breaks no client: new fields, new codes, new addresses. A field that an answer does not name may come at any time.

What a caller may do, by the scopes of its key:

| scope | what it allows |
|---|---|
${Object.entries(scopes)
  .map(([scope, about]) => `| \`${scope}\` | ${about} |`)
  .join('\n')}

An address that wants \`known\` answers whoever is let in; \`open\`, everybody.
`;

const commonCodes: readonly Code[] = [
  ...(['HTTP_BAD_REQUEST', 'HTTP_UNAUTHORIZED', 'HTTP_FORBIDDEN', 'HTTP_SCOPE'] as const),
  ...(['HTTP_TOO_MANY', 'INTERNAL'] as const),
];

const codeLink = (code: Code): string => `\`${code}\` (${codes[code].status})`;

function sectionOf(key: string, operation: ApiOperation, examples: Examples): string {
  const { summary, parameters } = operation;
  const parts = [
    `### ${key}\n`,
    `${summary}\n`,
    `Scope: \`${operation['x-scope']}\`.\n`,
    ...(parameters.length > 0 ? [parameterTable(parameters)] : []),
    ...bodyText(operation),
    answerText(operation),
    refusalText(operation),
    ...exampleText(examples[key]),
  ];
  return `${parts.join('\n')}`;
}

const parameterTable = (parameters: readonly ApiParameter[]): string =>
  table(
    'parameter',
    parameters.map(({ name, in: place, required, schema, description = '' }) => [
      `\`${name}\``,
      place === 'query' && required ? 'query, required' : place,
      kindOf(schema),
      description,
    ]),
  );

const table = (first: string, rows: readonly string[][]): string =>
  `| ${first} | where | kind | about |\n|---|---|---|---|\n${rows
    .map((row) => `| ${row.map(cell).join(' | ')} |`)
    .join('\n')}\n`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function bodyText({ requestBody }: ApiOperation): string[] {
  if (!requestBody) return [];
  const { required, description = '', content } = requestBody;
  const [[type, { schema }] = ['', { schema: undefined }]] = Object.entries(content);
  const kind = schema ? kindOf(schema) : `\`${type}\``;
  return [`Body${required ? '' : ' (may be left out)'}: ${kind}. ${description}`.trim(), ''];
}

function answerText({ responses }: ApiOperation): string {
  const answers = Object.entries(responses).filter(([one]) => /^[23]/.test(one));
  const statuses = answers.map(([status]) => status).join(' or ');
  const [[, { content = {} }]] = answers as [(typeof answers)[number]];
  const types = Object.keys(content);
  const schema = content['application/json']?.schema;
  const others = types.filter((type) => type !== 'application/json').map((type) => `\`${type}\``);
  const kind = schema ? [kindOf(schema)] : [];
  return `Answer: ${statuses}, ${[...kind, ...others].join(', or as ')}.\n`;
}

function refusalText({ responses }: ApiOperation): string {
  const said = Object.entries(responses).flatMap(([status, one]) => {
    if (/^[23]/.test(status)) return [];
    const named = (one['x-codes'] ?? []).filter((code) => !commonCodes.includes(code));
    const any =
      /Any code/.test(one.description ?? '') && status !== '503' ? [`any code of ${status}`] : [];
    return [...named.map(codeLink), ...any];
  });
  return said.length === 0 ? '' : `Refusals: ${said.join(', ')}.\n`;
}

function exampleText(example: Examples[string] | undefined): string[] {
  if (!example) return [];
  const { request, answer } = example;
  return [
    `\`\`\`sh\n${request}\n\`\`\`\n\n\`\`\`json\n${JSON.stringify(answer, null, 2)}\n\`\`\`\n`,
  ];
}

function shapeSection(name: string, schema: ApiSchema): string {
  const { description = '', properties = {}, required = [] } = schema;
  const rows = Object.entries(properties).map(([field, one]) => [
    `\`${field}\`${required.includes(field) ? '' : '?'}`,
    kindOf(one),
    one.description ?? '',
  ]);
  const fields = rows.map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
  const shown =
    rows.length === 0
      ? `${kindOf(schema)}\n`
      : `| field | kind | about |\n|---|---|---|\n${fields}\n`;
  return `### ${name}\n\n${description === '' ? '' : `${description}\n\n`}${shown}`;
}

/** In a few words; of a shape with a name, where it stands. */
function kindOf(schema: ApiSchema): string {
  const {
    $ref,
    const: only,
    enum: values,
    anyOf,
    items,
    type,
    format,
    additionalProperties,
  } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.split('/').at(-1)!;
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (only !== undefined) return `\`${only}\``;
  if (Array.isArray(values)) return values.map((one) => `\`${one}\``).join(', ');
  if (Array.isArray(anyOf)) return anyOf.map((one) => kindOf(one as ApiSchema)).join(' or ');
  if (type === 'array') return `list of ${kindOf((items ?? {}) as ApiSchema)}`;
  if (type === 'object' && schema.properties) return objectKind(schema);
  if (type === 'object' && typeof additionalProperties === 'object')
    return `by name: ${kindOf(additionalProperties as ApiSchema)}`;
  const kind = type === 'string' ? 'text' : (type ?? 'anything');
  return `${kind}${boundsOf(schema)}${format ? ` (${format})` : ''}`;
}

const objectKind = ({ properties = {}, required = [] }: ApiSchema): string =>
  `{ ${Object.keys(properties)
    .map((name) => `\`${name}\`${required.includes(name) ? '' : '?'}`)
    .join(', ')} }`;

function boundsOf({ minimum, maximum, default: usual }: ApiSchema): string {
  const range =
    minimum === undefined && maximum === undefined
      ? ''
      : ` ${minimum ?? ''} to ${maximum ?? 'any'}`;
  return `${range}${usual === undefined ? '' : `, else ${usual}`}`;
}
