import { deepEqual, equal } from 'node:assert/strict';
import { load } from '../flow/hubFolder.ts';
import { openApi } from './apiRig.ts';

const subscription = `flow: shop
about: The shop hears of stock.
from: stock.changed.v1
steps:
  - filter: sku != "X"
write: json
to: { http: webshop }
`;

describe('API: what flows where', () => {
  it('has ends, steps and sinks of each flow, and what came and went of late', async () => {
    const rig = await openApi();
    const { flows } = await load({ 'flows/shop.yaml': subscription });
    rig.hub.running = flows;
    // The hub of the test says that it is the last moment of 2026.
    const call = { message: 'm', call: 'c', records: 3, attempt: 1, ms: 5, answer: '' };
    const at = (seconds: number): string =>
      new Date(Date.UTC(2027, 0, 1) - seconds * 1_000).toISOString();
    const payload = { name: 'a.csv', records: 5, messages: 4, parked: 1, digest: '' };
    await rig.store.noteHistory({
      payloads: [
        { ...payload, intakeId: 'i1', flow: 'shop', at: at(600) },
        { ...payload, intakeId: 'i2', flow: 'shop', at: at(30) },
      ],
      deliveries: [
        { ...call, sink: 'shop', code: '', at: at(10) },
        { ...call, sink: 'shop', code: 'WEBHOOK_FAILED', at: at(1_000) },
      ],
      snapshots: [],
    });
    const response = await fetch(`${rig.url}/v1/flows/map?flow=shop`);
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
    const { flows: shown, books } = (await response.json()) as any;
    const [shop] = shown;
    deepEqual([shop.direction, shop.steps, shop.parked], ['subscription', ['filter'], 0]);
    deepEqual(shop.from, [
      { id: 'event stock.changed.v1', kind: 'event', name: 'stock.changed.v1' },
    ]);
    const [{ name, sink }] = shop.to;
    deepEqual([name, sink.endpoint, sink.state], ['webshop (http)', 'shop', 'active']);
    deepEqual(
      [sink.minute, sink.hour],
      [
        { delivered: 3, failed: 0 },
        { delivered: 3, failed: 1 },
      ],
    );
    deepEqual([shop.minute.records, shop.hour.records, shop.hour.parked], [5, 10, 2]);
    deepEqual([shop.last.name, shop.last.intakeId], ['a.csv', 'i2']);
    equal(books.dead, 0);
    const more = { ...payload, intakeId: 'i3', flow: 'shop', at: at(20) };
    await rig.store.noteHistory({ payloads: [more], deliveries: [], snapshots: [] });
    const again = await (await fetch(`${rig.url}/v1/flows/map?flow=shop`)).text();
    equal(JSON.parse(again).flows[0].minute.records, 5, 'those who look at once share figures');
    equal((await fetch(`${rig.url}/v1/flows/map?flow=shob`)).status, 404);
    await rig.close();
  });
});
