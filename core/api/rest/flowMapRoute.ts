/** What flows where, and where it jams. */
import { StockbusError } from '../../errors.ts';
import { flowMap } from '../../status/flowMap.ts';
import { NamedSchema } from '../NamedSchema.ts';
import type { Parameter } from '../parameters.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';

const ofFlow: Parameter = {
  name: 'flow',
  about: 'Only this flow.',
  schema: { type: 'string', minLength: 1, maxLength: 256 },
  problem: (value) =>
    value.length >= 1 && value.length <= 256 ? undefined : 'is not 1 to 256 characters',
};

const end = {
  id: shape.text('The same for the same thing, whatever flow names it.'),
  kind: shape.choice(['connector', 'message', 'event', 'schedule', 'flow']),
  name: shape.text('`erp-inbox (folder)`, a type of message, a schedule, or a flow.'),
};
const part = { part: shape.text('What of it: a pattern of files, a query.') };
const endSchema = new NamedSchema('MapEnd', shape.object(end, part));

const sinkRateSchema = new NamedSchema(
  'SinkRate',
  shape.object({
    delivered: shape.count('Records that it took.'),
    failed: shape.count('Calls that failed.'),
  }),
);

const sinkSchema = new NamedSchema(
  'MapSink',
  shape.object(
    {
      endpoint: shape.text(),
      state: shape.choice(['active', 'backing-off', 'paused']),
      waiting: shape.orNull(shape.count(), 'What waits for it; null where that cannot be known.'),
      oldestSeconds: shape.orNull(shape.count(), 'For how long the first of it.'),
      minute: sinkRateSchema,
      hour: sinkRateSchema,
    },
    {
      since: shape.instant('Since when it is in that state.'),
      nextProbe: shape.instant('When it is asked again.'),
    },
  ),
);

const rateSchema = new NamedSchema(
  'FlowRate',
  shape.object({
    payloads: shape.count('Payloads that came in within that span.'),
    records: shape.count('Their records.'),
    messages: shape.count('Messages made of them.'),
    parked: shape.count('Records of them that intake parked.'),
    booked: shape.count('Of what came in within that span, messages that are booked by now.'),
    exists: shape.count('Those that were booked before with the same content.'),
    refused: shape.count('Those that the rules of stock refused, and that are parked.'),
  }),
);

const flowSchema = new NamedSchema(
  'MapFlow',
  shape.object(
    {
      name: shape.text(),
      about: shape.text(),
      direction: shape.choice(['inbound', 'continued', 'subscription', 'report', '']),
      state: shape.text('`starting`, `running`, `paused`, `draining`, `failed` or `left out`.'),
      since: shape.text('Since when it is in that state.'),
      from: shape.list(endSchema),
      steps: shape.list({ type: 'string' }, 'Names of its steps, in their order.'),
      to: shape.list(
        shape.object(end, { ...part, sink: sinkSchema }),
        'Where it sends; what has a queue of its own says how that does.',
      ),
      asks: shape.list(endSchema, 'Whom its steps ask.'),
      parked: shape.orNull(shape.count(), 'Records that a person must correct.'),
      staged: shape.orNull(shape.count(), 'Records that wait in its steps.'),
      stagedSeconds: shape.orNull(shape.count(), 'For how long the first of them.'),
      minute: rateSchema,
      hour: rateSchema,
    },
    {
      reason: shape.object(
        shape.texts('code message'),
        {},
        { description: 'Why it does not run.' },
      ),
      last: shape.object(
        {
          ...shape.texts('intakeId name'),
          at: shape.instant(),
          ...{ records: shape.count(), messages: shape.count(), parked: shape.count() },
        },
        {},
        { description: 'The last payload, where that is among the latest 5,000 of all flows.' },
      ),
    },
  ),
);

const mapSchema = new NamedSchema(
  'FlowMap',
  shape.object({
    at: shape.instant('When it was asked.'),
    flows: shape.list(flowSchema),
    books: shape.object(
      {
        unappliedSeconds: shape.orNull(
          shape.count(),
          'Age of the oldest batch that is not booked.',
        ),
        outbox: shape.orNull(shape.count(), 'What is booked and not told yet.'),
        dead: shape.orNull(shape.count(), 'Dead letters.'),
      },
      {},
      { description: 'What lies between what comes in and what goes out.' },
    ),
  }),
);

export const flowMapRoute: Route = {
  method: 'get',
  path: '/v1/flows/map',
  scope: 'flows:read',
  summary:
    'What flows where, and where it jams: each flow with its ends, its steps, what waits, and how much came in, was booked, parked and delivered in the last minute and hour, by all processes together.',
  answer: mapSchema,
  query: [ofFlow],
  errors: ['HTTP_NOT_FOUND'],
  example: {},
  handle: async ({ hub, status, runtime }, _request, response, values) => {
    const map = await flowMap({
      store: hub.store,
      running: () => hub.running(),
      flows: () => hub.flows(),
      status,
      now: () => runtime.now(),
    });
    const { flow } = values;
    if (flow === undefined) return void response.json(map);
    const flows = map.flows.filter(({ name }) => name === flow);
    if (flows.length === 0) {
      throw new StockbusError('HTTP_NOT_FOUND', `there is no flow '${flow}' here`);
    }
    response.json({ ...map, flows });
  },
};
