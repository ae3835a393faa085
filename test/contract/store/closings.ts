import { deepEqual, equal } from 'node:assert/strict';
import type { Closing, ClosingPart } from '../../../core/closing.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt, storeOfTest } from './withStore.ts';

const closingOf = (id: string, before: string, month: string): Closing => ({
  ...{ id, before, format: 1, month },
  known: `${month}-28T23:59:59.999Z`,
  madeAt: '2026-01-01T00:00:00.000Z',
});

const partOf = (closing: string, more: Partial<ClosingPart>): ClosingPart => ({
  ...{ closing, kind: 'pools', month: '2025-01', part: 0, firstSku: 'A', lastSku: 'M' },
  body: '[["A",1,[]]]',
  ...more,
});

/** Rows that a store keeps as they are, and finds by closing, kind, month and SKUs. */
export function describeClosings(place: StorePlace): void {
  describe('closings', () => {
    const at = storeOfTest(place);

    it('count once they are complete, each after the one that it goes on from', async () => {
      deepEqual(await at.store.closings(), []);
      const first = closingOf('c2', '', '2025-01');
      const second = closingOf('c1', 'c2', '2025-02');
      equal(await at.store.completeClosing(first), true);
      equal(await at.store.completeClosing(second), true);
      deepEqual(await at.store.closings(), [first, second]);
      const other = await openAt(at.address);
      try {
        deepEqual(await other.closings(), [first, second]);
      } finally {
        await other.close();
      }
    });

    it('are one where several go on from the same', async () => {
      const closings = ['a', 'b', 'c'].map((id) => closingOf(id, '', '2025-01'));
      const made = await Promise.all(closings.map((one) => at.store.completeClosing(one)));
      equal(made.filter((isMade) => isMade).length, 1);
      deepEqual(
        await at.store.closings(),
        closings.filter((_, index) => made[index]),
      );
    });

    it('give the parts that are asked for, in their order', async () => {
      const jan = partOf('c1', {});
      const janRest = partOf('c1', { part: 1, firstSku: 'N', lastSku: '螺 "丝"\t' });
      const feb = partOf('c1', { month: '2025-02', body: '[["Ä",9007199254740993,[]]]' });
      const moves = partOf('c1', { kind: 'moves' });
      const later = partOf('c0', {});
      await at.store.addClosingParts([feb, janRest, moves]);
      await at.store.addClosingParts([jan, later]);
      await at.store.addClosingParts([]);
      const year = { from: '2025-01', through: '2025-12' };
      const asked = { kind: 'pools' as const, closings: ['c1', 'c0'], month: year };
      deepEqual(await at.store.closingParts(asked), [jan, janRest, feb, later]);
      const both = { first: 'B', last: 'C' };
      deepEqual(await at.store.closingParts({ ...asked, skus: both }), [jan, feb, later]);
      const last = { first: 'P', last: '螺' };
      deepEqual(await at.store.closingParts({ ...asked, skus: last }), [janRest]);
      const month = { from: '', through: '2025-01' };
      deepEqual(await at.store.closingParts({ kind: 'moves', closings: ['c1'], month }), [moves]);
      deepEqual(await at.store.closingParts({ ...asked, closings: [] }), []);
    });
  });
}
