import { deepEqual, equal } from 'node:assert/strict';
import type { LedgerEntry } from '../../../core/ledger.ts';
import type { LedgerFilter, StockFilter } from '../../../core/ports.ts';
import { allRows, balanceOf, commitOf, entryOf, headOf } from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { storeOfTest } from './withStore.ts';

const first = { limit: 100 };
/** Business time, and time of recording a month later. */
const day = (number: number): string => `2025-01-0${number}T00:00:00.000Z`;
const learnt = (number: number): string => `2025-02-0${number}T00:00:00.000Z`;

const out = { from: 'W1', fromPool: 'main', toPool: '' } as const;

/** Received, sold, sent to W2 by way of transit; then a receipt of day 2 is learnt and costs change. */
const story: LedgerEntry[] = [
  entryOf('A', 1, { quantity: 10n, value: 100n, at: day(1), recordedAt: learnt(1) }),
  entryOf('A', 2, {
    ...{ kind: 'issue', ...out, to: 'customer', quantity: 3n, value: 30n },
    ...{ at: day(3), recordedAt: learnt(3) },
  }),
  entryOf('A', 3, {
    ...{ kind: 'transfer', ...out, to: 'transit', toPool: 'transit', quantity: 2n, value: 20n },
    ...{ at: day(4), recordedAt: learnt(4) },
  }),
  entryOf('A', 4, {
    ...{ quantity: 5n, value: 55n, lot: 'L' },
    ...{ at: day(2), recordedAt: learnt(5) },
  }),
  entryOf('A', 5, {
    ...{ kind: 'recost', ...out, to: 'customer', quantity: 0n, value: 7n },
    ...{ at: day(3), recordedAt: learnt(5), corrects: 2, by: 2 },
  }),
  entryOf('A', 6, {
    ...{ kind: 'transfer', from: 'transit', to: 'W2', quantity: 1n, value: 10n },
    ...{ fromPool: 'transit', toPool: 'main', at: day(6), recordedAt: learnt(6) },
  }),
  entryOf('A', 7, {
    ...{ kind: 'status', from: 'W1', toStatus: 'damaged', quantity: 4n, value: 0n, lot: 'L' },
    ...{ fromPool: 'main', at: day(7), recordedAt: learnt(7) },
  }),
  entryOf('A', 8, {
    ...{ owner: 'ACME', quantity: 9n, value: 0n, toPool: '' },
    ...{ at: day(8), recordedAt: learnt(8) },
  }),
];

