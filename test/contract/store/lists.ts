import { deepEqual, equal, rejects } from 'node:assert/strict';
import type { Commit, LedgerEntry } from '../../../core/ledger.ts';
import type { Page, Store } from '../../../core/ports.ts';
import {
  allRows,
  balanceOf,
  commitOf,
  entryOf,
  headOf,
  layerOf,
  parkedOf,
  RECORDED_AT,
} from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { storeOfTest } from './withStore.ts';

const first = { limit: 100 };
const day = (number: number): string => `2025-01-0${number}T00:00:00.000Z`;

/** SKUs that sort differently by length, by case, and by what follows a common beginning. */
const SKUS = ['A', 'A B', 'A-1', 'A1', 'A10', 'A2', 'B', 'a', 'Ä', '螺'];

function manyRows(): Commit {
  const pool = { method: 'average', quantity: 5n, value: 7n, lastCost: 1n } as const;
  return commitOf({
    heads: SKUS.map((sku) => ({
      head: headOf(sku, 1, {
        seq: 12,
        pools: sku === 'B' ? [] : ['main', 'east'].map((name) => ({ ...pool, pool: name })),
      }),
      expectedVersion: 0,
    })),
    entries: SKUS.flatMap((sku) =>
      Array.from({ length: 12 }, (_, index) => {
        const to = index % 2 === 0 ? 'W1' : 'W2';
        return entryOf(sku, index + 1, { to, toPool: to === 'W1' ? 'main' : 'east' });
      }),
    ),
    balances: SKUS.flatMap((sku) => [
      balanceOf(sku, 'supplier'),
      balanceOf(sku, 'W1'),
      balanceOf(sku, 'W1', { lot: 'L' }),
      balanceOf(sku, 'W2', { status: 'damaged' }),
      balanceOf(sku, 'W2'),
    ]),
    layers: SKUS.flatMap((sku) => [
      layerOf(sku, 9),
      layerOf(sku, 10),
      layerOf(sku, 9, { part: 1 }),
    ]),
    parked: SKUS.map((sku) => parkedOf(sku)),
  });
}

const inUtf8 = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));

