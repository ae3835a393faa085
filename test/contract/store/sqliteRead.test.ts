/** Books that are opened to be read: nothing is made, nothing is missed. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Books } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { sqlite } from '../../../core/stores/sqlite.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { openAt } from './withStore.ts';

describe('SQLite: books that are only read', () => {
  let folder: string;
  let books: string;
  const open: Books[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-read-test-'));
    books = join(folder, 'data');
  });

  afterEach(async () => {
    await Promise.all(open.splice(0).map((store) => store.close()));
    rmSync(folder, { recursive: true });
  });

  async function writer(source = '/one'): Promise<LedgerRig> {
    const store = await openAt(`file:${books}`);
    open.push(store);
    return new LedgerRig({ store, source });
  }

  async function reader(at = books, orEmpty = false): Promise<Books> {
    const store = await sqlite.openToRead(`file:${at}`, systemRuntime(), { orEmpty });
    open.push(store);
    return store;
  }

  const receive = (rig: LedgerRig, document: string): Promise<void> =>
    rig.book('receive', {
      document,
      at: day(1),
      lines: [{ sku: 'A', location: 'BER', quantity: '2', unitCost: '1' }],
    });

  const onHand = async (store: Books): Promise<bigint[]> =>
    (await store.stock({}, { limit: 9 })).rows.map((row) => row.onHand);

  const close = async (): Promise<void> => {
    for (const store of open.splice(0)) await store.close();
  };

  it('leave no file beside those that are there', async () => {
    await receive(await writer(), 'R1');
    await close();
    const before = readdirSync(books);
    assert.deepEqual(before, ['store.db']);
    const store = await reader();
    assert.deepEqual(await onHand(store), [2_000_000n]);
    assert.deepEqual(readdirSync(books), before);
  });

  it('are seen with every commit of a hub that writes them', async () => {
    const rig = await writer();
    await receive(rig, 'R1');
    const store = await reader();
    assert.deepEqual(await onHand(store), [2_000_000n]);
    await receive(rig, 'R2');
    assert.deepEqual(await onHand(store), [4_000_000n]);
  });

  it('are seen with the commits of a hub that began after they were opened', async () => {
    await receive(await writer(), 'R1');
    await close();
    const store = await reader();
    assert.deepEqual(await onHand(store), [2_000_000n]);
    const rig = await writer('/other');
    await receive(rig, 'R2');
    assert.deepEqual(await onHand(store), [4_000_000n]);
    await rig.store.close();
    assert.deepEqual(await onHand(store), [4_000_000n]);
  });

  it('are whole in a copy that has the log, with its index or without', async () => {
    await receive(await writer(), 'R1');
    for (const without of ['store.db-none', 'store.db-shm']) {
      const copy = join(folder, without);
      cpSync(books, copy, { recursive: true });
      rmSync(join(copy, without), { force: true });
      const names = readdirSync(copy);
      assert.ok(names.includes('store.db-wal'));
      assert.deepEqual(await onHand(await reader(copy)), [2_000_000n]);
      assert.deepEqual(readdirSync(copy), names);
    }
  });

  it('are not made: they are refused with the place, or empty for a rehearsal', async () => {
    await assert.rejects(reader(), {
      code: 'DATA_FOLDER_MISSING',
      message: `there is no ${books}`,
    });
    assert.deepEqual(await onHand(await reader(books, true)), []);
    assert.deepEqual(readdirSync(folder), []);
  });
});