export function describeClocks(place: StorePlace): void {
  describe('two clocks', () => {
    const at = storeOfTest(place);
    beforeEach(async () => {
      const commits = [...Map.groupBy(story, ({ recordedAt }) => recordedAt).values()];
      for (const [index, entries] of commits.entries()) {
        await at.store.commit(commitOf({ version: index + 1, entries }));
      }
    });

    const stock = async (filter: StockFilter) =>
      (await at.store.stock(filter, first)).rows.map(
        ({ place, lot, status, owner, onHand, version }) =>
          `${[place, lot, status === 'available' ? '' : status, owner].filter(Boolean).join(' ')}: ${onHand} v${version}`,
      );
    const value = async (filter: { asOf?: string; knownAt?: string; sku?: string }) =>
      (await at.store.valuation(filter, first)).rows.map(
        ({ pool, quantity, value }) => `${pool} ${quantity} ${value}`,
      );

    it('as of a date count what happened until then, whenever it was learnt', async () => {
      deepEqual(await stock({ asOf: '2024-12-31T23:59:59.999Z' }), []);
      deepEqual(await value({ asOf: '2024-12-31T23:59:59.999Z' }), []);
      deepEqual(await stock({ asOf: day(1) }), ['W1: 10 v1']);
      deepEqual(await value({ asOf: day(2) }), ['main 15 155']);
      deepEqual(await stock({ asOf: day(3) }), ['W1: 7 v2', 'W1 L: 5 v4']);
      deepEqual(await value({ asOf: day(3) }), ['main 12 118']);
      deepEqual(await value({ asOf: day(4) }), ['main 10 98', 'transit 2 20']);
      deepEqual(await value({ asOf: day(6) }), ['main 11 108', 'transit 1 10']);
    });

    it('of transit are shown as ours, of the outside only when asked by place', async () => {
      deepEqual(await stock({ asOf: day(4) }), ['W1: 5 v3', 'W1 L: 5 v4', 'transit: 2 v3']);
      deepEqual(await stock({ asOf: day(6), place: 'transit' }), ['transit: 1 v6']);
      deepEqual(await stock({ asOf: day(4), place: 'customer' }), ['customer: 3 v2']);
      deepEqual(await stock({ asOf: day(4), place: 'supplier', sku: 'A' }), [
        'supplier: -10 v1',
        'supplier L: -5 v4',
      ]);
    });

    it('keep what is known by status and by owner apart; a value alone is no stock', async () => {
      deepEqual(await stock({ asOf: day(9), sku: 'A' }), [
        'W1: 5 v3',
        'W1 ACME: 9 v8',
        'W1 L: 1 v7',
        'W1 L damaged: 4 v7',
        'W2: 1 v6',
        'transit: 1 v6',
      ]);
      deepEqual(await value({ asOf: day(9) }), ['main 11 108', 'transit 1 10']);
      const { rows } = await at.store.stock({ asOf: day(9), place: 'W2' }, first);
      deepEqual(rows, [balanceOf('A', 'W2', { onHand: 1n, version: 6 })]);
    });

    it('as known at a moment count what was learnt until then, whenever it happened', async () => {
      deepEqual(await stock({ knownAt: '2025-01-31T00:00:00.000Z' }), []);
      deepEqual(await value({ knownAt: '2025-01-31T00:00:00.000Z' }), []);
      deepEqual(await stock({ knownAt: learnt(4) }), ['W1: 5 v3', 'transit: 2 v3']);
      deepEqual(await value({ knownAt: learnt(4) }), ['main 5 50', 'transit 2 20']);
      deepEqual(await value({ knownAt: learnt(5), sku: 'A' }), ['main 10 98', 'transit 2 20']);
      deepEqual(await stock({ knownAt: learnt(5), place: 'W1' }), ['W1: 5 v3', 'W1 L: 5 v4']);
    });

    it('count an entry only where both have come', async () => {
      deepEqual(await value({ asOf: day(3), knownAt: learnt(4) }), ['main 7 70']);
      deepEqual(await value({ asOf: day(3), knownAt: learnt(5) }), ['main 12 118']);
      deepEqual(await stock({ asOf: day(2), knownAt: learnt(4) }), ['W1: 10 v1']);
      deepEqual(await stock({ asOf: day(2), knownAt: learnt(5) }), ['W1: 10 v1', 'W1 L: 5 v4']);
      deepEqual(await stock({ asOf: day(2), knownAt: day(9) }), []);
    });

    it('cut the ledger from both sides', async () => {
      const seqs = async (filter: LedgerFilter) => {
        const rows = await allRows((page) => at.store.ledger(filter, page), 2);
        return rows.map(({ seq }) => seq);
      };
      deepEqual(await seqs({ asOf: day(2) }), [1, 4]);
      deepEqual(await seqs({ since: day(4) }), [3, 6, 7, 8]);
      deepEqual(await seqs({ since: day(2), asOf: day(3) }), [2, 4, 5]);
      deepEqual(await seqs({ knownAt: learnt(4) }), [1, 2, 3]);
      deepEqual(await seqs({ sku: 'A', since: day(2), asOf: day(3), knownAt: learnt(4) }), [2]);
      deepEqual(await seqs({ document: 'D4', knownAt: learnt(4) }), []);
      deepEqual(await seqs({ document: 'D4', knownAt: learnt(5), since: day(2) }), [4]);
      deepEqual(await seqs({ kind: 'transfer' }), [3, 6]);
      deepEqual(await seqs({ kind: 'transfer', sku: 'A', asOf: day(4), document: 'D3' }), [3]);
      deepEqual(await seqs({ kind: 'method' }), []);
    });

    it('are not asked: balances as they are stored, of the outside by what the ledger says', async () => {
      const transit = balanceOf('A', 'transit', { reserved: 1n, since: day(4) });
      const balances = [transit, balanceOf('A', 'W1')];
      const head = headOf('A', 8, { seq: story.length });
      await at.store.commit(commitOf({ heads: [head], balances }));
      deepEqual((await at.store.stock({}, first)).rows, [balanceOf('A', 'W1'), transit]);
      deepEqual((await at.store.stock({ place: 'transit' }, first)).rows, [transit]);
      deepEqual(await stock({ place: 'customer' }), ['customer: 3 v2']);
      const { rows } = await at.store.stock({ sku: 'A', place: 'supplier' }, first);
      deepEqual(rows, [
        balanceOf('A', 'supplier', { onHand: -10n, version: 1 }),
        balanceOf('A', 'supplier', { onHand: -9n, owner: 'ACME', version: 8 }),
        balanceOf('A', 'supplier', { onHand: -5n, lot: 'L', version: 4 }),
      ]);
      equal((await at.store.stock({ sku: 'B', place: 'supplier' }, first)).rows.length, 0);
    });
  });
}
