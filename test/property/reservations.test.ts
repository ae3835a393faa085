/** What holds of reservations in any history: invariants 14 to 16 of the ledger. */
import assert from 'node:assert/strict';
import type { Balance, Reservation, ReservationLine } from '../../core/ledger.ts';
import { patience, runs } from '../runs.ts';
import { Books } from './Books.ts';
import { check } from './check.ts';
import type { Setting } from './documents.ts';
import type { Event } from './histories.ts';
import { histories } from './histories.ts';
import { poolOfPlace } from './oracle/facts.ts';

const all = { limit: 100_000 };
const life: readonly Event[] = [
  ...['receive', 'issue', 'transfer', 'adjust', 'count', 'status', 'cancel'],
  ...['reserve', 'reserve', 'reserve', 'commit', 'void', 'commit', 'void', 'commit', 'update'],
] as Event[];
/** A count says what is there, and a cancelled receipt was never there, whatever was promised of it. */
const promises = life.filter((event) => event !== 'count' && event !== 'cancel');
const kind = { events: life, methods: ['fifo', 'average'], owners: true, most: 30 };

const keyOf = ({ sku, place, lot, status, owner }: Balance): string =>
  [sku, place, lot, status, owner].join('|');

/** Names what a line holds: a balance, or a pool. */
const heldKey = ({ sku, place, lot, pool }: ReservationLine): string =>
  pool ? `${sku} ${pool}` : [sku, place, lot, 'available', ''].join('|');

/** What is asked and has not left. */
const heldOf = ({ quantity, committed }: ReservationLine): bigint => quantity - committed;

/** What pending reservations hold of each balance and pool. */
function heldBy(reservations: readonly Reservation[]): Map<string, bigint> {
  const held = new Map<string, bigint>();
  for (const { state, lines } of reservations) {
    if (state !== 'pending') continue;
    for (const line of lines) {
      held.set(heldKey(line), (held.get(heldKey(line)) ?? 0n) + heldOf(line));
    }
  }
  return held;
}

/** What is reserved of each balance and pool, as the store keeps it. */
async function reservedOf({ store }: Books): Promise<Map<string, bigint>> {
  const { rows } = await store.stock({}, all);
  const heads = (await store.heads(all)).rows;
  return new Map([
    ...rows.map((balance) => [keyOf(balance), balance.reserved] as const),
    ...heads.flatMap(({ sku, pools }) =>
      pools.map(({ pool, reserved }) => [`${sku} ${pool}`, reserved] as const),
    ),
  ]);
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
          const reserved = await reservedOf(books);
          for (const [key, quantity] of held) assert.ok((reserved.get(key) ?? 0n) >= quantity, key);
          const there = new Map<string, bigint>();
          const balances = (await books.store.stock({}, all)).rows.filter(
            ({ status, owner }) => status === 'available' && owner === '',
          );
          for (const balance of balances) {
            const { sku, place, onHand } = balance;
            const bound = held.get(keyOf(balance)) ?? 0n;
            // What is held of any lot stands on the balance without one.
            if (balance.lot === '' && isTracked(setting, sku)) continue;
            assert.ok(bound <= onHand, `${keyOf(balance)} has ${bound} of ${onHand} reserved`);
            const pool = `${sku} ${poolOfPlace(setting, place)}`;
            there.set(pool, (there.get(pool) ?? 0n) + onHand - bound);
          }
          for (const [pool, free] of there) {
            const bound = held.get(pool) ?? 0n;
            assert.ok(bound <= free, `pool ${pool} has ${bound} reserved of ${free} that are free`);
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
        for (const [key, reserved] of await reservedOf(books)) {
          assert.equal(reserved, held.get(key) ?? 0n, key);
          held.delete(key);
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
        for (const line of after.lines) {
          const key = heldKey(line);
          assert.equal(reserved.get(key) ?? 0n, reservedBefore.get(key)! - heldOf(line));
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

const isTracked = ({ items }: Setting, sku: string): boolean =>
  items.some((item) => item.sku === sku && item.tracking === 'lot');
