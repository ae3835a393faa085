import { deepEqual } from 'node:assert/strict';
import type { Period, Reservation } from '../../../core/ledger.ts';
import type { Page } from '../../../core/ports.ts';
import { emptyBooks } from '../../../core/skuBooks.ts';
import {
  allRows,
  type CommitParts,
  commitOf,
  headOf,
  inboxOf,
  inUtf8,
  openOrderOf,
  RECORDED_AT,
  receiptOf,
  requestOf,
  reservationOf,
  reservedLineOf,
  reserving,
} from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt, storeOfTest } from './withStore.ts';

const first = { limit: 100 };
const minute = (number: number): string => `2025-03-01T10:0${number}:00.000Z`;

const closed = (version: number, closedThrough: string): Period => ({
  version,
  closedThrough,
  log: [
    {
      action: 'close',
      through: closedThrough,
      reason: '',
      source: '/flows/test',
      messageId: `${version}`,
      actor: 'flow:test',
      recordedAt: RECORDED_AT,
    },
  ],
});

export function describeReservations(place: StorePlace): void {
  const at = storeOfTest(place);
  const commit = (parts: CommitParts) => at.store.commit(commitOf(parts));
  const load = async (...ids: string[]): Promise<Reservation[]> =>
    (await at.store.load(requestOf({ reservations: ids }))).reservations;

  /** It conflicts, names no SKU, and leaves nothing behind. */
  async function expectConflict(parts: CommitParts): Promise<void> {
    const inbox = [inboxOf('mine')];
    const heads = [headOf('X', 1)];
    deepEqual(await commit({ ...parts, inbox, heads }), { outcome: 'conflict' });
    deepEqual(await at.store.inbox([{ source: '/flows/test', id: 'mine' }]), []);
    deepEqual((await at.store.load(requestOf({ skus: ['X'] }))).skus, [emptyBooks('X')]);
  }

  describe('reservations', () => {
    it('are written when their versions hold', async () => {
      await commit({ reservations: reserving(reservationOf('R1', 1), reservationOf('R2', 1)) });
      const lines = [reservedLineOf('A', { committed: 1n }), reservedLineOf('B', { line: '2' })];
      const log = [{ action: 'commit', result: 'committed', source: 's', messageId: 'm' }];
      const next = reservationOf('R1', 2, {
        state: 'committed',
        lines,
        log: log.map((row) => ({ ...row, actor: 'flow:test', recordedAt: RECORDED_AT })),
      });
      deepEqual(await commit({ reservations: reserving(next) }), { outcome: 'committed' });
      deepEqual(await load('R2', 'R3', 'R1'), [reservationOf('R2', 1), next]);
    });

    it('with another version than expected are a conflict, and nothing is written', async () => {
      await commit({ reservations: reserving(reservationOf('R1', 1)) });
      await commit({ reservations: reserving(reservationOf('R1', 2)) });
      const fresh = reservationOf('R2', 1);
      const wrong = [reservationOf('R1', 1), reservationOf('R1', 2), reservationOf('R1', 4)];
      for (const stale of [...wrong, reservationOf('R0', 2)]) {
        await expectConflict({ reservations: reserving(fresh, stale) });
      }
      deepEqual(await load('R1', 'R2', 'R0'), [reservationOf('R1', 2)]);
    });

    it('of two takers of one version at the same time, exactly one is written', async () => {
      const other = await openAt(at.address);
      try {
        await commit({ reservations: reserving(reservationOf('R', 1)) });
        for (let version = 2; version < 10; version += 1) {
          const taken = (partner: string) =>
            commitOf({ reservations: reserving(reservationOf('R', version, { partner })) });
          const results = await Promise.all([
            at.store.commit(taken('one')),
            other.commit(taken('other')),
          ]);
          deepEqual(results.map(({ outcome }) => outcome).sort(), ['committed', 'conflict']);
        }
      } finally {
        await other.close();
      }
    });

    it('are due soonest first, once they expire, while they are pending', async () => {
      const expiring = (id: string, number: number, parts: Partial<Reservation> = {}) =>
        reservationOf(id, 1, { expiresAt: minute(number), ...parts });
      const reservations = reserving(
        expiring('a', 5),
        expiring('d', 2),
        expiring('c', 2),
        expiring('b', 3),
        expiring('e', 1, { state: 'voided' }),
        reservationOf('never', 1),
      );
      await commit({ reservations });
      deepEqual(await at.store.dueReservations(minute(1), 10), []);
      deepEqual(await at.store.dueReservations(minute(2), 10), ['c', 'd']);
      deepEqual(await at.store.dueReservations(minute(5), 3), ['c', 'd', 'b']);
      const gone = reservationOf('c', 2, { state: 'expired', expiresAt: minute(2) });
      const later = reservationOf('d', 2, { expiresAt: minute(4) });
      await commit({ reservations: reserving(gone, later) });
      deepEqual(await at.store.dueReservations(minute(9), 10), ['b', 'd', 'a']);
    });

    it('are listed by id, of one state, of one SKU by its lines, and by what they refer to', async () => {
      const ids = ['a', 'B', 'A10', 'A2', 'ä', 'A'];
      const lines = [reservedLineOf('A'), reservedLineOf('B'), reservedLineOf('A')];
      const reservations = ids.map((id, index) =>
        reservationOf(id, 1, {
          state: index % 2 === 0 ? 'pending' : 'voided',
          lines: index < 3 ? lines : [reservedLineOf('C')],
          reference: index < 2 ? 'SO-1' : '',
        }),
      );
      await commit({ reservations: reserving(...reservations) });
      await commit({ reservations: reserving(reservationOf('A10', 2, { lines })) });
      const list = async (filter: Parameters<typeof at.store.reservations>[0], limit: number) => {
        const page = (page: Page) => at.store.reservations(filter, page);
        return (await allRows(page, limit)).map(({ id }) => id);
      };
      for (const limit of [1, 2, 10]) {
        deepEqual(await list({}, limit), ids.toSorted(inUtf8));
        deepEqual(await list({ state: 'voided' }, limit), ['A', 'A2', 'B']);
        deepEqual(await list({ sku: 'A' }, limit), ['A10', 'B', 'a']);
        deepEqual(await list({ sku: 'C', state: 'pending' }, limit), ['ä']);
        deepEqual(await list({ reference: 'SO-1' }, limit), ['B', 'a']);
      }
      const [row] = (await at.store.reservations({ sku: 'B' }, first)).rows;
      deepEqual(row, reservationOf('A10', 2, { lines }));
    });
  });

  describe('period', () => {
    it('is written when its version holds; a commit against another one is a conflict', async () => {
      deepEqual(await at.store.period(), { version: 0, closedThrough: '', log: [] });
      const january = closed(1, '2025-01-31');
      deepEqual(await commit({ period: january }), { outcome: 'committed' });
      deepEqual(await at.store.period(), january);
      deepEqual((await at.store.load(requestOf({}))).period, january);
      await expectConflict({ periodVersion: 0 });
      await expectConflict({ periodVersion: 2 });
      await expectConflict({ periodVersion: 0, period: closed(1, '2025-02-28') });
      deepEqual(await at.store.commit({ ...receiptOf('1', [headOf('A', 0)]), periodVersion: 1 }), {
        outcome: 'committed',
      });
      const february = closed(2, '2025-02-28');
      await commit({ periodVersion: 1, period: february });
      deepEqual(await at.store.period(), february);
    });

    it('changed by another process holds for all who write already, and who begin to', async () => {
      const other = await openAt(at.address);
      try {
        deepEqual(await other.commit(commitOf({})), { outcome: 'committed' });
        for (let version = 1; version < 4; version += 1) {
          await commit({ periodVersion: version - 1, period: closed(version, '2025-01-31') });
          const late = await openAt(at.address);
          for (const store of [other, late]) {
            const before = await store.commit(commitOf({ periodVersion: version - 1 }));
            deepEqual(before, { outcome: 'conflict' });
            const now = await store.commit(commitOf({ periodVersion: version }));
            deepEqual(now, { outcome: 'committed' });
          }
          await late.close();
        }
      } finally {
        await other.close();
      }
    });

    it('closed by two at the same time is closed by one', async () => {
      const other = await openAt(at.address);
      try {
        for (let version = 1; version < 9; version += 1) {
          const closing = (day: string) =>
            commitOf({ periodVersion: version - 1, period: closed(version, day) });
          const results = await Promise.all([
            at.store.commit(closing('2025-01-30')),
            other.commit(closing('2025-01-31')),
          ]);
          deepEqual(results.map(({ outcome }) => outcome).sort(), ['committed', 'conflict']);
        }
      } finally {
        await other.close();
      }
    });
  });

  describe('open orders', () => {
    it('are found by document, and listed by SKU, day, document and line', async () => {
      const orders = [
        openOrderOf('PO2', '1', { due: '2025-04-02' }),
        openOrderOf('PO2', '2', { due: '2025-04-01', sku: 'B' }),
        openOrderOf('PO10', '2', { due: '2025-04-01' }),
        openOrderOf('PO10', '10', { due: '2025-04-01' }),
        openOrderOf('PO10', '100', { due: '2025-04-01', kind: 'sale' }),
        openOrderOf('PO1', '1', { due: '2025-03-31', place: 'W2' }),
      ];
      await commit({ openOrders: orders });
      const found = await at.store.load(requestOf({ openOrders: ['PO10', 'PO3'] }));
      deepEqual(new Set(found.openOrders), new Set(orders.slice(2, 5)));
      const list = async (sku: string | undefined, limit: number) => {
        const filter = sku === undefined ? {} : { sku };
        const rows = await allRows((page) => at.store.openOrders(filter, page), limit);
        return rows.map((row) => `${row.sku} ${row.document}/${row.line}`);
      };
      const ofA = ['A PO1/1', 'A PO10/10', 'A PO10/100', 'A PO10/2', 'A PO2/1'];
      for (const limit of [1, 2, 10]) {
        deepEqual(await list('A', limit), ofA);
        deepEqual(await list(undefined, limit), [...ofA, 'B PO2/2']);
      }
    });

    it('are known by document and line: another SKU or kind takes the place of the one before', async () => {
      await commit({ openOrders: [openOrderOf('O1', '1'), openOrderOf('O1', '2')] });
      const other = openOrderOf('O1', '1', { sku: 'B', kind: 'sale', due: '2026-01-01' });
      await commit({ openOrders: [other] });
      deepEqual((await at.store.openOrders({ sku: 'A' }, first)).rows, [openOrderOf('O1', '2')]);
      deepEqual((await at.store.openOrders({ sku: 'B' }, first)).rows, [other]);
    });
  });
}
