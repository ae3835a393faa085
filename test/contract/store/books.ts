import { deepEqual, equal, ok, rejects, throws } from 'node:assert/strict';
import { makeClosing } from '../../../core/apply/makeClosing.ts';
import { MAX_INT64 } from '../../../core/decimal.ts';
import type { CostLayer, Location } from '../../../core/ledger.ts';
import { type AuditSample, verifySome } from '../../../core/verify/verifySome.ts';
import { verifyStore } from '../../../core/verify.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import {
  balanceOf,
  checkpointOf,
  commitOf,
  headOf,
  inboxOf,
  layerOf,
  listsOf,
  openOrderOf,
  RECORDED_AT,
  requestOf,
  reserving,
  unseenHead,
} from './fixtures.ts';
import {
  EXACT,
  ODD_OWNER,
  ODD_SKU,
  oddBalances,
  oddCheckpoint,
  oddEntries,
  oddHead,
  oddLayer,
  oddOrder,
  oddParked,
  oddPeriod,
  oddPlace,
  oddReservation,
} from './oddBooks.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt, storeOfTest } from './withStore.ts';

const first = { limit: 100 };

const everythingOdd = commitOf({
  heads: [oddHead],
  inbox: [inboxOf('i\t1')],
  locations: [oddPlace],
  parked: [oddParked],
  layers: [oddLayer],
  balances: oddBalances,
  entries: oddEntries,
  checkpoints: [oddCheckpoint],
  reservations: reserving(oddReservation),
  period: oddPeriod,
  openOrders: [oddOrder],
});

