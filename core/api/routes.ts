import { StockbusError } from '../errors.ts';
import { Historian } from '../history/Historian.ts';
import { storyFacts } from '../history/storyFacts.ts';
import { wholeDocument } from '../history/wholeDocument.ts';
import { identifierOf } from '../identifier.ts';
import type { KeptStage, RecordValue } from '../ports.ts';
import { payloadStatus } from '../status/payloadStatus.ts';
import { acceptDelivery } from './acceptDelivery.ts';
import { acceptPayload } from './acceptPayload.ts';
import { deskRoutes } from './deskRoutes.ts';
import { endpointRoutes } from './endpointRoutes.ts';
import { flowRoutes } from './flowRoutes.ts';
import { formatFor, sendList } from './formats.ts';
import { callerOf, jsonBody } from './jsonBody.ts';
import { openApi, templateOf } from './openApi.ts';
import { paging } from './parameters.ts';
import type { Route } from './Route.ts';
import { reportRoutes, reservationRoute, skuRoute } from './reportRoutes.ts';
import { readRoutes } from './rest/readRoutes.ts';
import { runsRoute } from './runsRoute.ts';

export const routes: readonly Route[] = [
  {
    method: 'get',
    path: '/',
    scope: 'known',
    summary: 'What there is.',
    answer: 'Index',
    handle: async ({ hub }, _request, response) => {
      const flows = hub.inboundFlows().map((flow) => ({ ...flow, href: `/v1/flows/${flow.name}` }));
      const addresses = routes.map(({ method, path, summary }) => ({
        method: method.toUpperCase(),
        path: templateOf(path),
        summary,
      }));
      const { zone, currency } = hub.policy;
      response.json({ name: 'stockbus', zone, currency, addresses, flows });
    },
  },
  ...flowRoutes,
  {
    method: 'post',
    path: '/v1/reload',
    scope: 'admin',
    summary:
      'Reads flows, tables, rates, connectors and secrets anew; answers when all that is changed runs.',
    answer: 'Reloaded',
    success: 200,
    statuses: [422],
    handle: async ({ reload }, request, response) => {
      response.json(await reload(callerOf(await jsonBody(request))));
    },
  },
  {
    method: 'post',
    path: '/v1/flows/:flow',
    scope: 'stock:write',
    summary: 'Takes one payload into a flow; answers when all that came of it is durable.',
    answer: 'Accepted',
    statuses: [404, 409, 413, 415, 422],
    handle: ({ hub, runtime, recent, admission }, request, response) => {
      const accepted = recent.add.bind(recent);
      return acceptPayload(request, response, {
        hub,
        runtime,
        admission,
        accepted: (receipt) => accepted(receipt, runtime.now()),
      });
    },
  },
  {
    method: 'post',
    path: '/v1/webhooks/:flow',
    scope: 'open',
    summary:
      'Takes what another system posts and signs; answers when all that came of it is durable. No token: the signature says who it is.',
    answer: 'Accepted',
    statuses: [401, 404, 413, 415],
    handle: ({ hub, runtime, recent, admission, strangers }, request, response) =>
      acceptDelivery(request, response, {
        ...{ hub, runtime, admission, strangers },
        accepted: (receipt) => recent.add(receipt, runtime.now()),
      }),
  },
  ...reportRoutes,
  skuRoute,
  ...endpointRoutes,
  reservationRoute,
  {
    method: 'get',
    path: '/v1/messages/:id',
    scope: 'known',
    summary: 'What became of one payload, by the intakeId of its 202.',
    answer: 'Message',
    statuses: [404],
    handle: async ({ hub, recent }, request, response) => {
      const id = String(request.params.id);
      const known = await payloadStatus(hub.store, id);
      const report = known?.report ?? recent.get(id);
      if (!report) throw notFound(`nobody has heard of a payload '${id}' here`);
      const { origin, ...rest } = report;
      if (!report.done) response.setHeader('retry-after', 1);
      const state = known?.state ?? 'accepted';
      response.json({ ...origin, state, ...rest });
    },
  },
  ...deskRoutes,
  {
    method: 'get',
    path: '/v1/history/:key',
    scope: 'ledger:read',
    summary:
      'What became of a document, of what refers to a number, of a SKU, a lot, a partner, an order, a message, a file or a payload, in the order of time.',
    answer: 'History',
    statuses: [404],
    handle: async ({ hub }, request, response) => {
      const key = String(request.params.key);
      const { store, keyOfRead: keyOf } = hub;
      const story = await new Historian({ store, policy: hub.policy, keyOf }, key).tell();
      if (story.lines.length === 0) throw notFound(`nothing is known of '${key}'`);
      response.json(storyFacts(story));
    },
  },
  {
    method: 'get',
    path: '/v1/documents/:number',
    scope: 'ledger:read',
    summary: 'One document: what it moved, its entries, and what became of it.',
    answer: 'WholeDocument',
    statuses: [404, 422],
    handle: async ({ hub, runtime }, request, response) => {
      const number = identifierOf(String(request.params.number), 'document', 'number');
      const parts = { store: hub.store, policy: hub.policy, keyOf: hub.keyOfRead };
      const facts = await wholeDocument(parts, number, runtime);
      if (!facts) throw notFound(`nothing is known of '${number}'`);
      response.json({ ...facts, story: storyFacts(facts.story) });
    },
  },
  runsRoute,
  ...readRoutes,
  {
    method: 'get',
    path: '/v1/stages',
    scope: 'flows:read',
    summary: 'Steps of flows that wait: how many records, and for how long the first of them.',
    answer: 'StageList',
    query: paging.filter(({ name }) => name === 'format'),
    statuses: [406],
    handle: async ({ hub, runtime, writers }, request, response, values) => {
      const format = formatFor(request, values);
      const rows = (await hub.store.stages()).map((stage) => stageRow(stage, runtime.now()));
      await sendList(request, response, format, { writers, runtime }, { page: { rows } });
    },
  },
  {
    method: 'get',
    path: '/healthz',
    scope: 'open',
    summary: 'Whether the process lives.',
    answer: 'Alive',
    isOfHealth: true,
    handle: async (_context, _request, response) => {
      response.json({ status: 'ok' });
    },
  },
  {
    method: 'get',
    path: '/readyz',
    scope: 'open',
    summary: 'Whether broker and store can be reached; which of them cannot, only with the token.',
    answer: 'Health',
    statuses: [503],
    isOfHealth: true,
    handle: async ({ hub, trusted }, request, response) => {
      const { ready, checks, told, unappliedSince } = await hub.health();
      const details = trusted(request) ? { checks, told, unappliedSince } : {};
      response.status(ready ? 200 : 503).json({ ready, ...details });
    },
  },
  {
    method: 'get',
    path: '/v1/status',
    scope: 'flows:read',
    summary:
      'Whether all is well, and what waits where: queues, dead letters, parked records, stages.',
    answer: 'Status',
    isOfHealth: true,
    handle: async ({ status }, _request, response) => {
      response.json(await status());
    },
  },
  {
    method: 'get',
    path: '/metrics',
    scope: 'flows:read',
    summary: 'Metrics for Prometheus.',
    answer: 'text/plain',
    isOfHealth: true,
    handle: async ({ metricsText }, _request, response) => {
      const text = await metricsText();
      response.type('text/plain; version=0.0.4; charset=utf-8').send(text);
    },
  },
  {
    method: 'get',
    path: '/openapi.json',
    scope: 'known',
    summary: 'This interface as an OpenAPI 3.1 document.',
    answer: 'OpenApi',
    handle: async ({ secured }, _request, response) => {
      response.json(openApi(routes, secured));
    },
  },
];

const stageRow = ({ stage, waiting, since = '', outs }: KeptStage, nowMs: number): RecordValue => ({
  ...{ stage, records: String(waiting), since },
  seconds: since && String(Math.max(0, Math.floor((nowMs - Date.parse(since)) / 1_000))),
  left: String(outs),
});

const notFound = (message: string): StockbusError => new StockbusError('HTTP_NOT_FOUND', message);
