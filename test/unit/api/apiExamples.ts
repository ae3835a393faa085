/** Makes the call of each example of the routes on books that are always the same, and gives what was answered. */

import { templateOf } from '../../../core/api/openApi.ts';
import type { Route, RouteExample } from '../../../core/api/Route.ts';
import { routes } from '../../../core/api/rest/routes.ts';
import { sinkQueue } from '../../../core/deliver/sinkQueue.ts';
import { commitOf, parkedOf } from '../../contract/store/fixtures.ts';
import { type ApiRig, openApi, receive } from './apiRig.ts';

export const EXAMPLES_FILE = 'schemas/generated/api-examples.json';

/** By `GET /v1/stock`: how it is called by hand, and what was answered. */
export type ApiExamples = Record<string, { request: string; answer: unknown }>;

export async function apiExamples(): Promise<ApiExamples> {
  const rig = await openApi();
  try {
    await fill(rig);
    const examples: ApiExamples = {};
    for (const route of routes) {
      const { example } = route;
      if (!example) continue;
      const key = `${route.method.toUpperCase()} ${templateOf(route.path)}`;
      examples[key] = {
        request: byHand(route, example),
        answer: await answerOf(rig, route, example),
      };
    }
    return examples;
  } finally {
    await rig.close();
  }
}

async function fill(rig: ApiRig): Promise<void> {
  await receive(rig.store, 1);
  const parked = (id: string, order: string) =>
    parkedOf(id, {
      origin: { intakeId: `i-${id}`, flow: 'receipts', name: 'receipts.csv' },
      faults: [
        {
          code: 'DECIMAL_INVALID',
          message: "'Qty' is no decimal: 'x'",
          at: { record: 1, field: 'Qty' },
        },
      ],
      record: 1,
      content: JSON.stringify([{ record: 1, value: { PO: order, Sku: 'SKU-1', Qty: 'x' } }]),
    });
  const rows = [parked('p1', 'PO-1'), parked('p2', 'PO-2')];
  await rig.store.commit({ ...commitOf({ parked: rows }), recordedAt: '2026-03-31T09:00:00.000Z' });
  await rig.store.keepDead([
    {
      ...{ id: 'd1', queue: sinkQueue('webshop'), messageId: 'm-1' },
      ...{ contentType: 'application/json', code: 'HTTP_REFUSED', reason: 'HTTP_REFUSED 422' },
      ...{ deadAt: '2026-05-01T00:00:00.000Z', records: 1, bytes: 15, words: ['sku-1'] },
      body: Buffer.from('{"sku":"SKU-1"}'),
    },
  ]);
}

const pathOf = ({ path }: Route, { params = {}, query }: RouteExample): string => {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name]!));
  return query ? `${filled}?${new URLSearchParams(query)}` : filled;
};

function byHand(route: Route, example: RouteExample): string {
  const address = `"http://127.0.0.1:8080${pathOf(route, example)}"`;
  const method = route.method === 'get' ? [] : [`-X ${route.method.toUpperCase()}`];
  const said =
    example.body === undefined
      ? []
      : [`-H 'content-type: application/json' -d '${JSON.stringify(example.body)}'`];
  return ['curl -H "Authorization: Bearer $STOCKBUS_TOKEN"', ...method, address, ...said].join(' ');
}

async function answerOf(rig: ApiRig, route: Route, example: RouteExample): Promise<unknown> {
  const answer = await fetch(rig.url + pathOf(route, example), {
    method: route.method.toUpperCase(),
    ...(example.body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(example.body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the example of ${route.path} is refused: ${text}`);
  return steady(JSON.parse(text), new Map());
}

/** Ids and moments of the run are others each time. */
function steady(value: unknown, ids: Map<string, string>): unknown {
  if (Array.isArray(value)) return value.map((one) => steady(one, ids));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, steady(one, ids)]));
  }
  if (typeof value !== 'string') return value;
  const isRecent =
    /^\d{4}-\d\d-\d\dT/.test(value) && Math.abs(Date.parse(value) - Date.now()) < 3_600_000;
  if (isRecent) return '2027-01-01T00:00:00.000Z';
  return value.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, (id) => {
    const known =
      ids.get(id) ?? `01939d52-0000-7000-8000-${String(ids.size + 1).padStart(12, '0')}`;
    ids.set(id, known);
    return known;
  });
}
