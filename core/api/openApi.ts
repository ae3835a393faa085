/** The OpenAPI 3.1 document, made of the table of routes and of the shapes below. */
import type { JsonSchema } from '../spec.ts';
import { fileContents } from './formats.ts';
import type { Route } from './Route.ts';
import { reportFacts, reportRowSchemas } from './reportRoutes.ts';
import { readSchemas } from './rest/readSchemas.ts';

const text = (description: string): JsonSchema => ({ type: 'string', description });
const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 0, description });
const object = (properties: Record<string, JsonSchema>): JsonSchema => ({
  type: 'object',
  properties,
});
const texts = (names: string): Record<string, JsonSchema> =>
  Object.fromEntries(names.split(' ').map((name) => [name, { type: 'string' }]));
const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

const listOf = (row: string, facts: Record<string, JsonSchema> = {}): JsonSchema =>
  object({
    ...facts,
    rows: { type: 'array', items: reference(row) },
    next: text('Pass it as `after` for the next page; not there on the last one.'),
  });

const knownAt: Record<string, JsonSchema> = {
  knownAt: text(
    'Where it was asked for: that moment, or the latest before it of which nothing can change any more. Also the header Stockbus-Known-At.',
  ),
};

const caseLog: JsonSchema = {
  type: 'array',
  items: object({
    ...texts('at by did to reason intakeId'),
    changes: { type: 'array', items: object(texts('path from to')) },
  }),
  description: 'What was done about it, in the order of time, and by whom.',
};

const rowSchemas: Record<string, JsonSchema> = {
  ...reportRowSchemas,
  ParkedRow: object(
    texts(
      'id flow intakeId name record stage code message type source messageId settled parkedAt state assignee',
    ),
  ),
  ParkedGroupRow: object(texts('flow code field message count first last')),
  DeadRow: object(texts('id deadAt to messageId code reason records bytes state assignee')),
  RunRow: object(texts('flow due state sha256 bytes writtenAt attempts code message')),
  FlowRow: object({
    ...texts('name file direction'),
    state: text('`starting`, `running`, `paused`, `draining`, `failed` or `left out`.'),
    since: text('Since when it is in that state.'),
    digest: text('SHA-256 of its file, and of the fragments and tables that it names.'),
    code: text('Why it does not run, where it does not.'),
    message: text('The same in words.'),
  }),
  Endpoint: object({
    ...texts('name flow state since nextProbe failingSince'),
    attempts: { type: 'integer', description: 'Failures since it took something.' },
    lastAnswer: { type: 'object', properties: texts('at code message') },
    paused: { type: 'object', properties: texts('by reason') },
    isAsked: { type: 'boolean', description: 'A person wants it to be asked now.' },
  }),
  FlowPause: object(texts('flow since by reason code')),
  StageRow: object({
    ...texts('stage'),
    records: text('Records that wait in it.'),
    since: text('Since when the first of them.'),
    seconds: text('For how long that is.'),
    left: text('Batches that have left it and not gone on.'),
  }),
};

