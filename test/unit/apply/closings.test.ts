/** Months are closed in the background; reports then read what was not closed, and verify all of it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ClosingMaker } from '../../../core/apply/ClosingMaker.ts';
import type { ClosingPart, MovesRow } from '../../../core/closing.ts';
import type { Store } from '../../../core/ports.ts';
import { noMetrics, type Runtime, systemRuntime } from '../../../core/runtime.ts';
import { openSqlite } from '../../../core/stores/sqlite/openSqlite.ts';
import { verifyStore } from '../../../core/verify.ts';
import { Books } from '../../property/Books.ts';
import type { Doc, Setting } from '../../property/documents.ts';

const setting: Setting = {
  items: [
    { sku: 'AVG', valuation: 'average' },
    { sku: 'FIFO', valuation: 'fifo' },
  ],
  pools: {},
  negative: 'allow',
  minorDigits: 2,
  closedPeriod: 'refuse',
};

const receipt = (document: string, at: string, recordedAt: string, sku = 'FIFO'): Doc => ({
  type: 'stock.receive.v1',
  recordedAt,
  data: { document, at, lines: [{ sku, location: 'BER', quantity: '2', unitCost: '3' }] },
});

const JULY = [
  receipt('R1', '2026-06-10T08:00:00.000Z', '2026-06-10T09:00:00.000Z'),
  receipt('R2', '2026-06-11T08:00:00.000Z', '2026-06-11T09:00:00.000Z', 'AVG'),
  receipt('R3', '2026-07-10T08:00:00.000Z', '2026-07-10T09:00:00.000Z'),
];
/** Closes July: what it holds is final then. */
const AUGUST = receipt('R5', '2026-08-01T08:00:00.000Z', '2026-08-01T09:00:00.000Z');
const LATE = receipt('R4', '2026-06-20T08:00:00.000Z', '2026-07-20T09:00:00.000Z');
const all = { limit: 100 };

