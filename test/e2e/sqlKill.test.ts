/**
 * The flows of docs/connectors/sql.md, while hub and database are killed at random moments and transactions commit out of order:
 * afterwards each document is booked once. `npm run test:long` has STOCKBUS_DOCUMENTS of them.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { until } from '../hubRun.ts';
import { PostgresServer } from '../PostgresServer.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { isLong, randomFrom, seed } from '../runs.ts';
import { spawnHub } from '../spawnHub.ts';
import { ConnectorPage } from './connectorPage.ts';
import { endLeases } from './endLeases.ts';
import { bookedTimes } from './killedBooks.ts';

const DOCUMENTS = Number(process.env.STOCKBUS_DOCUMENTS ?? (isLong ? 5_000 : 200));
/** Of each, one of the database and two of hubs. */
const KILLS = isLong ? 10 : 1;
const PATIENCE_MS = isLong ? 600_000 : 60_000;

describePairs(`rows of a database, ${DOCUMENTS} documents killed ${KILLS} times`, (pair) => {
  let server: PostgresServer;
  let place: Workplace;
  let page: ConnectorPage;
  let hub: ChildProcess | undefined;
  const said: string[] = [];
  const random = randomFrom(seed);

  before(async function () {
    this.timeout(90_000);
    server = await PostgresServer.start();
    place = await pair.workplace();
    page = new ConnectorPage('sql', {
      'every: 1m,': 'every: 200ms, page: 7, lag: 0s,',
      'every: 10s': 'every: 200ms, page: 7',
    });
    await server.query(page.block('partner'));
  });
  after(async function () {
    if (this.test?.parent?.tests.some((test) => test.isFailed()))
      process.stdout.write(`${said.slice(-30).join('\n')}\n`);
    hub?.kill('SIGKILL');
    await server.stop();
    await place.remove([commandQueue(0)]);
    page.remove();
  });

  const env = (): Record<string, string> => ({
    ...place.env,
    PARTNER_DB: server.addressOf('stockbus', 'change me'),
  });
  const start = async (): Promise<ChildProcess> => {
    await endLeases(page.folder, env());
    return spawnHub({ config: page.folder, roles: 'intake,apply,relay', env: env(), said });
  };

  const booked = (isLast?: boolean): Promise<Map<string, number>> =>
    bookedTimes(page.folder, env(), isLast);

  it(`are booked once (seed ${seed})`, async function () {
    this.timeout(isLong ? 1_200_000 : 120_000);
    const ending = new AbortController();
    const partner = write(server, random, ending.signal);
    const killing = (async () => {
      for (let kill = 0; kill < KILLS; kill += 1) {
        hub = await start();
        await wait(random() * 1_500);
        hub.kill('SIGKILL');
        await once(hub, 'exit');
        hub = await start();
        await wait(random() * 600);
        await server.kill();
        await wait(random() * 300);
        await server.begin();
        await wait(random() * 600);
        hub.kill('SIGKILL');
        await once(hub, 'exit');
      }
    })();
    await Promise.all([partner, killing]).catch((error: unknown) => {
      ending.abort();
      throw error;
    });
    hub = await start();
    ok(!said.some((line) => line.includes('flow.left_out')), 'the flows of the page are in order');
    const left = async (): Promise<number> =>
      (await server.query('SELECT 1 FROM stockbus_outbox')).length;
    await until('an empty outbox', async () => (await left()) === 0, PATIENCE_MS);
    await until('everything', async () => (await booked()).size >= DOCUMENTS, PATIENCE_MS);
    hub.kill('SIGTERM');
    await once(hub, 'exit');
    const times = await booked(true);
    const twice = [...times].filter(([, count]) => count !== 1);
    deepEqual(twice, []);
    equal(times.size, DOCUMENTS);
  });
});

/** Each document in a transaction of its own, of which some stay open while later ones commit; again where the server was killed. */
async function write(
  server: PostgresServer,
  random: () => number,
  signal: AbortSignal,
): Promise<void> {
  const numbers = Array.from({ length: DOCUMENTS }, (_, index) => index);
  const lane = async (): Promise<void> => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      while (!(await written(server, number, random() < 0.1 ? 300 * random() : 0)))
        if (signal.aborted) return;
      await wait((random() * 20_000) / DOCUMENTS);
    }
  };
  await Promise.all([lane(), lane(), lane()]);
}

async function written(server: PostgresServer, number: number, openMs: number): Promise<boolean> {
  try {
    const client = await server.client();
    try {
      await client.query('BEGIN');
      const receipt = `INSERT INTO goods_in VALUES ($1, 'ITEM-1', 'W1', 2.5, 1.25, now()) ON CONFLICT DO NOTHING`;
      const issue = `INSERT INTO stockbus_outbox (document, issue) VALUES ($1, jsonb_build_object('at', now(), 'sku', 'ITEM-1', 'place', 'W1', 'quantity', '0.5'))`;
      await client.query(number % 2 === 0 ? receipt : issue, [String(number)]);
      await wait(openMs);
      await client.query('COMMIT');
      return true;
    } finally {
      await client.end().catch(() => undefined);
    }
  } catch {
    // The server was killed: whether it took it is seen by the key.
    await wait(50);
    return false;
  }
}
