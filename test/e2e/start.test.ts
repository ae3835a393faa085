import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from '../hubRun.ts';
import { Desk, ended, logged, root } from './cli.ts';

const sample = (name: string) => join(root, 'flows/samples', name);
const receipts = sample('erp-purchase-receipts.csv');

describe('stockbus start', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk({}, ['erp-purchase-receipts', 'item-master-data', 'stock-feed-webshop']);
  });

  afterEach(() => desk.remove());

  it('says where it listens and on what it runs, takes a file beside it, and drains on SIGTERM', async () => {
    const hub = desk.spawn(['start']);
    const end = ended(hub);
    const started = await logged(hub, 'hub.started');
    assert.equal(started.pair, 'embedded and sqlite');
    const answer = await fetch(`${started.address}/healthz`);
    assert.equal(answer.status, 200);
    // However it was started: a young generation of 128 MB is no small hub.
    const line = `/proc/${hub.pid}/cmdline`;
    if (existsSync(line)) assert.match(readFileSync(line, 'utf8'), /--max-semi-space-size=8/);
    const items = await desk.runProcess([
      'run',
      'item-master-data',
      sample('item-master-data.csv'),
    ]);
    assert.equal(items.code, 3, items.err);
    assert.match(items.out, /7 booked, 0 booked before, 1 parked/);
    assert.match(items.err, /Another hub works on this data folder/);
    hub.kill('SIGTERM');
    const { code, err } = await end;
    assert.equal(code, 0);
    assert.match(err, /"event":"hub\.stopped"/);
  });

  it('refuses a second hub on the same data, and a port that is taken', async () => {
    const hub = desk.spawn(['start']);
    const end = ended(hub);
    await logged(hub, 'hub.started');
    const second = await desk.run(['start']);
    assert.equal(second.code, 1);
    assert.match(second.err, /DATA_FOLDER_BUSY/);
    hub.kill('SIGINT');
    assert.equal((await end).code, 0);

    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const taken = await desk.run(['start'], { STOCKBUS_PORT: String(port) });
    server.close();
    assert.equal(taken.code, 1);
    assert.match(taken.err, new RegExp(`HTTP_PORT_TAKEN port ${port} on 127\\.0\\.0\\.1 is taken`));
  });

  it('goes on at SIGHUP, and says what it read anew', async () => {
    const hub = desk.spawn(['start']);
    const end = ended(hub);
    const { address } = await logged(hub, 'hub.started');
    const told = logged(hub, 'hub.reloaded');
    hub.kill('SIGHUP');
    assert.ok(((await told).flows as string[]).includes('erp-purchase-receipts: unchanged'));
    assert.equal((await fetch(`${address}/readyz`)).status, 200);
    hub.kill('SIGTERM');
    assert.equal((await end).code, 0);
  });

  it('is not ended by a SIGHUP that comes before anything of it is loaded, and neither is run', async () => {
    // The first module that is loaded sends it.
    const early = `import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) {
        if (name === './compileCache.js') process.kill(process.pid, 'SIGHUP');
        return next(name, context);
      } });`;
    const env = { NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(early)}"` };
    const { code, out } = await desk.runProcess(['run', 'erp-purchase-receipts', receipts], env);
    assert.equal(code, 3);
    assert.match(out, /booked/);
    const hub = desk.spawn(['start'], env);
    const end = ended(hub);
    await logged(hub, 'hub.started');
    hub.kill('SIGTERM');
    assert.equal((await end).code, 0);
  });

  it('ends at once on a second signal, even when a subscriber does not answer', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const called = once(silent, 'connection');
    const hub = desk.spawn(['start'], { STOCKBUS_WEBSHOP_URL: `http://127.0.0.1:${port}/` });
    const end = ended(hub);
    const started = await logged(hub, 'hub.started');
    await fetch(`${started.address}/v1/flows/erp-purchase-receipts`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: readFileSync(receipts),
    });
    await called;
    const stopping = logged(hub, 'hub.stopping');
    hub.kill('SIGTERM');
    await stopping;
    hub.kill('SIGINT');
    assert.equal((await end).code, 130);
    silent.close();
  });

  it('takes a file from a watched folder and archives it', async () => {
    mkdirSync(desk.path('data/inbox/erp'), { recursive: true });
    const dropped = desk.path('data/inbox/erp/receipts-1.csv');
    writeFileSync(dropped, readFileSync(receipts));
    // Its content is older than its name, so that the hub knows it to be complete.
    utimesSync(dropped, 0, 0);
    const hub = desk.spawn(['start']);
    const end = ended(hub);
    const taken = await logged(hub, 'folder.file_taken');
    assert.equal(taken.file, 'receipts-1.csv');
    assert.ok(!existsSync(dropped));
    const booked = async () => (await desk.run(['stock', 'FLT-100'])).out;
    await until('the stock', async () => /FLT-100 {2}BER .* 1500/.test(await booked()), 10_000);
    hub.kill('SIGTERM');
    assert.equal((await end).code, 0);
  });
});
