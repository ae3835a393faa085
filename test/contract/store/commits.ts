import { deepEqual, equal } from 'node:assert/strict';
import type { Commit } from '../../../core/commit.ts';
import { batchKey } from '../../../core/ledger.ts';
import { emptyBooks } from '../../../core/skuBooks.ts';
import {
  balanceOf,
  checkpointOf,
  commitOf,
  entryOf,
  headOf,
  inboxOf,
  layerOf,
  openOrderOf,
  parkedOf,
  RECORDED_AT,
  receiptOf,
  requestOf,
  reservationOf,
  reserving,
  tallyOf,
} from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt, storeOfTest } from './withStore.ts';

const first = { limit: 100 };

/** Writes to every collection or table; `sku`, a reservation and the period get their first version. */
const everything = (name: string, sku: string): Commit =>
  commitOf({
    inbox: [inboxOf(`${name}-message`)],
    tallies: [tallyOf(`${name}-intake`, 0, { records: 1 })],
    parked: [parkedOf(`${name}-parked`)],
    heads: [headOf(sku, 1)],
    balances: [balanceOf(sku, 'W1')],
    layers: [layerOf(sku, 1)],
    entries: [entryOf(sku, 1)],
    checkpoints: [checkpointOf(sku, RECORDED_AT, 1)],
    reservations: reserving(reservationOf(`${name}-reservation`, 1)),
    period: { version: 1, closedThrough: '2024-12-31', log: [] },
    openOrders: [openOrderOf(`${name}-order`, '1')],
    locations: [
      { location: `${name}-place`, name: '', kind: '', parent: '', attributes: {}, changed: '' },
    ],
    outbox: [{ id: `${name}-event`, topic: 'stock.changed.v1', count: 1, body: '[]' }],
  });