describe('closings', () => {
  let folder: string;
  let store: Store;
  let books: Books;
  let logged: string[];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-closings-'));
    store = await openSqlite(folder);
    books = await Books.open(setting, store);
    logged = [];
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  let ids = 0;
  const makerAt = (now: string, over: Store = store): ClosingMaker => {
    const runtime: Runtime = {
      ...systemRuntime((_, event) => logged.push(event), noMetrics),
      now: () => Date.parse(now),
      newId: () => {
        ids += 1;
        return `closing${ids}`;
      },
    };
    return new ClosingMaker({ store: over, runtime });
  };
  const months = async () => (await store.closings()).map(({ month }) => month);
  const worth = async (asOf: string, knownAt?: string) =>
    (await store.valuation({ asOf, ...(knownAt ? { knownAt } : {}) }, all)).rows.map(
      ({ sku, value }) => `${sku} ${value}`,
    );

  it('are made once something was recorded after the month, and once only', async () => {
    await books.send(...JULY.slice(0, 2));
    const maker = makerAt('2026-07-10T12:00:00.000Z');
    await maker.work();
    assert.deepEqual(await months(), []);
    await books.send(JULY[2]!);
    await maker.work();
    await maker.work();
    await makerAt('2026-07-31T23:59:59.998Z').work();
    assert.deepEqual(await months(), ['2026-06']);
    await makerAt('2026-08-01T12:00:00.000Z').work();
    assert.deepEqual(await months(), ['2026-06']);
    assert.deepEqual(logged, ['closing.made']);
  });

  it('are none of books without anything', async () => {
    const empty = await openSqlite(join(folder, 'other'));
    await makerAt('2026-08-01T12:00:00.000Z', empty).work();
    assert.deepEqual(await empty.closings(), []);
    await empty.close();
  });

  it('stay as they are when something comes late, and reports tell it', async () => {
    await books.send(...JULY.slice(0, 2));
    await books.send(JULY[2]!);
    await makerAt('2026-07-10T12:00:00.000Z').work();
    const kept = await rowsOfClosings();
    await books.send(LATE);
    assert.deepEqual(await worth('2026-06-30T23:59:59.999Z'), ['AVG 600', 'FIFO 1200']);
    assert.deepEqual(await worth('2026-06-30T23:59:59.999Z', '2026-07-19T00:00:00.000Z'), [
      'AVG 600',
      'FIFO 600',
    ]);
    await books.send(AUGUST);
    await makerAt('2026-08-01T12:00:00.000Z').work();
    assert.deepEqual(await months(), ['2026-06', '2026-07']);
    assert.deepEqual((await rowsOfClosings()).slice(0, kept.length), kept);
    assert.deepEqual(await worth('2026-06-30T23:59:59.999Z'), ['AVG 600', 'FIFO 1200']);
    assert.deepEqual(await worth('2026-07-31T23:59:59.999Z'), ['AVG 600', 'FIFO 1800']);
    assert.deepEqual(await worth('2026-06-30T23:59:59.999Z', '2026-07-19T00:00:00.000Z'), [
      'AVG 600',
      'FIFO 600',
    ]);
  });

  async function rowsOfClosings(): Promise<unknown[]> {
    const parts = await Promise.all(
      (['pools', 'balances', 'moves'] as const).map(async (kind) => {
        const closings = (await store.closings()).slice(0, 1).map(({ id }) => id);
        return store.closingParts({ kind, closings, month: { from: '', through: '9999-12' } });
      }),
    );
    return parts.flat();
  }

  it('of two processes at the same moment one counts', async () => {
    await books.send(...JULY);
    await books.send(AUGUST);
    const other = await openSqlite(folder);
    const now = '2026-08-01T12:00:00.000Z';
    await Promise.all([makerAt(now).work(), makerAt(now, other).work()]);
    await other.close();
    assert.deepEqual(await months(), ['2026-07']);
    assert.deepEqual(logged, ['closing.made']);
    assert.deepEqual((await verifyStore(store, books.policy)).differences, []);
  });

  it('of a SKU that moved very often have parts of a bounded size', async () => {
    const [, , july] = JULY;
    const line = { sku: 'FIFO', location: 'BER', quantity: '1', unitCost: '3' };
    const data = { document: 'R1', at: '2026-06-10T08:00:00.000Z', lines: Array(9_000).fill(line) };
    await books.send({ type: 'stock.receive.v1', recordedAt: '2026-06-10T09:00:00.000Z', data });
    await books.send(july!);
    await makerAt('2026-07-10T12:00:00.000Z').work();
    const parts = (await rowsOfClosings()) as ClosingPart[];
    const largest = Math.max(...parts.map(({ body }) => body.length));
    assert.ok(largest < 512 * 1024, `${largest} characters`);
    const moves = parts
      .filter(({ kind }) => kind === 'moves')
      .flatMap(({ body }) => (JSON.parse(body) as MovesRow[]).flatMap(([, rows]) => rows));
    assert.equal(moves.length, 9_000);
    assert.deepEqual(await worth('2026-06-09T23:59:59.999Z'), []);
    assert.deepEqual(await worth('2026-06-10T23:59:59.999Z'), ['FIFO 2700000']);
    assert.deepEqual((await verifyStore(store, books.policy)).differences, []);
  });

  it('that did not come to their end count for nothing, and are made anew', async () => {
    await books.send(...JULY);
    await books.send(AUGUST);
    const dying = new Proxy(store as Store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name === 'completeClosing') return () => Promise.reject(new Error('killed'));
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    await makerAt('2026-08-01T12:00:00.000Z', dying).work();
    assert.deepEqual(logged, ['closing.waits']);
    assert.deepEqual(await months(), []);
    assert.deepEqual(await worth('2026-07-31T23:59:59.999Z'), ['AVG 600', 'FIFO 1200']);
    await makerAt('2026-08-01T12:01:00.000Z').work();
    assert.deepEqual(await worth('2026-07-31T23:59:59.999Z'), ['AVG 600', 'FIFO 1200']);
    assert.deepEqual((await verifyStore(store, books.policy)).differences, []);
  });

  it('are left when the hub stops', async () => {
    await books.send(...JULY);
    await books.send(AUGUST);
    const maker = makerAt('2026-08-01T12:00:00.000Z');
    const working = maker.work();
    await maker.stop();
    await working;
    assert.deepEqual(await months(), []);
    await maker.work();
    assert.deepEqual(await months(), []);
  });

  describe('that are forged', () => {
    const forgeries: Record<string, [sql: string, named: RegExp]> = {
      'a value': [
        `UPDATE closing_parts SET body = replace(body, '600]', '500]') WHERE kind = 'pools' AND month = '2026-06'`,
        /^FIFO .* closing of 2026-06 as known at 2026-07-31T23:59:59.999Z has the pools .*500.*the ledger gives .*600/,
      ],
      'a balance': [
        `UPDATE closing_parts SET body = replace(body, '4000000', '4000001') WHERE kind = 'balances' AND month = '2026-07'`,
        /^FIFO .*closing of 2026-07 .*balances/,
      ],
      'a move': [
        `UPDATE closing_parts SET body = replace(body, '"main",2000000,600', '"main",2000000,601') WHERE kind = 'moves' AND month = '2026-07'`,
        /^FIFO .*closing of 2026-07 .*moves/,
      ],
      'a part that is gone': [
        `DELETE FROM closing_parts WHERE kind = 'moves' AND month = '2026-06'`,
        /^AVG .*closing of 2026-06 .* has the moves \(none\), the ledger gives \["AVG"/,
      ],
      'a SKU that never was': [
        `UPDATE closing_parts SET last_sku = 'ZZ', body = replace(body, ']]]]', ']]],["ZZ",1,[["main",1,1]]]]') WHERE kind = 'pools' AND month = '2026-07'`,
        /^ZZ .* closing of 2026-07 .* the ledger gives \(none\)/,
      ],
      'a part that nobody made': [
        `INSERT INTO closing_parts SELECT closing, kind, month, 9, 'ZZ', 'ZZ', '[["ZZ",1,[["main",1,1]]]]'
          FROM closing_parts WHERE kind = 'pools' AND month = '2026-07'`,
        /^ZZ .* closing of 2026-07 .* has the pools \["ZZ".*the ledger gives \(none\)/,
      ],
      'a moment': [
        `UPDATE closings_made SET known = '2026-09-30T23:59:59.999Z'`,
        /^\(all\) the closing of 2026-07 as known at 2026-09-30T23:59:59.999Z does not go on/,
      ],
    };
    async function differencesAfter(sql: string): Promise<string[]> {
      await books.send(...JULY);
      await books.send(AUGUST);
      await makerAt('2026-08-01T12:00:00.000Z').work();
      assert.deepEqual((await verifyStore(store, books.policy)).differences, []);
      const database = new DatabaseSync(join(folder, 'store.db'));
      for (const table of ['closings_made', 'closing_parts']) {
        database.exec(`DROP TRIGGER ${table}_unchanged; DROP TRIGGER ${table}_kept`);
      }
      assert.notEqual(database.prepare(sql).run().changes, 0);
      database.close();
      const { differences } = await verifyStore(store, books.policy);
      const others = differences.filter(({ check }) => check !== 'schema');
      assert.ok(others.every(({ check }) => check === 'closing'));
      return others.map(({ sku, message }) => `${sku} ${message}`);
    }

    for (const [what, [sql, named]] of Object.entries(forgeries)) {
      it(`are found: ${what}`, async () => {
        const said = await differencesAfter(sql);
        assert.ok(
          said.some((one) => named.test(one)),
          said.join('\n'),
        );
      });
    }

    it('are none where the same rows are written otherwise', async () => {
      const spaced = `UPDATE closing_parts SET body = replace(body, ',', ' , ')`;
      assert.deepEqual(await differencesAfter(spaced), []);
    });
  });
});