const schemas: Record<string, JsonSchema> = {
  ...rowSchemas,
  ...Object.fromEntries(
    Object.entries(reportFacts).map(([name, facts]) => [
      `${name}List`,
      listOf(`${name}Row`, { ...knownAt, ...facts }),
    ]),
  ),
  ParkedList: listOf('ParkedRow'),
  ParkedGroups: listOf('ParkedGroupRow'),
  DeadList: listOf('DeadRow'),
  Case: object({ ...texts('id of state since assignee intakeId'), log: caseLog }),
  Worked: object({
    done: count('Those that it was done to.'),
    failed: count('Those that refused it, for themselves.'),
    left: count('Those that it did not come to: call again.'),
    fault: reference('Problem'),
  }),
  DeadLetter: {
    allOf: [
      reference('DeadRow'),
      object({
        ...texts('queue'),
        content: { type: 'array', items: {}, description: 'Events, records or messages in it.' },
        log: caseLog,
      }),
    ],
  },
  Rehearsed: object({
    booked: count('Messages that would be booked.'),
    exists: count('Those that were booked before.'),
    parked: count('Records that would be parked again.'),
    faults: { type: 'array', items: { type: 'object' } },
    stock: {
      type: 'array',
      items: object(texts('sku location lot status owner from to')),
      description: 'Balances that would be others.',
    },
    values: {
      type: 'array',
      items: object(texts('sku pool from to')),
      description: 'Values that would be others, in the currency of the books.',
    },
  }),
  RunList: listOf('RunRow'),
  FlowList: listOf('FlowRow'),
  Reloaded: object({
    flows: {
      type: 'array',
      items: object({
        ...texts('flow'),
        change: text(
          '`added`, `changed`, `removed`, `unchanged`; `kept`: it has faults and runs on as it was; `left out`: it has faults and does not run.',
        ),
        faults: { type: 'array', items: { type: 'string' } },
      }),
    },
    needsRestart: {
      type: 'array',
      items: { type: 'string' },
      description: 'Settings of config/hub.yaml that count from the next start on.',
    },
  }),
  StageList: listOf('StageRow'),
  EndpointList: listOf('Endpoint'),
  SkuStock: listOf('StockRow', {
    ...texts('sku version'),
    ...knownAt,
    item: { type: 'object', description: 'The item, where one was sent.' },
  }),
  Reservation: object({
    ...texts('id version state at expiresAt partner reference'),
    lines: {
      type: 'array',
      items: object(texts('line sku location pool lot quantity committed')),
    },
    log: {
      type: 'array',
      items: object(texts('action result reason source messageId actor recordedAt')),
      description: 'The message that made it, and the latest, with the code of each answer.',
    },
  }),
  ParkedRecord: {
    allOf: [
      reference('ParkedRow'),
      object({
        faults: { type: 'array', items: reference('Problem') },
        content: text('What was refused, as JSON text.'),
        corrected: text('The same as it was corrected, where it was.'),
        log: caseLog,
      }),
    ],
  },
  Accepted: object({
    ...texts('intakeId flow'),
    records: count('Records of the payload.'),
    messages: count('Canonical messages made of them.'),
    handed: count('Records that were handed on to where else the flow sends them, if any were.'),
    filtered: count('Records that a filter dropped on purpose.'),
    droppedParts: count(
      'Parts of records that were split, and lines of records, which a step dropped.',
    ),
    passedOver: {
      type: 'object',
      additionalProperties: { type: 'integer' },
      description: 'What stood beside the records and is none of them, such as elements of XML.',
    },
    parked: count('Records that a person must correct.'),
    faults: { type: 'array', items: { type: 'object' }, description: 'The first faults.' },
    told: {
      type: 'array',
      items: { type: 'object' },
      description: 'Hints, each code once: its first place, and the count.',
    },
    refused: reference('Problem'),
  }),
  Message: object({
    ...texts('intakeId flow name firstAt lastAt'),
    state: {
      enum: ['accepted', 'booking', 'done', 'missing'],
      description:
        'Accepted, and nothing of it booked yet; some of it booked; all of it booked or parked; or some of it never came out of the broker (send it again).',
    },
    records: count('Records applied so far.'),
    filtered: count('Of these, dropped on purpose.'),
    messages: count('Messages applied so far.'),
    booked: count('Of these, booked.'),
    exists: count('Of these, booked before with the same content.'),
    parked: count('Records and messages that are parked.'),
    answers: {
      type: 'object',
      additionalProperties: { type: 'integer' },
      description:
        'Messages about reservations that were answered and booked nothing, by the code of the answer.',
    },
    appliedBatches: count('Batches applied so far.'),
    batches: count('Batches that there are, once that is known.'),
    done: { type: 'boolean', description: 'All of it has been applied.' },
  }),
  Index: object({
    name: text('stockbus'),
    zone: text('IANA zone of its business days.'),
    currency: text('ISO 4217 code of the currency in which stock is valued.'),
    addresses: { type: 'array', items: object(texts('method path summary')) },
    flows: { type: 'array', items: object(texts('name about contentType href')) },
  }),
  Alive: object({ status: { const: 'ok' } }),
  WholeDocument: object({
    document: text('Its number.'),
    skus: { type: 'array', items: reference('DocumentsRow') },
    entries: { type: 'array', items: reference('LedgerRow') },
    referring: { type: 'array', items: reference('DocumentsRow') },
    story: reference('History'),
  }),
  Health: object({
    ready: { type: 'boolean' },
    unappliedSince: { type: 'string', description: 'When the oldest batch in hand was accepted.' },
    checks: { type: 'object', additionalProperties: { type: 'string' } },
    told: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description:
        'What a person should look at though the hub is ready: accepted batches that never came, flows that do not run.',
    },
  }),
  ...readSchemas,
  OpenApi: { type: 'object' },
  Problem: object({
    ...texts('type title detail code todo instance'),
    status: { type: 'integer' },
    at: { type: 'object', description: 'Where: file, line, column, record, field.' },
    faults: {
      type: 'array',
      items: { type: 'object' },
      description: 'The first of the faults that led to it.',
    },
  }),
};

