/**
 * The shop of examples/shop, whose webhooks get lost, while the hub is killed and its connections to the shop are cut:
 * afterwards each order holds its stock once, and the shop knows what lies on the shelf. `npm run test:long` has 5,000 orders.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { openBooks } from '../../core/hub/openBooks.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { verifyStore } from '../../core/verify.ts';
import { freePort } from '../../scripts/servers.ts';
import { until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { isLong, randomFrom, seed } from '../runs.ts';
import { spawnHub } from '../spawnHub.ts';
import { TcpProxy } from '../TcpProxy.ts';
import { endLeases } from './endLeases.ts';

const ORDERS = Number(process.env.STOCKBUS_DOCUMENTS || (isLong ? 5_000 : 200));
const KILLS = isLong ? 12 : 2;
const PATIENCE_MS = isLong ? 600_000 : 60_000;
const ROLES = 'intake,apply,relay,deliver,api';
/** Each has enough for all orders. */
const SHELF = ['TEA-100', 'POT-1L', 'CUP-S'].map(
  (sku, index) => `R-${index},2026-01-02,${sku},${2 * ORDERS},1.50\n`,
);

describePairs(`a shop of ${ORDERS} orders, its hub killed ${KILLS} times`, (pair) => {
  let place: Workplace;
  let folder: string;
  let proxy: TcpProxy;
  let shop: ChildProcess;
  let hub: ChildProcess | undefined;
  let ports: { hub: number; shop: number };
  const said: string[] = [];
  const random = randomFrom(seed);

  before(async () => {
    place = await pair.workplace();
    folder = mkdtempSync(join(tmpdir(), 'stockbus-shop-'));
    cpSync('examples/shop', folder, { recursive: true });
    const nightly = join(folder, 'flows/shop-nightly.yaml');
    const text = readFileSync(nightly, 'utf8');
    ok(text.includes('every: 30s'));
    writeFileSync(nightly, text.replace('every: 30s', 'every: 300ms, overlap: 2s'));
    ports = { hub: await freePort(), shop: await freePort() };
    proxy = await TcpProxy.start(ports.shop);
  });
  after(async function () {
    if (this.test?.parent?.tests.some((test) => test.isFailed()))
      process.stdout.write(`${said.slice(-30).join('\n')}\n`);
    hub?.kill('SIGKILL');
    shop?.kill('SIGKILL');
    await proxy.stop();
    await place.remove([commandQueue(0), sinkQueue('availability')]);
    rmSync(folder, { recursive: true, force: true });
  });

  const env = (): Record<string, string> => ({
    ...place.env,
    STOCKBUS_PORT: String(ports.hub),
    SHOP_URL: `http://127.0.0.1:${proxy.port}`,
  });
  const start = async (): Promise<ChildProcess> => {
    hub = await spawnHub({ config: folder, roles: ROLES, env: env(), said });
    return hub;
  };

  it(`holds the stock of each order once (seed ${seed})`, async function () {
    this.timeout(PATIENCE_MS * 3);
    await start();
    const body = `Document,At,Sku,Pieces,Cost\n${SHELF.join('')}`;
    const headers = { 'content-type': 'text/csv' };
    const url = `http://127.0.0.1:${ports.hub}`;
    equal((await fetch(`${url}/v1/flows/stock`, { method: 'POST', body, headers })).status, 202);
    const levels = async (): Promise<unknown[]> => {
      const answer = await fetch(`http://127.0.0.1:${ports.shop}/levels`);
      return Object.values((await answer.json()) as Record<string, { available: string }>);
    };
    shop = spawn('node', ['shop.mjs', String(ORDERS)], {
      cwd: folder,
      env: { ...process.env, HUB: url, PORT: String(ports.shop) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = '';
    shop.stdout!.on('data', (chunk: Buffer) => {
      told += chunk.toString();
    });
    for (let kill = 0; kill < KILLS; kill += 1) {
      await wait(200 + random() * (isLong ? 8_000 : 400));
      proxy.cutAll();
      hub!.kill('SIGKILL');
      await once(hub!, 'exit');
      await endLeases(folder, env());
      await start();
      for (let cut = 0; cut < 3; cut += 1) {
        await wait(random() * 150);
        proxy.cutAll();
      }
    }
    const lost = Math.floor(ORDERS / 3);
    const taken = `${ORDERS - lost} webhooks were taken, ${lost} got lost`;
    await until('the webhooks', () => told.includes(taken), PATIENCE_MS);
    await until('the shop to know its levels', async () => (await levels()).length === 3);
    const isSettled = async () =>
      (await held(`${url}/v1/reservations?limit=1000`)).length >= ORDERS;
    await until('every order', isSettled, PATIENCE_MS);
    hub!.kill('SIGTERM');
    deepEqual(await once(hub!, 'exit'), [0, null]);

    const { store, config, close } = await openBooks(folder, place.env);
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await store.reservations({}, { limit: 1_000, ...(after ? { after } : {}) });
      names.push(...page.rows.map(({ id }) => id));
      after = page.next;
    } while (after);
    const { differences } = await verifyStore(store, config.stock);
    await close();
    deepEqual(
      names.toSorted(),
      Array.from({ length: ORDERS }, (_, index) => `shop/${5_000 + index}`).toSorted(),
    );
    deepEqual(differences, []);
  });
});

/** Ids of all pages. */
async function held(url: string): Promise<string[]> {
  const ids: string[] = [];
  let after = '';
  for (;;) {
    const answer = await fetch(after ? `${url}&after=${encodeURIComponent(after)}` : url);
    const page = (await answer.json()) as { rows: { id: string }[]; next?: string };
    ids.push(...page.rows.map(({ id }) => id));
    if (!page.next) return ids;
    after = page.next;
  }
}
