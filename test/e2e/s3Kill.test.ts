/**
 * The flows of docs/connectors/s3.md, while the hub is killed and its connections to the store are cut in the middle of what
 * they carry: moto keeps all in memory, so that to kill it would be to burn the bucket. Afterwards each document is
 * booked once, `verify` finds nothing, each event lies in the bucket once, and of each object that was partly wrong one file says so.
 * `npm run test:long` has STOCKBUS_DOCUMENTS of them.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { openBooks } from '../../core/hub/openBooks.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { queryRows } from '../../core/query.ts';
import { systemTime } from '../../core/runtime.ts';
import { verifyStore } from '../../core/verify.ts';
import { CutProxy } from '../CutProxy.ts';
import { until } from '../hubRun.ts';
import { anyKeys, Moto, type MotoBucket } from '../Moto.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { isLong, randomFrom, seed } from '../runs.ts';
import { spawnHub } from '../spawnHub.ts';
import { ConnectorPage } from './connectorPage.ts';
import { endLeases } from './endLeases.ts';

const DOCUMENTS = Number(process.env.STOCKBUS_DOCUMENTS ?? (isLong ? 5_000 : 200));
const PER_OBJECT = 4;
/** Every so many objects have a row that is no record. */
const PARTLY_WRONG = 10;
const KILLS = isLong ? 20 : 2;
const PATIENCE_MS = isLong ? 900_000 : 60_000;

describePairs(`objects of a bucket, ${DOCUMENTS} documents killed ${KILLS} times`, (pair) => {
  let moto: Moto;
  let bucket: MotoBucket;
  let proxy: CutProxy;
  let place: Workplace;
  let page: ConnectorPage;
  let hub: ChildProcess | undefined;
  const said: string[] = [];
  const random = randomFrom(seed % 1_000_000);

  before(async function () {
    this.timeout(90_000);
    moto = await Moto.start();
    bucket = await moto.bucket('acme-exchange');
    proxy = await CutProxy.start(moto.address);
    place = await pair.workplace();
    page = new ConnectorPage('s3', { 'every: 30s': 'every: 100ms' });
  });
  after(async function () {
    if (this.test?.parent?.tests.some((test) => test.isFailed()))
      process.stdout.write(`${said.slice(-40).join('\n')}\n`);
    hub?.kill('SIGKILL');
    await proxy.close();
    await moto.stop();
    await place.remove([commandQueue(0), sinkQueue('stock-to-lake')]);
    page.remove();
  });

  const env = (): Record<string, string> => ({
    ...place.env,
    ...{ S3_ENDPOINT: proxy.address, S3_ACCESS_KEY: anyKeys.accessKey },
    S3_SECRET_KEY: anyKeys.secretKey,
  });
  const start = async (): Promise<ChildProcess> => {
    await endLeases(page.folder, env());
    return spawnHub({ config: page.folder, roles: 'intake,apply,relay,deliver', env: env(), said });
  };

  it(`are booked once, and told of once (seed ${seed})`, async function () {
    this.timeout(PATIENCE_MS * 3);
    for (const [name, text] of objects()) await bucket.put(`erp/receipts/${name}`, text);
    let hits = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      hub = await start();
      const before = proxy.asked.length;
      await until('work in hand', () => proxy.asked.length > before + 20, PATIENCE_MS);
      for (let cut = 0; cut < 3; cut += 1) {
        await wait(random() * 150);
        proxy.cutAll();
      }
      await wait(random() * (isLong ? 1_000 : 200));
      hub.kill('SIGKILL');
      await once(hub, 'exit');
      if ((await incoming(bucket)).length > 0) hits += 1;
    }
    ok(hits > 0, 'no kill met an object that was not yet put away');
    hub = await start();
    for (let cut = 0; cut < 3; cut += 1) {
      await wait(random() * 500);
      proxy.cutAll();
    }
    await until('an empty prefix', async () => (await incoming(bucket)).length === 0, PATIENCE_MS);
    const booked = await until('all booked', () => bookedOf(page.folder, env()), PATIENCE_MS);
    deepEqual(
      [...booked.values()].filter((times) => times !== 1),
      [],
    );
    await until(
      'every event',
      async () => (await events(bucket)).size >= 2 * DOCUMENTS,
      PATIENCE_MS,
    );
    hub.kill('SIGTERM');
    await once(hub, 'exit');
    const told = await events(bucket);
    deepEqual(
      [...told].filter(([, times]) => times !== 1),
      [],
    );
    equal(told.size, 2 * DOCUMENTS);
    const { store, config, close } = await openBooks(page.folder, env());
    deepEqual((await verifyStore(store, config.stock)).differences, []);
    await close();
    const names = [...objects().keys()];
    const archived = (await bucket.keys('erp/receipts/archive/')).map((key) =>
      key.split('/').at(-1),
    );
    deepEqual(archived.sort(), names);
    const wrong = names.filter((_, index) => index % PARTLY_WRONG === 0);
    const rejected = (await bucket.keys('erp/receipts/rejected/')).map((key) =>
      key.split('/').at(-1),
    );
    deepEqual(
      rejected.sort(),
      wrong.map((name) => name.replace('.csv', '.rejected.csv')),
    );
    const hidden = (await bucket.keys()).filter((key) => key.endsWith('.part'));
    ok(hidden.length <= KILLS, `left behind: ${hidden}`);
  });
});

/** Each with some documents of two lines; in some a third row has no number. */
function objects(): Map<string, string> {
  const all = new Map<string, string>();
  for (let first = 0; first < DOCUMENTS; first += PER_OBJECT) {
    let text = 'Receipt,Line,Arrived,Item,Store,Pieces,Cost\n';
    for (let number = first; number < Math.min(first + PER_OBJECT, DOCUMENTS); number += 1) {
      text += `R-${number},1,2026-03-02,ITEM-${number % 17},MAIN,${1 + (number % 5)},1.5\n`;
      text += `R-${number},2,2026-03-02,ITEM-${(number % 13) + 20},MAIN,2,0.75\n`;
    }
    if ((first / PER_OBJECT) % PARTLY_WRONG === 0)
      text += `BAD-${first},1,2026-03-02,X,MAIN,many,1\n`;
    all.set(`receipts-${String(first).padStart(6, '0')}.csv`, text);
  }
  return all;
}

const incoming = async (bucket: MotoBucket): Promise<string[]> =>
  (await bucket.keys('erp/receipts/receipts-')).filter((key) => key.endsWith('.csv'));

/** How often each line of a document was booked, once all are there. */
async function bookedOf(
  folder: string,
  env: Record<string, string>,
): Promise<Map<string, number> | undefined> {
  const { store, config, close } = await openBooks(folder, env);
  const times = new Map<string, number>();
  for await (const rows of queryRows(store, config.stock, { name: 'ledger' }, systemTime)) {
    for (const { kind, document, sku } of rows as unknown as Record<string, string>[]) {
      const key = `${document} ${sku}`;
      if (kind === 'receive') times.set(key, (times.get(key) ?? 0) + 1);
    }
  }
  await close();
  return times.size >= 2 * DOCUMENTS ? times : undefined;
}

/** How often each change of stock lies in the objects that a reader sees. */
async function events(bucket: MotoBucket): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  for (const key of await bucket.keys('erp/stock/stock-')) {
    for (const line of (await bucket.text(key))!.split('\n')) {
      if (line === '') continue;
      const { sku, version } = JSON.parse(line);
      times.set(`${sku}#${version}`, (times.get(`${sku}#${version}`) ?? 0) + 1);
    }
  }
  return times;
}
