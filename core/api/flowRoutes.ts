/** Flows: how each is, paused and resumed. */
import type { FlowStatus } from '../deployment/FlowRunner.ts';
import { pausableFlow } from '../deployment/flowPauses.ts';
import type { RecordValue } from '../ports.ts';
import { formatFor, sendList } from './formats.ts';
import { callerOf, jsonBody, neededText } from './jsonBody.ts';
import { paging } from './parameters.ts';
import type { Route } from './Route.ts';

export const flowRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/flows',
    scope: 'flows:read',
    summary: 'Flows and how each is: running, or why it does not.',
    answer: 'FlowList',
    query: paging.filter(({ name }) => name === 'format'),
    statuses: [406],
    handle: async ({ hub, writers, runtime }, request, response, values) => {
      const format = formatFor(request, values);
      await sendList(
        request,
        response,
        format,
        { writers, runtime },
        { page: { rows: hub.flows().map(flowRow) } },
      );
    },
  },
  {
    method: 'post',
    path: '/v1/flows/:flow/pause',
    scope: 'admin',
    summary:
      'Has it do nothing any more; what is for it waits, and senders are told to come again.',
    answer: 'FlowPause',
    success: 200,
    statuses: [404, 409],
    handle: async ({ hub }, request, response) => {
      const body = await jsonBody(request);
      const { name: flow } = pausableFlow(hub.running(), String(request.params.flow));
      const said = { flow, by: callerOf(body), reason: neededText(body, 'reason') };
      response.json(await hub.pauses.pause(said));
    },
  },
  {
    method: 'post',
    path: '/v1/flows/:flow/resume',
    scope: 'admin',
    summary: 'Has it go on with what waits, and with what comes.',
    answer: 'FlowRow',
    success: 200,
    statuses: [404, 409],
    handle: async ({ hub }, request, response) => {
      const { name } = pausableFlow(hub.running(), String(request.params.flow));
      await hub.pauses.resume(name, callerOf(await jsonBody(request)));
      response.json(flowRow(hub.flows().find((one) => one.name === name)!));
    },
  },
];

const flowRow = ({ reason, ...status }: FlowStatus): RecordValue => ({
  ...status,
  direction: status.direction ?? '',
  code: reason?.code ?? '',
  message: reason?.message ?? '',
});
