import { deepEqual, equal } from 'node:assert/strict';
import { MAX_INT64 } from '../../../core/decimal.ts';
import type { Balance, CostLayer, LedgerEntry, Location, SkuHead } from '../../../core/ledger.ts';
import type { ParkedRecord } from '../../../core/message.ts';
import {
  balanceOf,
  commitOf,
  entryOf,
  headOf,
  inboxOf,
  layerOf,
  parkedOf,
  RECORDED_AT,
} from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt, storeOfTest } from './withStore.ts';

const first = { limit: 100 };

/** Names and texts that a careless store changes: keys of objects, operators, tabs, other scripts. */
const odd = JSON.parse('{"__proto__":"p","a.b":"dot","$set":"operator","":"empty"}') as Record<
  string,
  string
>;
const ODD_SKU = 'Ä "x"\t$1.5 \u0001 %_ 螺丝';

const head: SkuHead = headOf(ODD_SKU, 1, {
  seq: 2,
  item: {
    sku: ODD_SKU,
    name: 'Bolt\nM8',
    unit: 'EA',
    valuation: 'fifo',
    barcode: '4006381333931',
    group: '',
    attributes: odd,
  },
  pools: [
    { pool: 'main', method: 'fifo', quantity: MAX_INT64, value: -MAX_INT64, lastCost: 1n },
    { pool: 'b', method: 'average', quantity: 0n, value: -1n, lastCost: 9_007_199_254_740_993n },
  ],
});

const entries: LedgerEntry[] = [
  entryOf(ODD_SKU, 1, {
    quantity: MAX_INT64,
    value: -MAX_INT64,
    lot: 'L\t1',
    partner: 'P',
    reason: 'R',
    reference: 'Q',
    fromPool: 'a',
  }),
  entryOf(ODD_SKU, 2, {
    kind: 'revalue',
    quantity: 0n,
    value: 9_007_199_254_740_993n,
    line: '',
    toPool: '',
    corrects: 1,
    status: 'damaged',
  }),
];

const balances: Balance[] = [
  balanceOf(ODD_SKU, 'W1', { lot: 'L\t1', onHand: MAX_INT64, reserved: -MAX_INT64, version: 2 }),
  balanceOf(ODD_SKU, 'W\t1', { status: 'quarantine', onHand: 9_007_199_254_740_993n }),
];

const layer: CostLayer = layerOf(ODD_SKU, 1, { part: 3, quantity: MAX_INT64, value: -MAX_INT64 });

const place: Location = { location: 'W\t1', name: 'n', kind: 'k', parent: 'p', attributes: odd };

const parked: ParkedRecord = parkedOf('odd', {
  stage: 'apply',
  content: '{"__proto__":1}',
  type: 'stock.receive.v1',
  source: '/flows/test',
  messageId: 'm',
  faults: [
    { code: 'SKU_UNKNOWN', message: 'm', at: { file: 'f', line: 2, field: 'x' }, todo: 't' },
  ],
});

