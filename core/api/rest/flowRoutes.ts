/** Flows: how each is, paused and resumed. */

import type { FlowStatus } from '../../deployment/FlowRunner.ts';
import { pausableFlow } from '../../deployment/flowPauses.ts';
import type { KeptStage, RecordValue } from '../../ports.ts';
import { actedBy } from '../auth/actedBy.ts';
import { formatFor, sendList } from '../formats.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { paging } from '../parameters.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';
import { reasonedSchema, saidSchema } from './saidBodies.ts';

const flowSchema = new NamedSchema(
  'FlowRow',
  shape.object({
    ...shape.texts('name file direction'),
    state: shape.text('`starting`, `running`, `paused`, `draining`, `failed` or `left out`.'),
    since: shape.text('Since when it is in that state.'),
    digest: shape.text('SHA-256 of its file, and of the fragments and tables that it names.'),
    code: shape.text('Why it does not run, where it does not.'),
    message: shape.text('The same in words.'),
  }),
);
const flowListSchema = new NamedSchema('FlowList', shape.page(flowSchema));

const flowPauseSchema = new NamedSchema(
  'FlowPause',
  shape.object(shape.texts('flow since by reason'), {
    code: shape.text('Of the fault, where one did it.'),
  }),
);

const reloadedSchema = new NamedSchema(
  'Reloaded',
  shape.object({
    flows: shape.list(
      shape.object({
        flow: shape.text(),
        change: shape.text(
          '`added`, `changed`, `removed`, `unchanged`; `kept`: it has faults and runs on as it was; `left out`: it has faults and does not run.',
        ),
        faults: shape.list({ type: 'string' }),
      }),
    ),
    needsRestart: shape.list(
      { type: 'string' },
      'Settings of config/hub.yaml that count from the next start on.',
    ),
  }),
);

const stageSchema = new NamedSchema(
  'StageRow',
  shape.object({
    stage: shape.text(),
    records: shape.text('Records that wait in it.'),
    since: shape.text('Since when the first of them.'),
    seconds: shape.text('For how long that is.'),
    left: shape.text('Batches that have left it and not gone on.'),
  }),
);
const stageListSchema = new NamedSchema('StageList', shape.page(stageSchema));

export const flowRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/flows',
    scope: 'flows:read',
    summary: 'Flows and how each is: running, or why it does not.',
    answer: flowListSchema,
    example: {},
    query: paging.filter(({ name }) => name === 'format'),
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
    answer: flowPauseSchema,
    success: 200,
    params: { flow: 'Name of the flow.' },
    body: reasonedSchema,
    errors: ['FLOW_UNKNOWN', 'FLOW_NOT_PAUSABLE'],
    handle: async ({ hub, caller }, request, response, _values, body) => {
      const { name: flow } = pausableFlow(hub.running(), String(request.params.flow));
      const said = { flow, by: actedBy(caller, body), reason: String(body.reason) };
      response.json(await hub.pauses.pause(said));
    },
  },
  {
    method: 'post',
    path: '/v1/flows/:flow/resume',
    scope: 'admin',
    summary: 'Has it go on with what waits, and with what comes.',
    answer: flowSchema,
    success: 200,
    params: { flow: 'Name of the flow.' },
    body: saidSchema,
    errors: ['FLOW_UNKNOWN', 'FLOW_NOT_PAUSABLE'],
    handle: async ({ hub, caller }, request, response, _values, body) => {
      const { name } = pausableFlow(hub.running(), String(request.params.flow));
      await hub.pauses.resume(name, actedBy(caller, body));
      response.json(flowRow(hub.flows().find((one) => one.name === name)!));
    },
  },
  {
    method: 'post',
    path: '/v1/reload',
    scope: 'admin',
    summary:
      'Reads flows, tables, rates, connectors and secrets anew; answers when all that is changed runs.',
    body: saidSchema,
    answer: reloadedSchema,
    success: 200,
    errors: [409, 422, 500],
    handle: async ({ reload, caller }, _request, response, _values, body) => {
      response.json(await reload(actedBy(caller, body)));
    },
  },
  {
    method: 'get',
    path: '/v1/stages',
    scope: 'flows:read',
    summary: 'Steps of flows that wait: how many records, and for how long the first of them.',
    answer: stageListSchema,
    query: paging.filter(({ name }) => name === 'format'),
    example: {},
    handle: async ({ hub, runtime, writers }, request, response, values) => {
      const format = formatFor(request, values);
      const rows = (await hub.store.stages()).map((stage) => stageRow(stage, runtime.now()));
      await sendList(request, response, format, { writers, runtime }, { page: { rows } });
    },
  },
];

const stageRow = ({ stage, waiting, since = '', outs }: KeptStage, nowMs: number): RecordValue => ({
  ...{ stage, records: String(waiting), since },
  seconds: since && String(Math.max(0, Math.floor((nowMs - Date.parse(since)) / 1_000))),
  left: String(outs),
});

const flowRow = ({ reason, ...status }: FlowStatus): RecordValue => ({
  ...status,
  direction: status.direction ?? '',
  code: reason?.code ?? '',
  message: reason?.message ?? '',
});
