/** A subscriber that is away for a while: it gets all that it missed, in order, soon after it is back, whatever becomes of the hub. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { commandLine } from '../../core/cli/commandLine.ts';
import { endpointFacts } from '../../core/deliver/endpointRow.ts';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { openBooks } from '../../core/hub/openBooks.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import type { Books } from '../../core/ports.ts';
import { type HubRun, reportsOf, startHub, until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { RecordedTerminal } from '../recordedTerminal.ts';
import { spawnHub } from '../spawnHub.ts';

const QUEUES = [commandQueue(0), sinkQueue('shop')];
const FIXTURE = 'test/fixtures/endpoint';
const HEAD = 'No,Sku,Bin,Qty,Cost\n';

interface Told {
  sku: string;
  version: number;
}

describePairs('a subscriber that is away', (pair) => {
  let place: Workplace;
  let server: Server;
  let run: HubRun | undefined;
  let status: number;
  let headers: Record<string, string>;
  let calls: number;
  let inFlight: number;
  /** Calls at once that were answered that it takes nothing. */
  let mostFailing: number;
  let told: Told[];

  beforeEach(async () => {
    place = await pair.workplace();
    [status, headers, calls, told] = [200, {}, 0, []];
    [inFlight, mostFailing] = [0, 0];
    server = createServer(async (request, response) => {
      inFlight += 1;
      if (status !== 200) mostFailing = Math.max(mostFailing, inFlight);
      response.once('close', () => {
        inFlight -= 1;
      });
      let text = '';
      for await (const chunk of request) text += chunk;
      calls += 1;
      if (status === 200) told.push(...text.trim().split('\n').map(eventOf));
      response.writeHead(status, headers).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    place.env.SHOP_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });

  afterEach(async () => {
    await run?.close();
    run = undefined;
    server.closeAllConnections();
    server.close();
    await place.remove(QUEUES);
  });

  /** Each row receives one piece of one of four SKUs. */
  function drop(from: number, until: number): void {
    const rows = Array.from({ length: until - from }, (_, at) => {
      const number = from + at;
      return `D${number},S${number % 4},BER,1,1`;
    });
    writeFileSync(join(place.data, 'in', `${from}.csv`), `${HEAD}${rows.join('\n')}\n`);
  }

  /** Nothing is missing, nothing came after what is later of its SKU. */
  function isInOrder(count: number): void {
    assert.equal(told.length, count);
    for (const [sku, events] of Map.groupBy(told, (one) => one.sku)) {
      const versions = events.map(({ version }) => version);
      assert.deepEqual(
        versions,
        versions.toSorted((a, b) => a - b),
        sku,
      );
    }
  }

  const kept = async (store: Books) => {
    const [row] = await store.control('endpoint', ['shop']);
    return row && endpointFacts(row);
  };

  it('gets all of it in order within seconds', async () => {
    run = await startHub('endpoint', place);
    drop(0, 4);
    await until('the first', () => told.length === 4);
    status = 503;
    for (let part = 1; part <= 20; part += 1) {
      drop(part * 4, part * 4 + 4);
      await reportsOf(run, part + 1);
    }
    const { store } = run;
    await until('the wait', async () => (await kept(store))?.state === 'backing-off');
    const health = await run.hub.health();
    assert.equal(health.ready, true);
    assert.match(health.told!['endpoint shop']!, /^backing-off since .* answered 503/);
    const failed = calls;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    assert.ok(calls - failed <= 6, `${calls - failed} calls within 2.5 s`);
    status = 200;
    const back = Date.now();
    await until('all of it', () => told.length >= 84);
    assert.ok(Date.now() - back < 4_000, `after ${Date.now() - back} ms`);
    isInOrder(84);
    await until('the end of it', async () => (await kept(store))?.state === 'active');
    assert.deepEqual(await run.broker.dead(10), []);
  });

  it('is paused by a command, and asked and resumed by another', async () => {
    const command = async (...line: string[]) => {
      const { terminal, said } = new RecordedTerminal();
      const around = { env: place.env, terminal, workingFolder: '.', enter: () => undefined };
      const code = await commandLine([...line, '--config', FIXTURE], around);
      return { code, ...said };
    };
    run = await startHub('endpoint', place);
    assert.match((await command('endpoints')).out, /shop +active/);
    const paused = await command('endpoints', 'pause', 'shop', '--reason', 'it moves');
    assert.deepEqual([paused.code, paused.err], [0, '']);
    const seen = () => run!.lines.some(({ event }) => event === 'endpoint.paused');
    await until('the hub to see it', seen);
    drop(0, 4);
    await reportsOf(run, 1);
    const shown = await command('endpoints', 'show', 'shop', '--format', 'json');
    assert.equal(shown.code, 3);
    const [{ state, paused: why }] = JSON.parse(shown.out).endpoints;
    assert.deepEqual([state, why.reason], ['paused', 'it moves']);
    assert.match((await command('endpoints', 'resume', 'shap')).err, /did you mean 'shop'/);
    status = 503;
    await command('endpoints', 'probe', 'shop');
    await until('a call', () => calls === 1);
    status = 200;
    assert.equal((await command('endpoints', 'resume', 'shop')).code, 0);
    await until('all of it', () => told.length === 4);
    isInOrder(4);
  });

  it('gets it when it asked for, though the hub was killed meanwhile', async () => {
    [status, headers] = [503, { 'retry-after': '4' }];
    const hub = { config: FIXTURE, roles: 'intake,apply,relay,deliver', env: place.env };
    mkdirSync(join(place.data, 'in'), { recursive: true });
    const said: string[] = [];
    const first = await spawnHub({ ...hub, said });
    drop(0, 8);
    await until('the wait', () => said.some((line) => line.includes('endpoint.backing_off')));
    drop(8, 16);
    await until(
      'what comes after',
      () => said.filter((one) => one.includes('intake.done')).length > 1,
    );
    first.kill('SIGKILL');
    await once(first, 'exit');
    const { store, close } = await openBooks(FIXTURE, place.env);
    const { nextProbe, attempts } = (await kept(store))!;
    await close();
    assert.equal(attempts, calls);
    status = 200;
    const second = await spawnHub({ ...hub, said });
    // Killed between publishing and noting it, the hub publishes again: what repeats is known by its version.
    await until('all of it', () => firstOfEach(told).length >= 16);
    assert.ok(Date.now() >= Date.parse(nextProbe!), 'it was left alone as long as it asked for');
    told = firstOfEach(told);
    isInOrder(16);
    assert.ok(said.some((line) => line.includes('endpoint.waits')));
    second.kill('SIGTERM');
    await once(second, 'exit');
  });

  // A folder is one hub's: there the second ends at once.
  if (pair.name === 'embedded') return;

  it('is asked by one of two hubs that send; the other goes on in order when that is killed', async () => {
    run = await startHub('endpoint', place, ['intake', 'apply', 'relay']);
    const { store } = run;
    status = 503;
    const hubs = await Promise.all(
      [0, 1].map(async () => {
        const said: string[] = [];
        const hub = { config: FIXTURE, roles: 'deliver', env: place.env, said };
        return { said, process: await spawnHub(hub) };
      }),
    );
    const asks = ({ said }: { said: string[] }): boolean =>
      said.some((line) => line.includes('"deliver.retry"'));
    drop(0, 8);
    for (let part = 1; part <= 5; part += 1) {
      drop(part * 8, part * 8 + 8);
      await reportsOf(run, part + 1);
    }
    const counted = async () => calls >= 5 && (await kept(store))?.attempts === calls;
    await until('five calls, each of which counts', counted);
    assert.deepEqual(hubs.filter(asks).length, 1, 'one of them asks');
    const active = hubs.find(asks)!;
    const other = hubs.find((hub) => hub !== active)!;
    active.process.kill('SIGKILL');
    await once(active.process, 'exit');
    await until('the other to ask', () => asks(other));
    assert.equal(mostFailing, 1);
    status = 200;
    await until('all of it', () => told.length >= 48);
    isInOrder(48);
    await until('the end of it', async () => (await kept(store))?.state === 'active');
    assert.deepEqual(await run.broker.dead(10), []);
    other.process.kill('SIGTERM');
    await once(other.process, 'exit');
  });
});

const firstOfEach = (events: Told[]): Told[] =>
  [...Map.groupBy(events, ({ sku, version }) => `${sku} ${version}`).values()].map(
    ([first]) => first!,
  );

function eventOf(line: string): Told {
  const { sku, version } = JSON.parse(line) as { sku: string; version: string };
  return { sku, version: Number(version) };
}
