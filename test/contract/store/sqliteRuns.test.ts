import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import type { LedgerEntry } from '../../../core/ledger.ts';
import { compareUtf8 } from '../../../core/order.ts';
import type { Store } from '../../../core/ports.ts';
import { RUN_ENTRIES, RunWriter } from '../../../core/stores/sqlite/RunWriter.ts';
import { allRows, commitOf, entryOf, headOf, inUtf8 } from './fixtures.ts';
import { openAt } from './withStore.ts';

const SKUS = ['A', 'B', 'C'];
const day = (number: number): string => new Date(Date.UTC(2025, 0, number)).toISOString();

describe('sqlite runs', () => {
  const root = mkdtempSync(join(tmpdir(), 'stockbus-runs-'));
  after(() => rmSync(root, { recursive: true, force: true }));
  let stores = 0;

  async function fresh(): Promise<{ store: Store; file: string }> {
    stores += 1;
    const folder = join(root, String(stores));
    return { store: await openAt(`file:${folder}`), file: join(folder, 'store.db') };
  }

  /** Entries `first` to `last` of each SKU; every tenth happened long before the others. */
  async function commit(store: Store, first: number, last: number): Promise<LedgerEntry[]> {
    const seqs = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const entries = seqs.flatMap((seq) =>
      SKUS.map((sku) =>
        entryOf(sku, seq, {
          document: `D${seq % 7}`,
          at: day(seq % 10 === 0 ? 1 : seq),
          recordedAt: day(seq),
        }),
      ),
    );
    const version = { expectedVersion: first === 1 ? 0 : first - 1 };
    const heads = SKUS.map((sku) => ({ head: headOf(sku, last), ...version }));
    await store.commit(commitOf({ heads, entries }));
    return entries;
  }

  const inOrder = (entries: readonly LedgerEntry[]): LedgerEntry[] =>
    entries.toSorted((a, b) => inUtf8(a.sku, b.sku) || a.seq - b.seq);

  /** Whatever is asked, the answer is that of the entries themselves. */
  async function expectAll(store: Store, entries: readonly LedgerEntry[]): Promise<void> {
    const all = inOrder(entries);
    deepEqual(await allRows((page) => store.ledger({}, page), 7), all);
    const ofB = all.filter(({ sku }) => sku === 'B');
    deepEqual(await allRows((page) => store.ledger({ sku: 'B' }, page), 7), ofB);
    deepEqual(await store.entriesAfter('B', 9, 1_000), ofB.slice(9));
    const ofDocument = all.filter(({ document }) => document === 'D3');
    deepEqual(await allRows((page) => store.ledger({ document: 'D3' }, page), 7), ofDocument);
    const [asOf, knownAt, since] = [day(25), day(33), day(4)];
    const counted = all.filter((entry) => entry.at <= asOf && entry.recordedAt <= knownAt);
    deepEqual(
      await allRows((page) => store.ledger({ asOf, knownAt, since }, page), 7),
      counted.filter(({ at }) => at >= since),
    );
    const { rows } = await store.valuation({ asOf, knownAt }, { limit: 2 });
    const countedOf = (sku: string) => BigInt(counted.filter((entry) => entry.sku === sku).length);
    const sums = SKUS.slice(0, 2).map((sku) => [sku, countedOf(sku) * 250n]);
    deepEqual(
      rows.map(({ sku, value }) => [sku, value]),
      sums,
    );
    const stock = await store.stock({ sku: 'C', asOf, knownAt }, { limit: 2 });
    equal(stock.rows[0]?.onHand, countedOf('C') * 1_000_000n);
  }

  it('tell nothing but what the entries tell, whichever are in a run', async () => {
    const { store, file } = await fresh();
    const database = new DatabaseSync(file);
    const runs = new RunWriter(database, 20);
    const written: LedgerEntry[] = [];
    for (let seq = 1, last = 0; seq <= 40; seq += 4) {
      written.push(...(await commit(store, seq, seq + 3)));
      runs.write(last, written.length);
      if (written.length - last >= 20) last = written.length;
      if (seq % 3 === 0) await expectAll(store, written);
    }
    await expectAll(store, written);
    equal(database.prepare('SELECT count(*) AS runs FROM runs').get()?.runs, 5);
    database.close();
    await store.close();
  });

  it('may be as many as entries', async () => {
    const { store, file } = await fresh();
    const written = await commit(store, 1, 180);
    const database = new DatabaseSync(file);
    database.exec(`INSERT INTO moves
      SELECT e.id, e.sku, e.seq, e.id, unixepoch(d.at) * 1000,
        unixepoch(coalesce(e.recorded_at, d.recorded_at)) * 1000, e.route, e.quantity, e.value,
        e.lot, e.owner
      FROM entries e JOIN documents d ON d.id = e.document;
      INSERT INTO runs SELECT run, at, recorded_at FROM moves;`);
    equal(database.prepare('SELECT count(*) AS runs FROM runs').get()?.runs, 540);
    database.close();
    await expectAll(store, written);
    await store.close();
  });

  it('are made of entries as they come', async () => {
    const { store, file } = await fresh();
    const each = Math.ceil(RUN_ENTRIES / SKUS.length) + 1;
    await commit(store, 1, each);
    await commit(store, each + 1, each + 50);
    const database = new DatabaseSync(file);
    deepEqual({ ...database.prepare('SELECT run FROM runs').get() }, { run: each * SKUS.length });
    const plain = database.prepare(`SELECT sku, count(*) AS rows, sum(value) AS value FROM ledger
      GROUP BY sku ORDER BY sku`);
    deepEqual(
      plain.all().map((row) => Object.values(row)),
      SKUS.map((sku) => [sku, each + 50, 250 * (each + 50)]),
    );
    database.close();
    const ofB = await allRows((page) => store.ledger({ sku: 'B' }, page));
    deepEqual(
      ofB.map(({ seq }) => seq),
      Array.from({ length: each + 50 }, (_, index) => index + 1),
    );
    await store.close();
  });

  it('give out entries of SKUs that have no head', async () => {
    const { store } = await fresh();
    const entries = ['0', 'B', 'Z'].flatMap((sku) => [entryOf(sku, 1), entryOf(sku, 2)]);
    const heads = ['A', 'C'].map((sku) => ({ head: headOf(sku, 1), expectedVersion: 0 }));
    await store.commit(commitOf({ heads, entries }));
    for (const limit of [1, 2, 3, 10]) {
      deepEqual(await allRows((page) => store.ledger({}, page), limit), entries);
    }
    await store.close();
  });

  it('sort text as SQLite does', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, (one, other) => {
        equal(Math.sign(compareUtf8(one, other)), Math.sign(inUtf8(one, other)));
      }),
    );
    ok(compareUtf8('\uffff', '\u{10000}') < 0);
    equal(compareUtf8('a', 'a'), 0);
  });
});
