/** What passes is 503 with a time to come again: a full disk, a hub that starts. Readiness says so while it lasts. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openEmbedded } from '../../core/brokers/embedded.ts';
import { type Code, codes, StockbusError } from '../../core/errors.ts';
import { loadFolder } from '../../core/hub/openHub.ts';
import { createHub, type Hub } from '../../core/hub.ts';
import type { Broker, Payload, Store } from '../../core/ports.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { SpoolFolder } from '../../core/spool/SpoolFolder.ts';
import { openAt } from '../contract/store/withStore.ts';
import { until } from '../hubRun.ts';
import { openApi } from '../unit/api/apiRig.ts';

const FIXTURE = 'test/fixtures/movements';

const payload = (number: number): Payload => ({
  origin: { intakeId: systemRuntime().newId(), flow: 'movements', name: `m${number}.csv` },
  body: (async function* () {
    yield Buffer.from('Document,Line,At,Item,Place,Quantity,Kind,Cost\n');
    yield Buffer.from(`R${number},1,2026-01-01T00:00:00Z,A,BER,1,receipt,1\n`);
  })(),
});

describe('what passes', () => {
  let folder: string;
  let broker: Broker;
  let store: Store;
  let hub: Hub;
  /** What the store says to a commit, where it does not take it. */
  let refusal: StockbusError | undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbus-passing-'));
    const runtime = systemRuntime();
    const { config, flows, checkCommand } = await loadFolder(
      FIXTURE,
      { STOCKBUS_DATA: folder },
      runtime,
    );
    broker = openEmbedded(folder, runtime);
    store = await openAt(`file:${folder}`);
    refusal = undefined;
    const commit = store.commit.bind(store);
    store.commit = (given) => (refusal ? Promise.reject(refusal) : commit(given));
    const inbound = flows.filter(({ direction }) => direction === 'inbound');
    const parts = { config, flows: inbound, checkCommand, broker, store, runtime };
    hub = createHub({ ...parts, roles: ['apply'] });
  });

  afterEach(async () => {
    refusal = undefined;
    await hub.stop();
    await broker.close();
    await store.close();
    await rm(folder, { recursive: true });
  });

  const applied = async ({ origin }: Payload): Promise<void> => {
    await until('the payload', async () => (await store.intake(origin.intakeId))?.done);
  };

  it('is never a defect: no code that may succeed later is answered with 500', () => {
    for (const [code, { retryable, status }] of Object.entries(codes)) {
      // The draft of Idempotency-Key has 409 for one whose first request still runs.
      const allowed = code === 'IDEMPOTENCY_RUNNING' ? [409] : [408, 425, 429, 503];
      if (retryable) assert.ok(allowed.includes(status), `${code} is ${status}`);
    }
  });

  it('is told over HTTP with a time to come again', async () => {
    const rig = await openApi();
    const passing: Code[] = ['BROKER_DISK', 'STORE_DISK', 'SPOOL_FAILED', 'HUB_STARTING'];
    for (const code of passing) {
      rig.hub.accept = () => Promise.reject(new StockbusError(code, 'not now'));
      const url = `${rig.url}/v1/flows/receipts`;
      const response = await fetch(url, { method: 'POST', body: 'a' });
      assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '1'], code);
      const { code: told, todo } = (await response.json()) as { code: string; todo: string };
      assert.equal(told, code);
      assert.doesNotMatch(todo, /[Rr]estart/);
    }
    await rig.close();
  });

  it('is what a request meets that comes before the hub has its queues', async () => {
    await assert.rejects(hub.accept('movements', payload(1)), { code: 'HUB_STARTING' });
    await assert.rejects(hub.accept('nowhere', payload(1)), { code: 'FLOW_UNKNOWN' });
    await hub.start();
    const first = payload(1);
    await hub.accept('movements', first);
    await applied(first);
  });

  it('keeps the hub unready while the broker cannot write, and no longer', async () => {
    await hub.start();
    assert.deepEqual((await hub.health()).ready, true);
    const database = new DatabaseSync(join(folder, 'broker.db'), { timeout: 5_000 });
    database.exec(
      "CREATE TRIGGER full BEFORE INSERT ON bodies BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    );
    for (const number of [1, 2]) {
      await assert.rejects(hub.accept('movements', payload(number)), { code: 'BROKER_DISK' });
      const { ready, checks } = await hub.health();
      assert.equal(ready, false);
      assert.match(checks.broker!, /broker\.db could not be written: disk is full/);
    }
    database.exec('DROP TRIGGER full');
    database.close();
    assert.deepEqual((await hub.health()).checks, {
      ...{ hub: 'ok', broker: 'ok', store: 'ok', spool: 'ok', apply: 'ok' },
    });
    const later = payload(1);
    await hub.accept('movements', later);
    await applied(later);
  });

  it('keeps the hub unready while the store takes no commit, and books all of it then', async () => {
    await hub.start();
    refusal = new StockbusError('STORE_DISK', 'the disk is full under store.db');
    const waiting = payload(1);
    await hub.accept('movements', waiting);
    await until('the hub to be unready', async () => !(await hub.health()).ready);
    assert.equal((await hub.health()).checks.apply, 'the disk is full under store.db');
    refusal = undefined;
    await applied(waiting);
    assert.equal((await hub.health()).ready, true);
  });

  it('is a spool that cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const spool = new SpoolFolder(join(folder, 'file'), systemRuntime());
    await assert.rejects(spool.probe(), { code: 'SPOOL_FAILED' });
    await new SpoolFolder(join(folder, 'spool'), systemRuntime()).probe();
  });
});