const problem = (description: string): object => ({
  description,
  content: { 'application/problem+json': { schema: reference('Problem') } },
});

const problems: Record<number, object> = {
  400: problem('A parameter is wrong.'),
  401: problem('A token is set, and the request does not carry it.'),
  403: problem('The request comes from a page, or, without a token, under another host name.'),
  404: problem('There is no such thing.'),
  406: problem('None of the formats asked for can be given.'),
  409: problem('The flow does not take payloads; or what was asked for is done already.'),
  413: problem('The body is too large.'),
  415: problem('The body is in another format than the flow reads.'),
  422: problem('None of the payload can be read.'),
  429: problem('Too many requests.'),
  503: problem(
    'Broker or store is away or its disk is full, or the hub starts or stops. Try again.',
  ),
};

/** Statuses that every route behind the guard can answer. */
const COMMON = [400, 401, 403, 429, 503];

/** `/v1/stock/:sku` → `/v1/stock/{sku}` */
export const templateOf = (path: string): string => path.replace(/:(\w+)/g, '{$1}');

/** `secured`: a token is asked for. */
export function openApi(routes: readonly Route[], secured: boolean): JsonSchema {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = templateOf(route.path);
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Stockbus',
      version: '1',
      description:
        'Payloads in, stock and values out. Quantities and amounts are decimal strings. Lists come as JSON, CSV or XML.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas,
      ...(secured ? { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } } : {}),
    },
    security: secured ? [{ token: [] }] : [],
  };
}

function operation(route: Route): object {
  const statuses = [...(route.scope === 'open' ? [429] : COMMON), ...(route.statuses ?? [])].sort();
  const success = route.success ?? (route.method === 'post' ? 202 : 200);
  return {
    summary: route.summary,
    operationId: operationId(route),
    ...(route.scope === 'open' ? { security: [] } : {}),
    parameters: [...pathParameters(route), ...queryParameters(route)],
    ...(takesBody(route) ? { requestBody: bodyOf(route) } : {}),
    responses: {
      [success]: { description: route.summary, content: answerContent(route) },
      ...Object.fromEntries(statuses.map((status) => [status, problems[status]])),
    },
  };
}

const requestBody = {
  required: true,
  description: 'The raw payload, in the format that the flow reads. Not compressed.',
  content: { '*/*': {} },
};

/** What is to be done about one thing is said in JSON. */
const saidBody = {
  required: false,
  description: 'What the address needs, and in `by` who does it.',
  content: { 'application/json': { schema: { type: 'object' } } },
};

const takesBody = ({ method }: Route): boolean => method !== 'get' && method !== 'delete';
const bodyOf = ({ path }: Route): object => (path === '/v1/flows/:flow' ? requestBody : saidBody);

function answerContent(route: Route): Record<string, object> {
  if (route.answer.includes('/')) return { [route.answer]: { schema: { type: 'string' } } };
  const json = { 'application/json': { schema: reference(route.answer) } };
  if (!route.query?.some(({ name }) => name === 'format')) return json;
  const plain = { schema: { type: 'string' } };
  return { ...json, 'text/csv': plain, 'application/xml': plain, ...fileContents };
}

const pathParameters = (route: Route): object[] =>
  [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

const queryParameters = (route: Route): object[] =>
  (route.query ?? []).map(({ name, about, schema, required }) => ({
    ...{ name, in: 'query', description: about, schema },
    ...(required ? { required } : {}),
  }));

/** `getV1StockSku` */
function operationId({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  return method + (name === '' ? 'Index' : name);
}
