/** A record that waited, for which the system that is asked behind the wait fails: it holds up its own key alone. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type OpenHub, openHub } from '../../core/hub/openHub.ts';
import type { RecordValue } from '../../core/ports.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { until } from '../hubRun.ts';
import { Desk } from './cli.ts';

const flows = {
  despatches: `flow: despatches
from: http
read: json
key: number
to: awaited
`,
  receipts: `flow: receipts
from: http
read: json
steps:
  - await: { key: despatch, flow: despatches, within: 1h, as: sent }
  - enrich: { http: catalogue, path: "'/items/' & article", timeout: 2s, into: item }
  - map: { document: number, at: $date("2026-03-01"), sku: item.sku, quantity: sent.quantity, const: { location: A, unitCost: "1" } }
key: number
to: stock.receive.v1
`,
};

describe('behind a wait, a system that fails for one record', () => {
  let desk: Desk;
  let server: Server;
  let open: OpenHub;
  let isWell: boolean;

  beforeEach(async () => {
    desk = new Desk();
    isWell = false;
    server = createServer(({ url = '' }, response) => {
      const article = url.split('/').at(-1)!;
      response.writeHead(article === 'BAD' && !isWell ? 503 : 200);
      response.end(JSON.stringify({ sku: `SKU-${article}` }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const config = desk.path('config', 'hub.yaml');
    const text = `connectors:\n  catalogue: { http: { url: "${url}" } }\n`;
    writeFileSync(config, readFileSync(config, 'utf8').replace('connectors:\n', text));
    for (const [name, flow] of Object.entries(flows))
      writeFileSync(desk.path('flows', `${name}.yaml`), flow);
    const env = { STOCKBUS_DATA: desk.path('data') };
    open = await openHub(desk.folder, env, systemRuntime(), { roles: ['intake', 'apply'] });
    await open.hub.start();
  });

  afterEach(async () => {
    await open.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    desk.remove();
  });

  const send = (flow: string, ...records: RecordValue[]) => {
    const origin = { intakeId: systemRuntime().newId(), flow, name: `/${flow}` };
    const body = (async function* () {
      yield Buffer.from(JSON.stringify(records));
    })();
    return open.hub.accept(flow, { origin, body });
  };
  const receipt = (number: string, despatch: string, article: string) => ({
    ...{ number, despatch, article },
  });
  const booked = (...numbers: string[]) =>
    until(`${numbers.join(', ')} are booked`, async () => {
      const { rows } = await open.store.ledger({}, { limit: 100 });
      const found = [...new Set(rows.map(({ document }) => document))];
      return numbers.every((number) => found.includes(number)) && found;
    });

  it('is passed by all others, and goes on before what came after it under its key', async () => {
    await send('despatches', { number: 'D1', quantity: '1' }, { number: 'D2', quantity: '2' });
    await send(
      'receipts',
      receipt('R1', 'D1', 'BAD'),
      receipt('R2', 'D1', 'TEA'),
      receipt('R3', 'D2', 'TEA'),
    );
    await send('receipts', receipt('R4', 'D2', 'CUP'));
    deepEqual((await booked('R3', 'R4')).toSorted(), ['R3', 'R4']);
    isWell = true;
    const all = await booked('R1', 'R2');
    equal(all.length, 4);
    const { rows } = await open.store.ledger({}, { limit: 100 });
    const when = (number: string) => rows.find(({ document }) => document === number)!.recordedAt;
    ok(when('R1') <= when('R2'));
    deepEqual((await open.store.parked({}, { limit: 10 })).rows, []);
  });
});
