import {
  changeEndpoint,
  endpointActions,
  endpointNamed,
  endpointNames,
  shownEndpoints,
} from '../../deliver/endpointDesk.ts';
import { attemptHours } from '../../status/attemptHours.ts';
import { actedBy } from '../auth/actedBy.ts';
import { formatFor, sendList } from '../formats.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { paging } from '../parameters.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';
import { saidSchema } from './saidBodies.ts';

const summaries = {
  pause: 'Sends nothing to it any more; what is for it waits.',
  resume: 'Sends to it again what waits, and what comes.',
  probe: 'Asks it now by what waits first, whatever it waits for.',
} as const;

const endpointSchema = new NamedSchema(
  'Endpoint',
  shape.object(
    {
      ...shape.texts('name flow state'),
      attempts: shape.count('Failures since it took something.'),
    },
    {
      since: shape.text('Since when it is in that state; not there: always.'),
      nextProbe: shape.text('When it is asked again.'),
      failingSince: shape.text(),
      lastAnswer: shape.object({ at: shape.text() }, shape.texts('code message')),
      paused: shape.object(shape.texts('by reason')),
      isAsked: shape.flag('A person wants it to be asked now.'),
    },
  ),
);
const endpointListSchema = new NamedSchema('EndpointList', shape.page(endpointSchema));
const attemptListSchema = new NamedSchema(
  'AttemptList',
  shape.page(
    new NamedSchema(
      'AttemptHour',
      shape.object({
        endpoint: shape.text(),
        hour: shape.instant('When the hour began.'),
        took: shape.count('Calls that it took.'),
        failed: shape.count('Calls that failed.'),
      }),
    ),
  ),
);
const params = { name: 'Its name: `FLOW`, or `FLOW.NAME` where the flow has several.' };

/** Where flows send: seen, paused and resumed. */
export const endpointRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/endpoints',
    scope: 'flows:read',
    summary:
      'Where flows send, and what takes nothing: since when, why, and when it is asked again.',
    answer: endpointListSchema,
    example: {},
    query: paging.filter(({ name }) => name === 'format'),
    handle: async ({ hub, writers, runtime }, request, response, values) => {
      const format = formatFor(request, values);
      const shown = await shownEndpoints(hub.store, endpointNames(hub.running()));
      const rows = shown.map((one) => ({ ...one }));
      await sendList(request, response, format, { writers, runtime }, { page: { rows } });
    },
  },
  {
    method: 'get',
    path: '/v1/attempts',
    scope: 'flows:read',
    summary:
      'How endpoints answered, hour by hour over the last two days; an hour without a call has no row.',
    answer: attemptListSchema,
    example: {},
    query: paging.filter(({ name }) => name === 'format'),
    handle: async ({ hub, writers, runtime }, request, response, values) => {
      const format = formatFor(request, values);
      const calls = await attemptHours(hub.store, runtime.now());
      const rows = calls.map(({ sink, hour, took, failed }) => ({
        ...{ endpoint: sink, hour: `${hour}:00:00.000Z`, took, failed },
      }));
      await sendList(request, response, format, { writers, runtime }, { page: { rows } });
    },
  },
  {
    method: 'get',
    path: '/v1/endpoints/:name',
    scope: 'flows:read',
    summary: 'One of them.',
    answer: endpointSchema,
    errors: ['ENDPOINT_UNKNOWN'],
    params,
    handle: async ({ hub }, request, response) => {
      const name = endpointNamed(endpointNames(hub.running()), String(request.params.name));
      const [shown] = await shownEndpoints(hub.store, [name]);
      response.json(shown);
    },
  },
  ...endpointActions.map(
    (action): Route => ({
      method: 'post',
      path: `/v1/endpoints/:name/${action}`,
      scope: 'admin',
      summary: summaries[action],
      answer: endpointSchema,
      success: 200,
      errors: ['ENDPOINT_UNKNOWN', 'ENDPOINT_CHANGED'],
      params,
      body: saidSchema,
      handle: async ({ hub, runtime, caller }, request, response, _values, said) => {
        const name = endpointNamed(endpointNames(hub.running()), String(request.params.name));
        const reason = String(said.reason ?? 'paused by the API');
        const asked = { action, by: actedBy(caller, said), reason };
        response.json(await changeEndpoint(hub.store, runtime, name, asked));
      },
    }),
  ),
];