export function describeLists(place: StorePlace): void {
  describe('lists', () => {
    const at = storeOfTest(place);

    const lists: Record<string, (store: Store, page: Page) => Promise<{ rows: object[] }>> = {
      stock: (store, page) => store.stock({}, page),
      'stock at one place': (store, page) => store.stock({ place: 'W2' }, page),
      'stock of one SKU': (store, page) => store.stock({ sku: 'A' }, page),
      'stock as of a date': (store, page) => store.stock({ asOf: RECORDED_AT }, page),
      ledger: (store, page) => store.ledger({}, page),
      'ledger of a document': (store, page) => store.ledger({ document: 'D3' }, page),
      'ledger of one SKU': (store, page) => store.ledger({ sku: 'A' }, page),
      valuation: (store, page) => store.valuation({}, page),
      'valuation of one SKU': (store, page) => store.valuation({ sku: 'A' }, page),
      'valuation as of a date': (store, page) => store.valuation({ asOf: RECORDED_AT }, page),
      heads: (store, page) => store.heads(page),
      layers: (store, page) => store.layers(page),
      parked: (store, page) => store.parked({}, page),
      'parked of a flow': (store, page) => store.parked({ flow: 'test' }, page),
    };
    const sizes: Record<string, number> = {
      ...{ stock: 40, 'stock at one place': 20, 'stock of one SKU': 4, 'stock as of a date': 20 },
      ...{ ledger: 120, 'ledger of a document': 10, 'ledger of one SKU': 12 },
      ...{ valuation: 18, 'valuation of one SKU': 2, 'valuation as of a date': 20 },
      ...{ heads: 10, layers: 30, parked: 10, 'parked of a flow': 10 },
    };

    it('give every row once and in the same order, whatever the size of the page', async () => {
      await at.store.commit(manyRows());
      for (const [name, list] of Object.entries(lists)) {
        const all = await allRows((page) => list(at.store, page));
        equal(all.length, sizes[name], name);
        for (const limit of [1, 3, all.length]) {
          deepEqual(
            await allRows((page) => list(at.store, page), limit),
            all,
            `${name} by ${limit}`,
          );
        }
      }
    });

    it('are sorted by SKU, then by what follows, in the order of UTF-8', async () => {
      await at.store.commit(manyRows());
      const heads = await allRows((page) => at.store.heads(page), 3);
      deepEqual(
        heads.map(({ sku }) => sku),
        SKUS.toSorted(inUtf8),
      );
      const stock = (await at.store.stock({ sku: 'A10' }, first)).rows;
      deepEqual(
        stock.map((row) => [row.place, row.lot, row.status]),
        [
          ['W1', '', 'available'],
          ['W1', 'L', 'available'],
          ['W2', '', 'available'],
          ['W2', '', 'damaged'],
        ],
      );
      const ledger = (await at.store.ledger({}, { limit: 1_000 })).rows;
      const expected = SKUS.toSorted(inUtf8).flatMap((sku) =>
        Array.from({ length: 12 }, (_, index) => `${sku} ${index + 1}`),
      );
      deepEqual(
        ledger.map(({ sku, seq }) => `${sku} ${seq}`),
        expected,
      );
    });

    it('refuse a page marker that they did not give out', async () => {
      const bad = [
        'x',
        'eyJhIjoxfQ',
        Buffer.from('["a"]').toString('base64url'),
        Buffer.from('[1,{"$gt":""}]').toString('base64url'),
      ];
      for (const after of bad) {
        const error = { code: 'HTTP_BAD_REQUEST' };
        await rejects(at.store.ledger({}, { limit: 1, after }), error);
        await rejects(at.store.stock({}, { limit: 1, after }), error);
        await rejects(at.store.parked({}, { limit: 1, after }), error);
      }
    });

    it('show stock outside our walls only when asked for the place', async () => {
      await at.store.commit(manyRows());
      const places = (await at.store.stock({ sku: 'A' }, first)).rows.map((row) => row.place);
      equal(places.includes('supplier'), false);
      const supplier = await at.store.stock({ sku: 'A', place: 'supplier' }, first);
      deepEqual(supplier.rows, [balanceOf('A', 'supplier')]);
      const asOf = { sku: 'A', place: 'supplier', asOf: RECORDED_AT };
      equal((await at.store.stock(asOf, first)).rows[0]?.onHand, -12_000_000n);
    });

    const story: LedgerEntry[] = [
      entryOf('A', 1, { quantity: 10n, value: 100n, at: day(1) }),
      entryOf('A', 2, {
        kind: 'issue',
        from: 'W1',
        to: 'customer',
        quantity: 3n,
        value: 30n,
        fromPool: 'main',
        toPool: '',
        at: day(3),
      }),
      entryOf('A', 3, {
        kind: 'transfer',
        from: 'W1',
        to: 'W2',
        quantity: 2n,
        value: 20n,
        fromPool: 'main',
        toPool: 'main',
        at: day(4),
      }),
      entryOf('A', 4, { quantity: 5n, value: 55n, at: day(2), lot: 'L' }),
      entryOf('A', 5, {
        kind: 'revalue',
        from: 'adjustment',
        quantity: 0n,
        value: -7n,
        at: day(3),
        corrects: 2,
      }),
    ];

    it('as of a date count what happened until then, whenever it was learnt', async () => {
      const head = { head: headOf('A', 1, { seq: 5 }), expectedVersion: 0 };
      await at.store.commit(commitOf({ heads: [head], entries: story }));
      const stock = async (asOf: string) =>
        (await at.store.stock({ asOf }, first)).rows.map(
          ({ place, lot, onHand, version }) => `${place}${lot} ${onHand} v${version}`,
        );
      const value = async (asOf: string) =>
        (await at.store.valuation({ asOf }, first)).rows.map(
          ({ pool, quantity, value }) => `${pool} ${quantity} ${value}`,
        );
      deepEqual(await stock('2024-12-31T23:59:59.999Z'), []);
      deepEqual(await value('2024-12-31T23:59:59.999Z'), []);
      deepEqual(await stock(day(1)), ['W1 10 v1']);
      deepEqual(await value(day(2)), ['main 15 155']);
      deepEqual(await stock(day(3)), ['W1 7 v5', 'W1L 5 v4']);
      deepEqual(await value(day(3)), ['main 12 118']);
      deepEqual(await stock(day(4)), ['W1 5 v5', 'W1L 5 v4', 'W2 2 v3']);
      deepEqual(await value(day(4)), ['main 12 118']);
      const ledger = await at.store.ledger({ asOf: day(2) }, first);
      deepEqual(
        ledger.rows.map(({ seq }) => seq),
        [1, 4],
      );
    });
  });
}
