import { deepEqual, equal, rejects } from 'node:assert/strict';
import type { Commit } from '../../../core/commit.ts';
import type { Page, Paged, Store } from '../../../core/ports.ts';
import {
  allRows,
  balanceOf,
  checkpointOf,
  commitOf,
  entryOf,
  headOf,
  inUtf8,
  layerOf,
  openOrderOf,
  parkedOf,
  RECORDED_AT,
  reservationOf,
  reservedLineOf,
  reserving,
} from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { storeOfTest } from './withStore.ts';

const first = { limit: 100 };
const wholeTime = { since: '2025-01-01T00:00:00.000Z', asOf: RECORDED_AT, knownAt: RECORDED_AT };

/** SKUs that sort differently by length, by case, and by what follows a common beginning, tabs included. */
const SKUS = ['A', 'A\u0001', 'A\tB', 'A\nB', 'A B', 'A-1', 'A1', 'A10', 'A2', 'B', 'a', 'Ä', '螺'];

function manyRows(): Commit {
  const pool = { quantity: 5n, value: 7n, lastCost: 1n, reserved: 0n };
  const recost = { at: RECORDED_AT, rank: '1D', seq: 1, done: 0, total: 9, shifts: [] };
  return commitOf({
    heads: SKUS.map((sku) =>
      headOf(sku, 1, {
        seq: 12,
        pools: sku === 'B' ? [] : ['main', 'east'].map((name) => ({ ...pool, pool: name })),
        ...(sku === 'B' ? {} : { recost }),
      }),
    ),
    entries: SKUS.flatMap((sku) =>
      Array.from({ length: 12 }, (_, index) => {
        const to = index % 2 === 0 ? 'W1' : 'W2';
        return entryOf(sku, index + 1, { to, toPool: to === 'W1' ? 'main' : 'east' });
      }),
    ),
    balances: SKUS.flatMap((sku) => [
      balanceOf(sku, 'W1'),
      balanceOf(sku, 'W1', { owner: 'ACME' }),
      balanceOf(sku, 'W1', { lot: 'L' }),
      balanceOf(sku, 'W2', { status: 'damaged' }),
      balanceOf(sku, 'W2'),
    ]),
    layers: SKUS.flatMap((sku) => [
      layerOf(sku, 9),
      layerOf(sku, 10),
      layerOf(sku, 9, { part: 1 }),
      layerOf(sku, 11, { at: '2025-01-01T00:00:00.000Z' }),
    ]),
    reservations: reserving(
      ...SKUS.map((sku) => reservationOf(sku, 1, { lines: [reservedLineOf(sku)] })),
      reservationOf('two', 1, { lines: [reservedLineOf('A'), reservedLineOf('B')] }),
    ),
    openOrders: SKUS.flatMap((sku) => [
      openOrderOf(`PO-${sku}`, '1', { sku }),
      openOrderOf(`PO-${sku}`, '2', { sku }),
    ]),
    checkpoints: SKUS.flatMap((sku) => [
      checkpointOf(sku, '2025-01-01T00:00:00.000Z', 11),
      checkpointOf(sku, RECORDED_AT, 9),
      checkpointOf(sku, RECORDED_AT, 10),
    ]),
    locations: SKUS.map((sku) => placeOf(sku)),
    parked: SKUS.map((sku) => parkedOf(sku)),
  });
}

const placeOf = (location: string) => {
  return { location, name: '', kind: 'bin', parent: '', attributes: {}, changed: '' };
};