export function describeBooks(where: StorePlace): void {
  describe('books', () => {
    const at = storeOfTest(where);

    it('give back every field as it was written, 64-bit extremes included', async () => {
      const commit = commitOf({
        heads: [{ head, expectedVersion: 0 }],
        inbox: [inboxOf('i\t1')],
        locations: [place],
        parked: [parked],
        layers: [layer],
        balances,
        entries,
      });
      deepEqual(await at.store.commit(commit), { outcome: 'committed' });
      await at.store.close();
      at.store = await openAt(at.address);
      const { store } = at;
      const keys = { sku: ODD_SKU, pool: 'main', count: 5 };
      const loaded = await store.load({ skus: [ODD_SKU], balances, layers: [keys] });
      deepEqual(loaded.heads, [head]);
      equal(Object.hasOwn(loaded.heads[0]!.item!.attributes, '__proto__'), true);
      deepEqual(new Set(loaded.balances), new Set(balances));
      deepEqual(loaded.layers, [layer]);
      deepEqual((await store.ledger({ sku: ODD_SKU }, first)).rows, entries);
      deepEqual((await store.layers(first)).rows, [layer]);
      deepEqual((await store.heads(first)).rows, [head]);
      deepEqual(await store.location('W\t1'), place);
      deepEqual(await store.parkedRecord('odd'), parked);
      deepEqual(await store.inbox([{ source: '/flows/test', id: 'i\t1' }]), [inboxOf('i\t1')]);
      equal((await store.stock({ sku: ODD_SKU }, first)).rows.length, 2);
      equal((await store.stock({ sku: ODD_SKU, asOf: RECORDED_AT }, first)).rows.length, 2);
    });

    it('refuse a quantity beyond 64 bits and write nothing of its commit', async () => {
      const commit = commitOf({
        heads: [{ head: headOf('A', 1), expectedVersion: 0 }],
        balances: [balanceOf('A', 'W1', { onHand: MAX_INT64 + 1n })],
      });
      const error = await at.store.commit(commit).catch((thrown: unknown) => thrown);
      equal((error as { code?: string }).code, 'STOCK_OUT_OF_RANGE');
      const { heads } = await at.store.load({ skus: ['A'], balances: [], layers: [] });
      equal(heads[0]?.version, 0);
    });

    it('hold nothing of a SKU that was never seen', async () => {
      const request = {
        skus: ['B', 'A'],
        balances: [balanceOf('A', 'W1')],
        layers: [{ sku: 'A', pool: 'main', count: 3 }],
      };
      const unseen = (sku: string): SkuHead => headOf(sku, 0, { recordedAt: '' });
      deepEqual(await at.store.load(request), {
        heads: [unseen('B'), unseen('A')],
        balances: [],
        layers: [],
      });
      equal(await at.store.location('W1'), undefined);
      equal(await at.store.parkedRecord('p'), undefined);
      equal(await at.store.intake('i'), undefined);
    });

    it('give the oldest layers of a pool, then those after', async () => {
      const seqs = [12, 2, 1, 101];
      const layers = [
        ...seqs.map((seq) => layerOf('A', seq)),
        layerOf('A', 2, { part: 1 }),
        layerOf('A', 3, { pool: 'other' }),
        layerOf('B', 7),
      ];
      await at.store.commit(commitOf({ layers }));
      const load = async (layers: Parameters<typeof at.store.load>[0]['layers']) => {
        const loaded = await at.store.load({ skus: [], balances: [], layers });
        return loaded.layers.map(({ sku, seq, part }) => `${sku}${seq}.${part}`);
      };
      const pool = { sku: 'A', pool: 'main' };
      deepEqual(await load([{ ...pool, count: 3 }]), ['A1.0', 'A2.0', 'A2.1']);
      deepEqual(await load([{ ...pool, count: 3, after: { seq: 2, part: 0 } }]), [
        'A2.1',
        'A12.0',
        'A101.0',
      ]);
      deepEqual(
        await load([
          { ...pool, count: 1 },
          { sku: 'B', pool: 'main', count: 9 },
        ]),
        ['A1.0', 'B7.0'],
      );
    });

    it('replace balances, layers and places, and drop a layer that is used up', async () => {
      const before = commitOf({
        balances: [balanceOf('A', 'W1'), balanceOf('A', 'W2')],
        layers: [layerOf('A', 1), layerOf('A', 2)],
        locations: [place],
      });
      await at.store.commit(before);
      const changed = balanceOf('A', 'W1', { onHand: -5n, version: 2 });
      const moved: Location = { ...place, name: 'other', attributes: {} };
      await at.store.commit(
        commitOf({
          balances: [changed],
          layers: [layerOf('A', 1, { quantity: 0n }), layerOf('A', 2, { quantity: 7n })],
          locations: [moved],
        }),
      );
      deepEqual((await at.store.stock({}, first)).rows, [changed, balanceOf('A', 'W2')]);
      deepEqual((await at.store.layers(first)).rows, [layerOf('A', 2, { quantity: 7n })]);
      deepEqual(await at.store.location(place.location), moved);
    });
  });
}
