/** The AsyncAPI 3.0 document: events as they happen, and the calls that subscribers get. */
import { type EventType, eventTypes } from '../message.ts';
import { schemas } from '../schemaKinds.ts';
import type { JsonSchema } from '../spec.ts';
import { inlined } from './NamedSchema.ts';
import { problemSchema } from './problem.ts';
import { shape } from './shape.ts';

const reference = (...path: string[]): JsonSchema => ({ $ref: `#/${path.join('/')}` });

/** `stock.changed.v1` → `StockChanged` */
const nameOf = (type: EventType): string => String(schemas[type].title);

/** CloudEvents 1.0, structured JSON mode. */
const envelopeOf = (type: EventType): JsonSchema =>
  shape.object(
    {
      specversion: { const: '1.0' },
      id: shape.text('Unique with `source`, for ever: what comes again is known by it.'),
      source: shape.text(),
      type: { const: type },
      time: shape.instant(),
      datacontenttype: { const: 'application/json' },
      data: reference('components', 'schemas', nameOf(type)),
    },
    shape.texts('traceparent tracestate'),
  );

const eventMessage = (type: EventType): JsonSchema => ({
  name: type,
  title: nameOf(type),
  summary: schemas[type].description,
  contentType: 'application/json',
  payload: envelopeOf(type),
});

const problem = inlined(problemSchema) as JsonSchema;

const gap: JsonSchema = {
  name: 'gap',
  summary:
    'Events are kept no more: what is missing, and from where it goes on. Read the stock anew.',
  contentType: 'application/json',
  payload: {
    ...problem,
    properties: {
      ...(problem.properties as object),
      group: shape.text('Events of one SKU are in one group, in their order.'),
      after: shape.text('The last that the reader had.'),
      next: shape.text('The first that there is.'),
    },
  },
};

const call: JsonSchema = {
  name: 'call',
  summary: 'What the flow makes of events, as Standard Webhooks describes a call.',
  headers: shape.object({
    'webhook-id': shape.text('The same at every attempt: drop what comes again.'),
    'webhook-timestamp': shape.text('Seconds since 1970.'),
    'webhook-signature': shape.text('`v1,` and HMAC-SHA256 of `id.timestamp.body` in base64.'),
  }),
  payload: { description: 'As the steps of the flow and its format say; docs/flows.md.' },
};

export function asyncApi(): JsonSchema {
  const names = eventTypes.map(nameOf);
  const messages = (of: readonly string[]): JsonSchema =>
    Object.fromEntries(of.map((name) => [name, reference('components', 'messages', name)]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Stockbus events',
      version: '1',
      description:
        'What has changed in the books: as Server-Sent Events to whoever listens, and as calls to the endpoints of flows. Each at least once, and of each SKU in order.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      hub: {
        host: '{host}',
        protocol: 'http',
        description: 'A hub, with the token or a key as `Authorization: Bearer`.',
        variables: { host: { default: '127.0.0.1:8080' } },
      },
      subscriber: {
        host: '{host}',
        protocol: 'https',
        description: 'An endpoint of a subscriber: a connector `http` that a flow sends to.',
        variables: { host: {} },
      },
    },
    channels: {
      events: {
        address: '/v1/events',
        summary: 'Server-Sent Events; see docs/api.md for its parameters and Last-Event-ID.',
        servers: [reference('servers', 'hub')],
        messages: messages([...names, 'Gap']),
      },
      webhooks: {
        address: '{path}',
        parameters: { path: { description: 'As `url` of the connector says.' } },
        servers: [reference('servers', 'subscriber')],
        messages: messages(['Call']),
      },
    },
    operations: {
      sendEvents: { action: 'send', channel: reference('channels', 'events') },
      callSubscribers: { action: 'send', channel: reference('channels', 'webhooks') },
    },
    components: {
      messages: {
        ...Object.fromEntries(eventTypes.map((type) => [nameOf(type), eventMessage(type)])),
        ...{ Gap: gap, Call: call },
      },
      schemas: Object.fromEntries(eventTypes.map((type) => [nameOf(type), ofEvent(type)])),
    },
  };
}

/** Without what only a document of its own says. */
function ofEvent(type: EventType): JsonSchema {
  const { $schema: _, $id: __, ...schema } = schemas[type] as JsonSchema & Record<string, unknown>;
  return schema;
}
