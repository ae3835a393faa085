import { deepEqual } from 'node:assert/strict';
import { allRows, checkpointOf, commitOf, entryOf, headOf, listsOf } from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt, storeOfTest } from './withStore.ts';

const first = { limit: 100 };
const day = (number: number): string => `2025-01-0${number}T00:00:00.000Z`;

/** What costing anew reads: entries in order of arrival, checkpoints, and what waits for it. */
export function describeCosting(place: StorePlace): void {
  describe('costing', () => {
    const at = storeOfTest(place);

    it('reads the entries of a SKU after a number, in order', async () => {
      const numbers = Array.from({ length: 25 }, (_, index) => index + 1);
      for (const [index, some] of [numbers.slice(0, 11), numbers.slice(11)].entries()) {
        const entries = some.flatMap((seq) => [entryOf('A', seq), entryOf('A B', seq)]);
        await at.store.commit(commitOf({ version: index + 1, entries }));
      }
      const found = async (seq: number, limit: number) =>
        (await at.store.entriesAfter('A', seq, limit)).map((entry) => `${entry.sku}${entry.seq}`);
      const named = (from: number, to: number) => numbers.slice(from, to).map((seq) => `A${seq}`);
      deepEqual(await found(0, 3), named(0, 3));
      deepEqual(await found(9, 4), named(9, 13));
      deepEqual(await found(20, 100), named(20, 25));
      deepEqual(await found(25, 100), []);
      deepEqual(await at.store.entriesAfter('A', 24, 9), [entryOf('A', 25, { pack: 2 })]);
    });

    it('finds the last checkpoint that is not after a moment', async () => {
      const checkpoints = [
        checkpointOf('A', day(4), 12),
        checkpointOf('A', day(2), 90),
        checkpointOf('A', day(2), 101, { afterSeq: 7 }),
        checkpointOf('A', day(2), 9),
        checkpointOf('B', day(3), 1),
      ];
      await at.store.commit(commitOf({ checkpoints }));
      deepEqual(await at.store.checkpoint('A', day(1)), undefined);
      deepEqual(await at.store.checkpoint('A', day(2)), checkpoints[2]);
      deepEqual(await at.store.checkpoint('A', day(3)), checkpoints[2]);
      deepEqual(await at.store.checkpoint('A', day(9)), checkpoints[0]);
      deepEqual(await at.store.checkpoint('B', day(9)), checkpoints[4]);
      deepEqual(await at.store.checkpoint('C', day(9)), undefined);
    });

    it('removes stale checkpoints before it writes new ones', async () => {
      const old = [2, 3, 4, 5].map((number) => checkpointOf('A', day(number), number));
      const other = checkpointOf('B', day(5), 1);
      await at.store.commit(commitOf({ checkpoints: [...old, other] }));
      const state = 'x'.repeat(1_000_000);
      const fresh = checkpointOf('A', day(6), 9, { state });
      await at.store.commit(
        commitOf({ staleCheckpoints: [{ sku: 'A', at: day(3) }], checkpoints: [fresh] }),
      );
      deepEqual(await at.store.checkpoint('A', day(5)), old[1]);
      deepEqual(await at.store.checkpoint('A', day(6)), fresh);
      deepEqual(await at.store.checkpoint('B', day(5)), other);
      await at.store.commit(commitOf({ staleCheckpoints: [{ sku: 'A', at: '' }] }));
      deepEqual(await at.store.checkpoint('A', day(9)), undefined);
    });

    it('lists what waits for it until it is done', async () => {
      const recost = { at: day(1), rank: '1D', seq: 4, done: 1, total: 5, shifts: [] };
      const waiting = (sku: string) => headOf(sku, 1, { recost });
      const heads = ['C', 'A', 'a', 'D'].map((sku) => waiting(sku));
      await at.store.commit(commitOf({ heads: [...heads, headOf('B', 1)] }));
      for (const limit of [1, 2, 10]) {
        deepEqual(await allRows((page) => at.store.recosts(page), limit), [
          heads[1],
          heads[0],
          heads[3],
          heads[2],
        ]);
      }
      const further = headOf('C', 2, { recost: { ...recost, done: 4, shifts: [[9, -3n]] } });
      const done = headOf('A', 2);
      const late = headOf('B', 2, { recost });
      await at.store.commit(commitOf({ heads: [done, further, late] }));
      deepEqual((await at.store.recosts(first)).rows, [late, further, heads[3], heads[2]]);
      deepEqual(listsOf(await at.store.load(requestOfA)).heads, [done]);
      const other = await openAt(at.address);
      try {
        await other.commit(commitOf({ heads: [headOf('a', 2), headOf('D', 2, { recost })] }));
      } finally {
        await other.close();
      }
      const skus = (await at.store.recosts(first)).rows.map(({ sku }) => sku);
      deepEqual(skus, ['B', 'C', 'D']);
    });
  });
}

const requestOfA = { skus: ['A'], reservations: [], openOrders: [] };
