/** What `verify` finds does not depend on how SKUs are shared out, nor on who audits them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeClosing } from '../../../core/apply/makeClosing.ts';
import { FaultList, StockbusError } from '../../../core/errors.ts';
import { AuditThread } from '../../../core/hub/AuditThread.ts';
import type { Store } from '../../../core/ports.ts';
import { openSqlite } from '../../../core/stores/sqlite/openSqlite.ts';
import type { AuditFindings, SkuAuditor } from '../../../core/verify/AuditTask.ts';
import { StoreAuditor } from '../../../core/verify/StoreAuditor.ts';
import { type VerifyOptions, type VerifyReport, verifyStore } from '../../../core/verify.ts';
import { Books } from '../../property/Books.ts';
import { closedAt, drop, forgeries, setting, story } from './forgedBooks.ts';

describe('verify by several at once', () => {
  let folder: string;
  let store: Store;
  let books: Books;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-shared-'));
    store = await openSqlite(folder);
    books = await Books.open(setting, store);
    for (const one of story) assert.deepEqual(await books.send(one), ['booked']);
    const runtime = { newId: () => 'closing', now: () => 0 };
    assert.ok(await makeClosing({ store, runtime, isStopping: () => false }, closedAt));
  });
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const verify = (options: VerifyOptions): Promise<VerifyReport> =>
    verifyStore(store, books.policy, options);

  async function byThreads(skusAtOnce: number): Promise<VerifyReport> {
    const helpers = [1, 2].map(() => new AuditThread(`file:${folder}`));
    try {
      return await verify({ skusAtOnce, helpers });
    } finally {
      await Promise.all(helpers.map((helper) => helper.close()));
    }
  }

  async function expectTheSame(): Promise<VerifyReport> {
    const alone = await verify({});
    for (const skusAtOnce of [1, 2]) {
      assert.deepEqual(await verify({ skusAtOnce }), alone);
      assert.deepEqual(await byThreads(skusAtOnce), alone);
    }
    return alone;
  }

  it('is content with right books', async () => {
    const { skus, entries, differences } = await expectTheSame();
    assert.deepEqual({ skus, entries, differences }, { skus: 7, entries: 14, differences: [] });
  });

  it('says how many SKUs are through, whoever audits them', async () => {
    const helpers = [new AuditThread(`file:${folder}`)];
    for (const options of [{}, { skusAtOnce: 1 }, { skusAtOnce: 2, helpers }]) {
      const said: [done: number, total: number][] = [];
      await verify({ ...options, progress: (...one) => said.push(one) });
      assert.deepEqual(said.at(-1), [7, 7]);
      const dones = said.map(([done]) => done);
      assert.deepEqual(dones, dones.toSorted());
      assert.ok(new Set(dones).size > 2, 'and not only at the end');
    }
    await Promise.all(helpers.map((helper) => helper.close()));
  });

  it('takes what is found in the order of the SKUs, whoever is the fastest', async () => {
    const audits: string[] = [];
    /** Of three tasks in hand the last is done first. */
    const waiting: (() => void)[] = [];
    const own = new StoreAuditor(store);
    const slow: SkuAuditor = {
      audit: (task) =>
        new Promise<AuditFindings>((resolve) => {
          audits.push(task.last);
          waiting.push(() => resolve(own.audit(task)));
          setImmediate(() => waiting.pop()?.());
        }),
    };
    const alone = await verify({});
    assert.deepEqual(await verify({ skusAtOnce: 1, helpers: [slow, slow] }), alone);
    assert.ok(audits.length > 1);
  });

  it('tells what a thread could not read', async () => {
    const helpers = [new AuditThread(`file:${join(folder, 'nowhere')}`)];
    const isTold = (error: unknown): boolean =>
      error instanceof FaultList && error.faults[0]?.code === 'DATA_FOLDER_MISSING';
    await assert.rejects(verify({ skusAtOnce: 1, helpers }), isTold);
    await helpers[0]!.close();
  });

  it('starts no thread for what one reads at once', async () => {
    const never: SkuAuditor = {
      audit: () => Promise.reject(new StockbusError('INTERNAL', 'it was asked')),
    };
    assert.deepEqual((await verify({ helpers: [never] })).differences, []);
  });

  it('finds the same differences in the same order', async () => {
    const database = new DatabaseSync(join(folder, 'store.db'));
    database.exec(drop + forgeries);
    database.close();
    const { differences } = await expectTheSame();
    const checks = new Set(differences.map(({ sku, check }) => `${sku} ${check}`));
    for (const found of ['B chain', 'D sequence', 'E chain', 'C closing', 'F closing', 'A inbox']) {
      assert.ok(checks.has(found), `${found} is not in ${[...checks].join()}`);
    }
  });
});
