/** What a MongoDB server refuses is no fault of a document: it is waited out, and told, and nothing is parked. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { openEmbedded } from '../../core/brokers/embedded.ts';
import { loadFolder } from '../../core/hub/openHub.ts';
import { createHub, type Hub } from '../../core/hub.ts';
import type { Broker, Payload, Store } from '../../core/ports.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { type RefusingServer, refusingServer } from '../contract/store/refusingServer.ts';
import { openAt } from '../contract/store/withStore.ts';
import { until } from '../hubRun.ts';
import { describeWith } from '../notRun.ts';

const FIXTURE = 'test/fixtures/movements';

const payload = (number: number): Payload => ({
  origin: { intakeId: systemRuntime().newId(), flow: 'movements', name: `m${number}.csv` },
  body: (async function* () {
    yield Buffer.from('Document,Line,At,Item,Place,Quantity,Kind,Cost\n');
    yield Buffer.from(`R${number},1,2026-01-01T00:00:00Z,A,BER,1,receipt,1\n`);
  })(),
});

describeWith(
  process.env.STOCKBUS_TEST_STORE,
  'STOCKBUS_TEST_STORE',
  'a store that refuses what it should take',
  (serverAddress) => {
    let folder: string;
    let server: RefusingServer;
    let direct: string;
    let broker: Broker;
    let store: Store;
    /** Looks past what is refused. */
    let sound: Store;
    let hub: Hub;
    let number = 0;

    before(async function () {
      this.timeout(60_000);
      folder = await mkdtemp(join(tmpdir(), 'stockbus-refuses-'));
      const runtime = systemRuntime();
      const url = new URL(serverAddress);
      url.pathname = `/stockbus_test_${crypto.randomUUID().slice(0, 8)}`;
      direct = url.href;
      server = await refusingServer(direct);
      const env = { STOCKBUS_DATA: folder };
      const { config, flows, checkCommand } = await loadFolder(FIXTURE, env, runtime);
      broker = openEmbedded(folder, runtime);
      store = await openAt(server.address);
      sound = await openAt(direct);
      const inbound = flows.filter(({ direction }) => direction === 'inbound');
      const parts = { config, flows: inbound, checkCommand, broker, store, runtime };
      hub = createHub({ ...parts, roles: ['apply'] });
      await hub.start();
    });

    afterEach(() => server.accept());

    after(async () => {
      await hub.stop();
      await broker.close();
      await store.close();
      await sound.close();
      server.close();
      const client = await MongoClient.connect(direct);
      await client.db().dropDatabase();
      await client.close();
      await rm(folder, { recursive: true });
    });

    async function send(): Promise<string> {
      number += 1;
      const next = payload(number);
      await hub.accept('movements', next);
      return next.origin.intakeId;
    }

    const done = (intakeId: string) =>
      until('the payload', async () => {
        const report = await sound.intake(intakeId);
        return report?.done ? report : undefined;
      });

    const waited: [name: string, code: number][] = [
      ['a time limit', 50],
      ['a write concern that is not met', 64],
      ['an operation that was killed', 11_601],
      ['a disk that is full', 14_031],
      ['a user without rights', 13],
      ['Atlas, for any reason', 8_000],
      ['a primary that steps down', 10_107],
      ['a code that no list has', 987_654],
    ];
    for (const [name, code] of waited) {
      // Wherever it comes from, it is looked up in the same list.
      for (const command of code === 50 ? ['insert', 'commitTransaction', 'find'] : ['insert']) {
        it(`${name} (${code}) at ${command}, three times on end: booked once, nothing parked`, async function () {
          this.timeout(60_000);
          server.refuse(command, code, 3);
          const report = await done(await send());
          assert.deepEqual([report.booked, report.parked], [1, 0]);
        });
      }
    }

    it('is told by health for as long as it lasts, with name and number of the server', async function () {
      this.timeout(60_000);
      server.refuse('insert', 14_031, Number.POSITIVE_INFINITY);
      const intakeId = await send();
      const told = await until('the hub to tell it', async () => {
        const { ready, checks } = await hub.health();
        return ready ? undefined : checks.apply;
      });
      assert.match(told, /FailPoint \(14031\): refused by a test/);
      server.accept();
      assert.deepEqual((await done(intakeId)).booked, 1);
    });

    // Together, alone, and as what is parked: more often than that it is not the document.
    for (const [times, booked] of [
      [1, 1],
      [2, 0],
      [6, 0],
    ] as const) {
      it(`has, of what it can never take ${times} times on end, ${booked} booked and all else parked, and goes on`, async function () {
        this.timeout(60_000);
        server.refuse('insert', 121, times);
        const report = await done(await send());
        assert.deepEqual([report.booked, report.parked], [booked, 1 - booked]);
        assert.equal(server.refused(), times);
        server.accept();
        assert.equal((await done(await send())).booked, 1);
      });
    }
  },
);