export function describeCommits(place: StorePlace): void {
  describe('commits', () => {
    const at = storeOfTest(place);

    async function expectNothingOf(name: string, sku: string): Promise<void> {
      const { store } = at;
      const request = {
        skus: [sku],
        reservations: [`${name}-reservation`],
        openOrders: [`${name}-order`],
      };
      const loaded = await store.load(requestOf(request));
      deepEqual(loaded.skus, [emptyBooks(sku)]);
      deepEqual(loaded.reservations, []);
      deepEqual(loaded.openOrders, []);
      equal(loaded.period.version, 0);
      equal(await store.checkpoint(sku, RECORDED_AT), undefined);
      deepEqual(await store.inbox([{ source: '/flows/test', id: `${name}-message` }]), []);
      equal(await store.intake(`${name}-intake`), undefined);
      equal(await store.parkedRecord(`${name}-parked`), undefined);
      deepEqual((await store.stock({ sku }, first)).rows, []);
      deepEqual((await store.ledger({ sku }, first)).rows, []);
      deepEqual(
        (await store.layers(first)).rows.filter((layer) => layer.sku === sku),
        [],
      );
      equal(await store.location(`${name}-place`), undefined);
      deepEqual(
        (await store.outbox(100)).filter(({ id }) => id === `${name}-event`),
        [],
      );
    }

    it('of one whose versions hold, everything is written', async () => {
      deepEqual(await at.store.commit(everything('a', 'A')), { outcome: 'committed' });
      equal((await at.store.ledger({ sku: 'A' }, first)).rows.length, 1);
      equal((await at.store.outbox(10)).length, 1);
    });

    it('of one with another version in the middle, nothing is written', async () => {
      await at.store.commit(receiptOf('1', [headOf('M', 0), headOf('N', 0)]));
      const commit = everything('a', 'A');
      const others = commitOf({ heads: [headOf('M', 3), headOf('N', 3), headOf('Z', 1)] });
      const result = await at.store.commit({
        ...commit,
        packs: [...commit.packs, ...others.packs],
      });
      deepEqual(result, { outcome: 'conflict' });
      await expectNothingOf('a', 'A');
    });

    it('a SKU that exists is not new, one that does not exist has no later version', async () => {
      await at.store.commit(receiptOf('1', [headOf('A', 0)]));
      deepEqual(await at.store.commit(receiptOf('2', [headOf('A', 0)])), { outcome: 'conflict' });
      deepEqual(await at.store.commit(receiptOf('3', [headOf('B', 4)])), { outcome: 'conflict' });
    });

    it('a message that was booked is a conflict', async () => {
      await at.store.commit(commitOf({ inbox: [inboxOf('b'), inboxOf('c')] }));
      const commit = everything('a', 'A');
      const result = await at.store.commit({ ...commit, inbox: [...commit.inbox, inboxOf('c')] });
      deepEqual(result, { outcome: 'conflict' });
      await expectNothingOf('a', 'A');
    });

    it('of messages, their sources are known, each once', async () => {
      deepEqual(await at.store.sources(), []);
      const of = (source: string, ...ids: string[]) =>
        ids.map((id) => ({ ...inboxOf(id), source }));
      const some = [...of('/flows/b', 'x', 'y'), ...of('/flows/b-2', 'x'), ...of('/flows/Ä', 'z')];
      await at.store.commit(commitOf({ inbox: some }));
      await at.store.commit(commitOf({ inbox: of('/flows/a', 'x') }));
      deepEqual(await at.store.sources(), ['/flows/a', '/flows/b', '/flows/b-2', '/flows/Ä']);
    });

    it('a batch that was applied is a conflict; another digest is another batch', async () => {
      await at.store.commit(commitOf({ tallies: [tallyOf('i', 0), tallyOf('i', 1)] }));
      const commit = everything('a', 'A');
      const again = { ...commit, tallies: [...commit.tallies, tallyOf('i', 1)] };
      deepEqual(await at.store.commit(again), { outcome: 'conflict' });
      await expectNothingOf('a', 'A');
      const other = commitOf({ tallies: [tallyOf('i', 1, { digest: 'other' })] });
      deepEqual(await at.store.commit(other), { outcome: 'committed' });
      const asked = [
        { intakeId: 'i', index: 1, digest: 'other' },
        { intakeId: 'i', index: 2, digest: 'other' },
      ];
      deepEqual(await at.store.appliedBatches(asked), new Set([batchKey(asked[0]!)]));
    });

    it('of two at the same time on one SKU, exactly one is written', async () => {
      const other = await openAt(at.address);
      try {
        for (let round = 0; round < 10; round += 1) {
          const skus = [`A${round}`, `B${round}`];
          const heads = skus.map((sku) => headOf(sku, 0));
          const results = await Promise.all([
            at.store.commit(receiptOf(`${round}1`, heads)),
            other.commit(receiptOf(`${round}2`, heads.toReversed())),
          ]);
          const outcomes = results.map(({ outcome }) => outcome).sort();
          deepEqual(outcomes, ['committed', 'conflict']);
          equal((await other.ledger({ sku: skus[0]! }, first)).rows.length, 1);
        }
      } finally {
        await other.close();
      }
    });

    it('a parked record keeps its first form', async () => {
      await at.store.commit(commitOf({ parked: [parkedOf('p', { record: 1 })] }));
      const again = commitOf({ parked: [parkedOf('p', { record: 2 }), parkedOf('q')] });
      deepEqual(await at.store.commit(again), { outcome: 'committed' });
      equal((await at.store.parkedRecord('p'))?.record, 1);
      equal((await at.store.parked({}, first)).rows.length, 2);
    });

    it('what waits for a person and for relay is counted', async () => {
      const before = await at.store.backlog();
      const parked = [parkedOf('p1'), parkedOf('p2')];
      const told = {
        id: 'counted-event',
        topic: 'stock.changed.v1',
        count: 1,
        body: '[]',
      } as const;
      await at.store.commit(commitOf({ parked, outbox: [told] }));
      const { parked: byFlow, outbox } = await at.store.backlog();
      const countOf = (flow: string, rows: typeof byFlow): number =>
        rows.find((row) => row.flow === flow)?.records ?? 0;
      const { flow } = parked[0]!.origin;
      equal(countOf(flow, byFlow), countOf(flow, before.parked) + 2);
      equal(outbox, before.outbox + 1);
    });

    it('an empty one is written too', async () => {
      deepEqual(await at.store.commit(commitOf({})), { outcome: 'committed' });
    });

    it('the report of a payload sums its batches and is done when all are applied', async () => {
      const counts = { records: 5, filtered: 1, messages: 3, booked: 2, exists: 1, parked: 1 };
      const answered = { ...counts, answers: { insufficient: 2, expired: 1 }, batches: 2 };
      await at.store.commit(
        commitOf({ recordedAt: RECORDED_AT, tallies: [tallyOf('i', 1, answered)] }),
      );
      equal((await at.store.intake('i'))?.done, false);
      const later = '2025-03-01T10:00:05.000Z';
      await at.store.commit(
        commitOf({
          recordedAt: later,
          tallies: [tallyOf('i', 0, { ...counts, answers: { expired: 4 } }), tallyOf('j', 0)],
        }),
      );
      deepEqual(await at.store.intake('i'), {
        origin: { intakeId: 'i', flow: 'test', name: 'test.csv' },
        records: 10,
        filtered: 2,
        messages: 6,
        booked: 4,
        exists: 2,
        parked: 2,
        answers: { expired: 5, insufficient: 2 },
        appliedBatches: 2,
        batches: 2,
        firstAt: RECORDED_AT,
        lastAt: later,
        done: true,
      });
    });

    it('events come in the order of their commits until they are published', async () => {
      const event = (id: string) =>
        ({ id, topic: 'stock.changed.v1', count: 2, body: `["${id}"]` }) as const;
      for (const [second, ids] of [['z', 'y'], ['x'], ['b', 'a']].entries()) {
        const recordedAt = `2025-03-01T10:00:0${second}.000Z`;
        await at.store.commit(commitOf({ recordedAt, outbox: ids.map(event) }));
      }
      const seen = await at.store.outbox(4);
      deepEqual(seen, ['z', 'y', 'x', 'b'].map(event));
      deepEqual(await at.store.outbox(4), seen);
      await at.store.published(['z', 'x', 'never-there'], RECORDED_AT);
      await at.store.published([], RECORDED_AT);
      deepEqual(
        (await at.store.outbox(10)).map(({ id }) => id),
        ['y', 'b', 'a'],
      );
    });
  });
}