export function describeLists(place: StorePlace): void {
  describe('lists', () => {
    const at = storeOfTest(place);

    const all = SKUS.length;
    const lists: Record<string, [number, (store: Store, page: Page) => Promise<Paged<object>>]> = {
      stock: [5 * all, (store, page) => store.stock({}, page)],
      'stock at one place': [2 * all, (store, page) => store.stock({ place: 'W2' }, page)],
      'stock outside': [all, (store, page) => store.stock({ place: 'supplier' }, page)],
      'stock of one SKU': [5, (store, page) => store.stock({ sku: 'A' }, page)],
      'stock as of a date': [2 * all, (store, page) => store.stock({ asOf: RECORDED_AT }, page)],
      'stock as it was known': [
        2 * all,
        (store, page) => store.stock({ knownAt: RECORDED_AT }, page),
      ],
      ledger: [12 * all, (store, page) => store.ledger({}, page)],
      'ledger of a document': [all, (store, page) => store.ledger({ document: 'D3' }, page)],
      'ledger of one SKU': [12, (store, page) => store.ledger({ sku: 'A' }, page)],
      'ledger of a time': [12 * all, (store, page) => store.ledger(wholeTime, page)],
      valuation: [2 * (all - 1), (store, page) => store.valuation({}, page)],
      'valuation of one SKU': [2, (store, page) => store.valuation({ sku: 'A' }, page)],
      'valuation as of a date': [
        2 * all,
        (store, page) => store.valuation({ asOf: RECORDED_AT }, page),
      ],
      'valuation known': [
        2 * all,
        (store, page) => store.valuation({ knownAt: RECORDED_AT }, page),
      ],
      heads: [all, (store, page) => store.heads(page)],
      pointers: [all, (store, page) => store.pointers({}, page)],
      layers: [4 * all, (store, page) => store.layers(page)],
      checkpoints: [3 * all, (store, page) => store.checkpoints(page)],
      recosts: [all - 1, (store, page) => store.recosts(page)],
      reservations: [all + 1, (store, page) => store.reservations({}, page)],
      'reservations of one SKU': [2, (store, page) => store.reservations({ sku: 'A' }, page)],
      'open orders': [2 * all, (store, page) => store.openOrders({}, page)],
      places: [all, (store, page) => store.locations(page)],
      log: [3 * all + 1, (store, page) => store.log({}, page)],
      'log of orders': [all, (store, page) => store.log({ about: 'order' }, page)],
      'log of one place': [1, (store, page) => store.log({ about: 'place', name: 'A' }, page)],
      parked: [all, (store, page) => store.parked({}, page)],
      'parked of a flow': [all, (store, page) => store.parked({ flow: 'test' }, page)],
    };

    it('give every row once and in the same order, whatever the size of the page', async () => {
      await at.store.commit(manyRows());
      for (const [name, [size, list]] of Object.entries(lists)) {
        const rows = await allRows((page) => list(at.store, page));
        equal(rows.length, size, name);
        for (const limit of [1, 4]) {
          deepEqual(
            await allRows((page) => list(at.store, page), limit),
            rows,
            `${name} by ${limit}`,
          );
        }
      }
    });

    it('give what came meanwhile where it belongs, also behind all that there was', async () => {
      await at.store.commit(manyRows());
      const added = ['A11', '螺螺'];
      const wanted = SKUS.concat(added).toSorted(inUtf8);
      const seen = [];
      let page: Page = { limit: 3 };
      for (;;) {
        const { rows, next } = await at.store.heads(page);
        seen.push(...rows.map(({ sku }) => sku));
        if (seen.length === 3) {
          const heads = added.map((sku) => headOf(sku, 1));
          const balances = added.map((sku) => balanceOf(sku, 'W1'));
          await at.store.commit(commitOf({ heads, balances }));
        }
        if (next === undefined) break;
        page = { limit: 3, after: next };
      }
      deepEqual(seen, wanted);
      const stock = await allRows((one) => at.store.stock({ place: 'W1' }, one), 2);
      deepEqual([...new Set(stock.map(({ sku }) => sku))], wanted);
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
        stock.map((row) => [row.place, row.lot, row.status, row.owner]),
        [
          ['W1', '', 'available', ''],
          ['W1', '', 'available', 'ACME'],
          ['W1', 'L', 'available', ''],
          ['W2', '', 'available', ''],
          ['W2', '', 'damaged', ''],
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
      const oneText = Buffer.from('["a"]').toString('base64url');
      const bad = ['x', 'eyJhIjoxfQ', oneText, Buffer.from('[1,{"$gt":""}]').toString('base64url')];
      for (const after of bad) {
        const error = { code: 'CURSOR_INVALID' };
        await rejects(at.store.ledger({}, { limit: 1, after }), error);
        await rejects(at.store.stock({}, { limit: 1, after }), error);
        await rejects(at.store.parked({}, { limit: 1, after }), error);
        await rejects(at.store.valuation({ asOf: RECORDED_AT }, { limit: 1, after }), error);
        await rejects(at.store.layers({ limit: 1, after }), error);
        await rejects(at.store.checkpoints({ limit: 1, after }), error);
        // Where the whole key is one text, any text may be one.
        if (after === oneText) continue;
        await rejects(at.store.openOrders({}, { limit: 1, after }), error);
        await rejects(at.store.locations({ limit: 1, after }), error);
      }
    });
  });
}
