import {
  changeEndpoint,
  endpointActions,
  endpointNamed,
  endpointNames,
  shownEndpoints,
} from '../deliver/endpointDesk.ts';
import { formatFor, sendList } from './formats.ts';
import { callerOf, jsonBody, saidText } from './jsonBody.ts';
import { paging } from './parameters.ts';
import type { Route } from './Route.ts';

const summaries = {
  pause: 'Sends nothing to it any more; what is for it waits.',
  resume: 'Sends to it again what waits, and what comes.',
  probe: 'Asks it now by what waits first, whatever it waits for.',
} as const;

/** Where flows send: seen, paused and resumed. */
export const endpointRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/endpoints',
    scope: 'flows:read',
    summary:
      'Where flows send, and what takes nothing: since when, why, and when it is asked again.',
    answer: 'EndpointList',
    query: paging.filter(({ name }) => name === 'format'),
    statuses: [406],
    handle: async ({ hub, writers, runtime }, request, response, values) => {
      const format = formatFor(request, values);
      const shown = await shownEndpoints(hub.store, endpointNames(hub.running()));
      const rows = shown.map((one) => ({ ...one }));
      await sendList(request, response, format, { writers, runtime }, { page: { rows } });
    },
  },
  {
    method: 'get',
    path: '/v1/endpoints/:name',
    scope: 'flows:read',
    summary: 'One of them.',
    answer: 'Endpoint',
    statuses: [404],
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
      answer: 'Endpoint',
      success: 200,
      statuses: [404],
      handle: async ({ hub, runtime }, request, response) => {
        const name = endpointNamed(endpointNames(hub.running()), String(request.params.name));
        const said = await jsonBody(request);
        const reason = saidText(said, 'reason') ?? 'paused by the API';
        const asked = { action, by: callerOf(said), reason };
        response.json(await changeEndpoint(hub.store, runtime, name, asked));
      },
    }),
  ),
];
