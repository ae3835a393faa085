import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Health } from '../../core/health.ts';
import type { HubStatus } from '../../core/status/HubStatus.ts';
import { until } from '../hubRun.ts';
import { Desk, ended, logged, root } from './cli.ts';

const receipts = join(root, 'flows/samples/erp-purchase-receipts.csv');

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
};

describe('stockbus status', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk({}, ['erp-purchase-receipts']);
  });

  afterEach(() => desk.remove());

  it('says that all is well where there is nothing yet, and makes nothing', async () => {
    const { code, out } = await desk.run(['status']);
    assert.equal(code, 0, out);
    assert.match(out, /^All is well\.\n/);
    assert.match(out, /Hub: none answers at http:\/\/127\.0\.0\.1:0/);
    assert.ok(!existsSync(desk.path('data')));
  });

  it('names what is parked, and ends with 3', async () => {
    await desk.run(['run', 'erp-purchase-receipts', receipts]);
    const { code, out } = await desk.run(['status']);
    assert.equal(code, 3, out);
    assert.match(
      out,
      /^Not all is well: 1 thing to look at\.\n {2}erp-purchase-receipts: 4 parked/,
    );
    assert.match(out, /stockbus parked list --flow erp-purchase-receipts/);
    const json = await desk.run(['status', '--format', 'json']);
    assert.equal(json.code, 3);
    const status = JSON.parse(json.out);
    const [{ since, ...parked }, ...others] = status.parked;
    assert.deepEqual([parked, others], [{ flow: 'erp-purchase-receipts', records: 4 }, []]);
    assert.ok(Date.now() - Date.parse(since) < 60_000, since);
    assert.deepEqual([status.well, status.dead, status.outbox], [false, 0, 0]);
    assert.equal(status.hub.answers, false);
  });

  it('works beside a hub, and says that it answers', async () => {
    const port = String(await freePort());
    const hub = desk.spawn(['start'], { STOCKBUS_PORT: port });
    const end = ended(hub);
    const { address } = await logged(hub, 'hub.started');
    const { code, out } = await desk.run(['status'], { STOCKBUS_PORT: port });
    assert.equal(code, 0, out);
    assert.match(out, /Hub: answers at http:\/\/127\.0\.0\.1:\d+, and is ready\./);
    const said = (await (await fetch(`${address}/v1/status`)).json()) as HubStatus;
    assert.equal(said.well, true);
    assert.equal(said.checks.apply, 'ok');
    const metrics = async () => (await fetch(`${address}/metrics`)).text();
    await until('gauges', async () => /^stockbus_dead_letters 0$/m.test(await metrics()));
    assert.match(await metrics(), /^stockbus_checks_failing\{check="store"\} 0$/m);
    assert.match(
      await metrics(),
      /^stockbus_queue_messages\{queue="stock\.commands\.g1\.p00"\} 0$/m,
    );
    hub.kill('SIGTERM');
    await end;
  });

  it('says which flow is not in order, and ends with 1', async () => {
    writeFileSync(desk.path('flows/broken.yaml'), 'flow: broken\n');
    const { code, out } = await desk.run(['status']);
    assert.equal(code, 1, out);
    assert.match(out, /flows\/broken\.yaml/);
  });

  it('says within seconds that a database is away', async () => {
    const env = { STOCKBUS_STORE: 'mongodb://127.0.0.1:9/stockbus?replicaSet=rs0' };
    const { code, out } = await desk.run(['status'], env);
    assert.equal(code, 1, out);
    assert.match(out, /store: /);
    assert.match(out, /Parked: not known\./);
  });
});

describe('a process without the role api', () => {
  it('tells how it does at a port of its own, and nothing else', async () => {
    const desk = new Desk({}, ['erp-purchase-receipts']);
    const hub = desk.spawn(['start', '--roles', 'apply,relay'], { STOCKBUS_HEALTH_PORT: '0' });
    const end = ended(hub);
    const { address } = await logged(hub, 'hub.started');
    const ready = await fetch(`${address}/readyz`);
    assert.deepEqual([ready.status, ((await ready.json()) as Health).checks.apply], [200, 'ok']);
    assert.equal((await fetch(`${address}/healthz`)).status, 200);
    assert.match(await (await fetch(`${address}/metrics`)).text(), /^stockbus_commits_total 0$/m);
    assert.equal((await fetch(`${address}/v1/stock`)).status, 404);
    hub.kill('SIGTERM');
    await end;
    desk.remove();
  });
});
