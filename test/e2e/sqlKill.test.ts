/**
 * The flows of docs/connectors/sql.md, while hub and database are killed at random moments and transactions commit out of order:
 * afterwards each document is booked once. `npm run test:long` has STOCKBUS_DOCUMENTS of them.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { until } from '../hubRun.ts';
import { PostgresServer } from '../PostgresServer.ts';
import { describePairs } from '../pairs.ts';
import { isLong, randomFrom, seed } from '../runs.ts';
import { ConnectorPage } from './connectorPage.ts';
import { documents, KilledHub, patienceMs } from './KilledHub.ts';

/** Of each, one of the database and two of hubs. */
const KILLS = isLong ? 10 : 1;

describePairs(`rows of a database, ${documents} documents killed ${KILLS} times`, (pair) => {
  let server: PostgresServer;
  let page: ConnectorPage;
  let hub: KilledHub;
  const random = randomFrom(seed);

  before(async function () {
    this.timeout(90_000);
    server = await PostgresServer.start();
    page = new ConnectorPage('sql', {
      'every: 1m,': 'every: 200ms, page: 7, lag: 0s,',
      'every: 10s': 'every: 200ms, page: 7',
    });
    await server.query(page.block('partner'));
    const env = { PARTNER_DB: server.addressOf('stockbus', 'change me') };
    const roles = 'intake,apply,relay';
    hub = await KilledHub.at(pair, { folder: page.folder, roles, env, hasLeases: true });
  });
  after(async function () {
    await hub.remove(this);
    await server.stop();
    page.remove();
  });

  it(`are booked once (seed ${seed})`, async function () {
    this.timeout(isLong ? 1_200_000 : 120_000);
    const ending = new AbortController();
    const partner = write(server, random, ending.signal);
    const killing = (async () => {
      for (let kill = 0; kill < KILLS; kill += 1) await hub.killBeside(server, random);
    })();
    await Promise.all([partner, killing]).catch((error: unknown) => {
      ending.abort();
      throw error;
    });
    await hub.start();
    const left = async (): Promise<number> =>
      (await server.query('SELECT 1 FROM stockbus_outbox')).length;
    await until('an empty outbox', async () => (await left()) === 0, patienceMs);
    await hub.booked(documents);
    await hub.endsWith(documents);
  });
});

/** Each document in a transaction of its own, of which some stay open while later ones commit; again where the server was killed. */
async function write(
  server: PostgresServer,
  random: () => number,
  signal: AbortSignal,
): Promise<void> {
  const numbers = Array.from({ length: documents }, (_, index) => index);
  const lane = async (): Promise<void> => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      while (!(await written(server, number, random() < 0.1 ? 300 * random() : 0)))
        if (signal.aborted) return;
      await wait((random() * 20_000) / documents);
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
