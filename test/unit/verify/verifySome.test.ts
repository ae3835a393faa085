/** What is found of some SKUs alone is what is found of them among all. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeClosing } from '../../../core/apply/makeClosing.ts';
import { type Code, isStockbusError } from '../../../core/errors.ts';
import type { Store } from '../../../core/ports.ts';
import { openSqlite } from '../../../core/stores/sqlite/openSqlite.ts';
import { type AuditSample, verifySome } from '../../../core/verify/verifySome.ts';
import { type VerifyReport, verifyStore } from '../../../core/verify.ts';
import { Books } from '../../property/Books.ts';
import { closedAt, drop, forgeries, setting, story } from './forgedBooks.ts';

const SKUS = ['A', 'B', 'C', 'D', 'E', 'F', 'MADE'];

describe('verify of some SKUs', () => {
  let folder: string;
  let store: Store;
  let books: Books;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-some-'));
    store = await openSqlite(folder);
    books = await Books.open(setting, store);
    for (const one of story) assert.deepEqual(await books.send(one), ['booked']);
    const runtime = { newId: () => 'closing', now: () => 0 };
    assert.ok(await makeClosing({ store, runtime, isStopping: () => false }, closedAt));
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const verify = (sample: AuditSample): Promise<VerifyReport> =>
    verifySome(store, books.policy, sample);

  function change(sql: string): void {
    const database = new DatabaseSync(join(folder, 'store.db'));
    database.exec(sql);
    database.close();
  }

  async function refuses(sample: AuditSample, code: Code, message: string): Promise<void> {
    await assert.rejects(
      verify(sample),
      (error) => isStockbusError(error, code) && error.fault.message === message,
    );
  }

  it('reads those alone, each once, and makes no digest of them', async () => {
    assert.deepEqual(await verify({ skus: ['MADE', 'B', 'B'] }), {
      ...{ skus: 2, entries: 4, differences: [], more: 0, pending: [] },
      ...{ knownAt: '', digest: '', only: ['B', 'MADE'] },
    });
  });

  it('says how many of them are through', async () => {
    const said: [done: number, total: number][] = [];
    const progress = (...one: (typeof said)[number]) => said.push(one);
    await verifySome(store, books.policy, { skus: ['A', 'B'] }, { progress });
    assert.deepEqual(said, [
      [1, 2],
      [2, 2],
    ]);
  });

  it('reads those of a document', async () => {
    assert.deepEqual((await verify({ document: 'P1' })).only, ['B', 'MADE']);
    assert.deepEqual((await verify({ document: 'I1' })).only, SKUS.slice(0, -1));
  });

  it('refuses what was never booked', async () => {
    await refuses({ skus: ['A', 'X', 'Y'] }, 'SKU_UNKNOWN', 'nothing was booked of X, Y');
    await refuses({ document: 'X' }, 'DOCUMENT_UNKNOWN', 'there is no document X');
  });

  it('finds of each what is found of it among all', async () => {
    change(drop + forgeries);
    const all = await verifyStore(store, books.policy);
    const sampled = ({ sku, check }: (typeof all.differences)[number]): boolean =>
      sku !== '(all)' && check !== 'inbox';
    const known = all.differences.filter(sampled);
    for (const sku of SKUS) {
      const { differences } = await verify({ skus: [sku] });
      assert.deepEqual(
        differences,
        known.filter((one) => one.sku === sku),
        sku,
      );
    }
    const { differences, entries } = await verify({ skus: SKUS });
    const inOrder = (list: typeof known): string[] => list.map((one) => JSON.stringify(one)).sort();
    assert.deepEqual(inOrder(differences), inOrder(known));
    assert.equal(entries, all.entries);
    assert.deepEqual(
      new Set(known.map(({ sku }) => sku)),
      new Set(['B', 'C', 'D', 'E', 'F', 'MADE']),
    );
  });

  it('compares a document with its own row of the inbox', async () => {
    change(drop + forgeries);
    const { differences } = await verify({ document: 'A' });
    assert.deepEqual(
      differences.map(({ sku, check }) => [sku, check]),
      [['A', 'inbox']],
    );
  });

  it('finds a SKU that no list has any more', async () => {
    change("PRAGMA foreign_keys = OFF; DELETE FROM skus WHERE sku = 'C'");
    const { differences } = await verify({ skus: ['C'] });
    assert.deepEqual(differences, [
      {
        ...{ sku: 'C', check: 'chain' },
        message: 'it has packs, and is not among the SKUs that are listed',
      },
    ]);
  });
});