export function describeBooks(where: StorePlace): void {
  describe('books', () => {
    const at = storeOfTest(where);

    it('give back every field as it was written, 64-bit extremes included', async () => {
      deepEqual(await at.store.commit(everythingOdd), { outcome: 'committed' });
      await at.store.close();
      at.store = await openAt(at.address);
      const { store } = at;
      const loaded = await store.load({
        skus: [ODD_SKU],
        reservations: [oddReservation.id],
        openOrders: [oddOrder.document],
      });
      const { heads, balances, layers } = listsOf(loaded);
      deepEqual(heads, [oddHead]);
      equal(Object.hasOwn(heads[0]!.item!.attributes, '__proto__'), true);
      equal(Object.hasOwn(heads[0]!.item!.units, '__proto__'), true);
      deepEqual(new Set(balances), new Set(oddBalances));
      deepEqual(layers, [oddLayer]);
      deepEqual(loaded.reservations, [oddReservation]);
      deepEqual(loaded.openOrders, [oddOrder]);
      deepEqual(loaded.period, oddPeriod);
      deepEqual((await store.ledger({ sku: ODD_SKU }, first)).rows, oddEntries);
      deepEqual(await store.entriesAfter(ODD_SKU, 0, 10), oddEntries);
      deepEqual(await store.checkpoint(ODD_SKU, RECORDED_AT), oddCheckpoint);
      deepEqual((await store.layers(first)).rows, [oddLayer]);
      deepEqual((await store.heads(first)).rows, [oddHead]);
      deepEqual((await store.recosts(first)).rows, [oddHead]);
      deepEqual((await store.reservations({ sku: ODD_SKU }, first)).rows, [oddReservation]);
      deepEqual((await store.openOrders({ sku: ODD_SKU }, first)).rows, [oddOrder]);
      deepEqual(await store.period(), oddPeriod);
      deepEqual(await store.location('W\t1'), oddPlace);
      deepEqual(await store.parkedRecord('odd'), {
        ...oddParked,
        parkedAt: everythingOdd.recordedAt,
      });
      deepEqual(await store.inbox([{ source: '/flows/test', id: 'i\t1' }]), [inboxOf('i\t1')]);
      const { source, id, contenthash, recordedAt } = inboxOf('i\t1');
      const [booked] = (await Array.fromAsync(store.bookedMessages())).flat();
      deepEqual(booked?.slice(0, 4), [source, id, contenthash, recordedAt]);
      equal((await store.stock({ sku: ODD_SKU }, first)).rows.length, oddBalances.length);
    });

    it('sum 64-bit extremes exactly', async () => {
      await at.store.commit(everythingOdd);
      const { rows } = await at.store.stock({ sku: ODD_SKU, asOf: RECORDED_AT }, first);
      deepEqual(
        rows.map(({ place, lot, status, owner, onHand }) => [place, lot, status, owner, onHand]),
        [
          ['W1', 'L\t1', 'available', '', -1n],
          ['W1', 'L\t1', 'available', ODD_OWNER, -MAX_INT64],
          ['W1', 'L\t1', 'quarantine', ODD_OWNER, MAX_INT64],
        ],
      );
      deepEqual((await at.store.valuation({ sku: ODD_SKU, knownAt: RECORDED_AT }, first)).rows, [
        { sku: ODD_SKU, pool: 'a\tb', quantity: -MAX_INT64, value: MAX_INT64 - 2n * EXACT },
        {
          sku: ODD_SKU,
          pool: 'main',
          quantity: MAX_INT64 - 1n,
          value: 2n + 2n * EXACT - MAX_INT64,
        },
      ]);
    });

    it('sum to more than 64 bits what was right each time', async () => {
      const { store } = at;
      const rig = new LedgerRig({ store });
      const line = { sku: 'BIG', location: 'W', quantity: '999999999999.999999' };
      for (let number = 1; number <= 12; number += 1) {
        const lines = [{ ...line, unitCost: '0.01' }];
        await rig.book('receive', { document: `R${number}`, at: day(number), lines });
        await rig.book('issue', { document: `I${number}`, at: day(number, 1), lines: [line] });
      }
      const runtime = { newId: () => 'closing', now: () => 0 };
      const worker = { store, runtime, isStopping: () => false };
      ok(await makeClosing(worker, new Date(rig.now + 1_000).toISOString()));
      const most = 10n ** 18n - 1n;
      const onHand = async (filter: object) =>
        (await store.stock({ sku: 'BIG', ...filter }, first)).rows.map((row) => row.onHand);
      deepEqual(await onHand({ place: 'supplier' }), [-12n * most]);
      deepEqual(await onHand({ place: 'customer', asOf: day(12) }), [11n * most]);
      deepEqual(await onHand({ asOf: day(12) }), [most]);
      const { rows } = await store.valuation({ sku: 'BIG', asOf: day(12) }, first);
      deepEqual(rows, [{ sku: 'BIG', pool: 'main', quantity: most, value: 10n ** 12n }]);
      const { skus, entries, differences } = await verifyStore(store, rig.policy);
      deepEqual({ skus, entries, differences }, { skus: 1, entries: 24, differences: [] });
      const some = await verifySome(store, rig.policy, { document: 'I12' });
      deepEqual([some.only, some.differences], [['BIG'], []]);
    });

    it('are audited by SKU and by document, and know what was never booked', async () => {
      const { store } = at;
      const rig = new LedgerRig({ store });
      const line = { location: 'W', quantity: '2', unitCost: '1' };
      const lines = ['A', 'B', 'BB'].map((sku) => ({ ...line, sku }));
      await rig.book('receive', { document: 'R1', at: day(1), lines });
      await rig.book('receive', { document: 'R2', at: day(2), lines: lines.slice(1, 2) });
      const verify = async (sample: AuditSample) => {
        const { only, entries, differences } = await verifySome(store, rig.policy, sample);
        deepEqual(differences, []);
        return [only, entries];
      };
      deepEqual(await verify({ skus: ['B'] }), [['B'], 2]);
      deepEqual(await verify({ document: 'R2' }), [['B'], 2]);
      deepEqual(await verify({ document: 'R1' }), [['A', 'B', 'BB'], 4]);
      await rejects(verify({ skus: ['A', 'AA'] }), { code: 'SKU_UNKNOWN' });
      await rejects(verify({ document: 'R3' }), { code: 'DOCUMENT_UNKNOWN' });
    });

    it('refuse a quantity beyond 64 bits and write nothing of its commit', async () => {
      const beyond = balanceOf('A', 'W1', { onHand: MAX_INT64 + 1n });
      throws(() => commitOf({ heads: [headOf('A', 1)], balances: [beyond] }), {
        code: 'STOCK_OUT_OF_RANGE',
      });
      const { heads } = listsOf(await at.store.load(requestOf({ skus: ['A'] })));
      equal(heads[0]?.version, 0);
    });

    it('hold nothing of a SKU that was never seen', async () => {
      const request = requestOf({
        skus: ['B', 'A'],
        reservations: ['R1'],
        openOrders: ['PO1'],
      });
      deepEqual(await at.store.load(request), {
        skus: ['B', 'A'].map((sku) => ({ head: unseenHead(sku), balances: [], layers: [] })),
        reservations: [],
        openOrders: [],
        period: { version: 0, closedThrough: '', log: [] },
      });
      equal(await at.store.checkpoint('A', RECORDED_AT), undefined);
      deepEqual(await at.store.entriesAfter('A', 0, 10), []);
      deepEqual(await at.store.dueReservations(RECORDED_AT, 10), []);
      deepEqual(await at.store.period(), { version: 0, closedThrough: '', log: [] });
      equal(await at.store.location('W1'), undefined);
      equal(await at.store.parkedRecord('p'), undefined);
      equal(await at.store.intake('i'), undefined);
    });

    it('give all layers of the SKUs asked, by business time and not by arrival', async () => {
      const day = (number: number) => ({ at: `2025-01-0${number}T00:00:00.000Z` });
      const layers: CostLayer[] = [
        layerOf('A', 12, day(2)),
        layerOf('A', 2, day(3)),
        layerOf('A', 101, day(1)),
        layerOf('A', 9, day(2)),
        layerOf('A', 2, { ...day(3), part: 10 }),
        layerOf('A', 2, { ...day(3), part: 9, quantity: -5n, value: -1n, owed: 'customer D1' }),
        layerOf('A', 3, { ...day(1), pool: 'east' }),
        layerOf('B', 7),
        layerOf('C', 7),
      ];
      await at.store.commit(commitOf({ layers }));
      const loaded = listsOf(await at.store.load(requestOf({ skus: ['B', 'A'] })));
      const expected = ['B main 7.0', 'A east 3.0', 'A main 101.0', 'A main 9.0', 'A main 12.0'];
      expected.push('A main 2.0', 'A main 2.9', 'A main 2.10');
      deepEqual(
        loaded.layers.map(({ sku, pool, seq, part }) => `${sku} ${pool} ${seq}.${part}`),
        expected,
      );
    });

    it('give all balances of the SKUs asked', async () => {
      const stored = [
        balanceOf('A', 'W1'),
        balanceOf('A', 'W1', { lot: 'L1' }),
        balanceOf('A', 'W1', { lot: 'L1', owner: 'ACME' }),
        balanceOf('A', 'W2', { lot: 'L1', status: 'damaged' }),
        balanceOf('A', 'transit'),
        balanceOf('A B', 'W1'),
        balanceOf('A C', 'W1'),
      ];
      await at.store.commit(commitOf({ balances: stored }));
      const { balances } = listsOf(await at.store.load(requestOf({ skus: ['A B', 'A'] })));
      deepEqual(balances, [stored[5], ...stored.slice(0, 5)]);
    });

    it('replace what is written again, and drop a layer or an order that is used up', async () => {
      const orders = [openOrderOf('PO1', '1'), openOrderOf('PO1', '2')];
      const before = commitOf({
        balances: [balanceOf('A', 'W1'), balanceOf('A', 'W2')],
        layers: [layerOf('A', 1), layerOf('A', 2)],
        checkpoints: [checkpointOf('A', RECORDED_AT, 1)],
        openOrders: orders,
        locations: [oddPlace],
      });
      await at.store.commit(before);
      const parts = { onHand: -5n, reserved: 3n, version: 2 };
      const lot = { expiresOn: '2026-01-31', since: RECORDED_AT };
      const balance = balanceOf('A', 'W1', { ...parts, ...lot });
      const layer = layerOf('A', 2, { quantity: 7n, since: RECORDED_AT, origin: 1 });
      const checkpoint = checkpointOf('A', RECORDED_AT, 1, { afterSeq: 9, state: 'other' });
      const order = openOrderOf('PO1', '2', { quantity: 1n, due: '2025-05-01', place: 'W2' });
      const moved: Location = { ...oddPlace, name: 'other', attributes: {} };
      await at.store.commit(
        commitOf({
          version: 2,
          balances: [balance],
          layers: [layerOf('A', 1, { quantity: 0n, value: 0n }), layer],
          checkpoints: [checkpoint],
          openOrders: [openOrderOf('PO1', '1', { quantity: 0n }), order],
          locations: [moved],
        }),
      );
      deepEqual((await at.store.stock({}, first)).rows, [balance, balanceOf('A', 'W2')]);
      deepEqual((await at.store.layers(first)).rows, [layer]);
      deepEqual(await at.store.checkpoint('A', RECORDED_AT), checkpoint);
      deepEqual((await at.store.openOrders({}, first)).rows, [order]);
      deepEqual(await at.store.location(oddPlace.location), moved);
    });
  });
}
