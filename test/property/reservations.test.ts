/** What holds of reservations in any history: invariants 14 to 16 of the ledger. */
import assert from 'node:assert/strict';
import type { Balance, Reservation } from '../../core/ledger.ts';
import { Books } from './Books.ts';
import { check, patience, runs } from './check.ts';
import type { Event } from './histories.ts';
import { histories } from './histories.ts';

const all = { limit: 100_000 };
const life: readonly Event[] = [
  ...['receive', 'issue', 'transfer', 'adjust', 'count', 'status', 'cancel'],
  ...['reserve', 'reserve', 'reserve', 'commit', 'void', 'commit', 'void'],
] as Event[];
/** A count says what is there, and a cancelled receipt was never there, whatever was promised of it. */
const promises = life.filter((event) => event !== 'count' && event !== 'cancel');
const kind = { events: life, methods: ['fifo', 'average'], owners: true, most: 30 };

const keyOf = ({ sku, place, lot, status, owner }: Balance): string =>
  [sku, place, lot, status, owner].join('|');

/** What pending reservations hold of each balance. */
function heldBy(reservations: readonly Reservation[]): Map<string, bigint> {
  const held = new Map<string, bigint>();
  for (const { state, lines } of reservations) {
    if (state !== 'pending') continue;
    for (const { sku, place, lot, quantity } of lines) {
      const key = [sku, place, lot, 'available', ''].join('|');
      held.set(key, (held.get(key) ?? 0n) + quantity);
    }
  }
  return held;
}

describe(`reservations in any history (${runs()} histories each)`, function () {
  this.timeout(patience());

  it('14. Reservation bound: what is reserved is there, unless shortages are allowed', () =>
    check(
      histories({ ...kind, events: promises, negative: ['deny'] }),
      async ({ setting, docs }) => {
        const books = await Books.open(setting);
        for (const doc of docs) {
          await books.send(doc);
          // Those whose time is over hold nothing, though no sweep has come by yet.
          const active = (await books.store.reservations({}, all)).rows.filter(
            ({ expiresAt }) => expiresAt === '' || expiresAt > doc.recordedAt,
          );
          const held = heldBy(active);
          for (const balance of (await books.store.stock({}, all)).rows) {
            const { onHand, reserved } = balance;
            const bound = held.get(keyOf(balance)) ?? 0n;
            assert.ok(
              reserved >= bound && bound >= 0n,
              `${keyOf(balance)} has ${reserved} reserved`,
            );
            assert.ok(bound <= onHand, `${keyOf(balance)} has ${bound} of ${onHand} reserved`);
          }
        }
      },
    ));

  it('15. No orphans: what is reserved is what open reservations hold, and each ends once', () =>
    check(histories(kind), async ({ setting, docs }) => {
      const books = await Books.open(setting);
      let before = new Map<string, Reservation>();
      for (const doc of docs) {
        await books.send(doc);
        const { rows } = await books.store.reservations({}, all);
        const held = heldBy(rows);
        for (const balance of (await books.store.stock({}, all)).rows) {
          assert.equal(balance.reserved, held.get(keyOf(balance)) ?? 0n, keyOf(balance));
          held.delete(keyOf(balance));
        }
        assert.deepEqual(
          [...held.values()].filter((quantity) => quantity !== 0n),
          [],
        );
        for (const { id, state, lines } of rows) {
          const old = before.get(id)?.state;
          assert.ok(
            old === undefined || old === 'pending' || old === state,
            `${id}: ${old}, ${state}`,
          );
          for (const { committed, quantity } of lines) assert.ok(committed <= quantity);
        }
        before = new Map(rows.map((row) => [row.id, row]));
      }
    }));

  it('15. No orphans: a release gives back exactly what was held', () =>
    check(histories(kind), async ({ setting, docs }) => {
      const books = await Books.open(setting);
      for (const doc of docs) {
        const reservedBefore = await reservedOf(books);
        const { state } = (await find(books, doc.data.reservation)) ?? {};
        await books.send(doc);
        const after = await find(books, doc.data.reservation);
        if (doc.type !== 'reservation.void.v1' || state !== 'pending' || !after) continue;
        const reserved = await reservedOf(books);
        for (const { sku, place, lot, quantity } of after.lines) {
          const key = [sku, place, lot, 'available', ''].join('|');
          assert.equal(reserved.get(key), reservedBefore.get(key)! - quantity);
        }
      }
    }));

  it('16. Expiry: never before its time, and nothing is issued after it, however late the sweep', () =>
    check(histories(kind), async ({ setting, docs }) => {
      const books = await Books.open(setting);
      for (const doc of docs) await books.send(doc);
      for (const { id, expiresAt, log, state } of (await books.store.reservations({}, all)).rows) {
        for (const { result, action, recordedAt } of log) {
          const isOver = expiresAt !== '' && recordedAt >= expiresAt;
          if (action === 'expire') assert.ok(isOver, `${id} expired at ${recordedAt}`);
          if (result === 'committed' || result === 'voided') {
            assert.ok(!isOver, `${id} was ${result} at ${recordedAt}, after ${expiresAt}`);
          }
        }
        if (state === 'expired')
          assert.equal(
            log.some(({ action }) => action === 'expire'),
            true,
          );
      }
    }));
});

async function find({ store }: Books, id: string | undefined): Promise<Reservation | undefined> {
  return (await store.reservations({}, all)).rows.find((row) => row.id === id);
}

async function reservedOf({ store }: Books): Promise<Map<string, bigint>> {
  const { rows } = await store.stock({}, all);
  return new Map(rows.map((balance) => [keyOf(balance), balance.reserved]));
}
