/**
 * The flows of docs/connectors/s3.md, while the hub is killed and its connections to the store are cut in the middle of what
 * they carry: moto keeps all in memory, so that to kill it would be to burn the bucket. Afterwards each document is
 * booked once, `verify` finds nothing, each event lies in the bucket once, and of each object that was partly wrong one file says so.
 * `npm run test:long` has STOCKBUS_DOCUMENTS of them.
 */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { CutProxy } from '../CutProxy.ts';
import { until } from '../hubRun.ts';
import { anyKeys, Moto, type MotoBucket } from '../Moto.ts';
import { describePairs } from '../pairs.ts';
import { isLong, randomFrom, seed } from '../runs.ts';
import { ConnectorPage } from './connectorPage.ts';
import { documents, KilledHub, patienceMs } from './KilledHub.ts';

const PER_OBJECT = 4;
/** Every so many objects have a row that is no record. */
const PARTLY_WRONG = 10;
const KILLS = isLong ? 20 : 2;
/** Objects that a sink writes side by side. */
const SENT_AT_ONCE = 8;

describePairs(`objects of a bucket, ${documents} documents killed ${KILLS} times`, (pair) => {
  let moto: Moto;
  let bucket: MotoBucket;
  let proxy: CutProxy;
  let page: ConnectorPage;
  let hub: KilledHub;
  const random = randomFrom(seed % 1_000_000);

  before(async function () {
    this.timeout(90_000);
    moto = await Moto.start();
    bucket = await moto.bucket('acme-exchange');
    proxy = await CutProxy.start(moto.address);
    page = new ConnectorPage('s3', { 'every: 30s': 'every: 100ms' });
    const { accessKey, secretKey } = anyKeys;
    const keys = { S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey };
    hub = await KilledHub.at(pair, {
      folder: page.folder,
      roles: 'intake,apply,relay,deliver',
      env: { S3_ENDPOINT: proxy.address, ...keys },
      sinks: ['stock-to-lake'],
      hasLeases: true,
    });
  });
  after(async function () {
    await hub.remove(this);
    await proxy.close();
    await moto.stop();
    page.remove();
  });

  it(`are booked once, and told of once (seed ${seed})`, async function () {
    this.timeout(patienceMs * 3);
    for (const [name, text] of objects()) await bucket.put(`erp/receipts/${name}`, text);
    let hits = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await hub.start();
      const before = proxy.asked.length;
      await until('work in hand', () => proxy.asked.length > before + 20, patienceMs);
      for (let cut = 0; cut < 3; cut += 1) {
        await wait(random() * 150);
        proxy.cutAll();
      }
      await wait(random() * (isLong ? 1_000 : 200));
      await hub.kill();
      if ((await incoming(bucket)).length > 0) hits += 1;
    }
    ok(hits > 0, 'no kill met an object that was not yet put away');
    await hub.start();
    for (let cut = 0; cut < 3; cut += 1) {
      await wait(random() * 500);
      proxy.cutAll();
    }
    await until('an empty prefix', async () => (await incoming(bucket)).length === 0, patienceMs);
    await hub.booked(2 * documents);
    await until(
      'every event',
      async () => (await events(bucket)).size >= 2 * documents,
      patienceMs,
    );
    await hub.endsWith(2 * documents);
    const told = await events(bucket);
    deepEqual(
      [...told].filter(([, times]) => times !== 1),
      [],
    );
    equal(told.size, 2 * documents);
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
    // Of each kill at most what was on its way at once.
    ok(hidden.length <= KILLS * SENT_AT_ONCE, `left behind: ${hidden}`);
  });
});

/** Each with some documents of two lines; in some a third row has no number. */
function objects(): Map<string, string> {
  const all = new Map<string, string>();
  for (let first = 0; first < documents; first += PER_OBJECT) {
    let text = 'Receipt,Line,Arrived,Item,Store,Pieces,Cost\n';
    for (let number = first; number < Math.min(first + PER_OBJECT, documents); number += 1) {
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
