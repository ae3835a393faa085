/** What holds of reservations in any history, under a clock that is set by hand. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDecimal } from '../../../core/decimal.ts';
import { isStockbusError } from '../../../core/errors.ts';
import { runs, seed } from '../../runs.ts';
import { micro, ReservationsBook } from './reservationsBook.ts';

const cases = { numRuns: runs(1, 300), seed };

/** Places A and B share the pool `main`; S is alone in `south`. */
const setting = { pools: { south: ['S'] } };

type Step =
  | ['put', quantity: number, place: string, lot: string]
  | ['take', quantity: number, place: string, lot: string]
  | ['create', id: string, lines: Line[], seconds: number]
  | ['commit', id: string, quantity: number | 'all']
  | ['ship', id: string, quantity: number]
  | ['update', id: string, quantity: number, seconds: number]
  | ['void', id: string]
  | ['wait', seconds: number]
  | ['sweep'];
type Line = [quantity: number, target: string, lot: string];

const quantity = fc.integer({ min: 1, max: 6 });
const place = fc.constantFrom('A', 'B', 'S');
const lot = fc.constantFrom('', 'L1', 'L2');
const id = fc.constantFrom('r1', 'r2', 'r3', 'r4', 'r5', 'r6');
const line: fc.Arbitrary<Line> = fc.oneof(
  fc.tuple(quantity, place, lot),
  fc.tuple(quantity, fc.constantFrom('pool main', 'pool south'), fc.constant('')),
);
const lines = fc.array(line, { minLength: 1, maxLength: 3 });
const seconds = fc.constantFrom(0, 1, 2, 3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(fc.constant('put' as const), quantity, place, lot) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('take' as const), quantity, place, lot) },
  { weight: 5, arbitrary: fc.tuple(fc.constant('create' as const), id, lines, seconds) },
  {
    weight: 3,
    arbitrary: fc.tuple(
      fc.constant('commit' as const),
      id,
      fc.oneof(quantity, fc.constant('all' as const)),
    ),
  },
  { weight: 2, arbitrary: fc.tuple(fc.constant('ship' as const), id, quantity) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constant('update' as const), id, fc.nat({ max: 6 }), seconds),
  },
  { weight: 1, arbitrary: fc.tuple(fc.constant('void' as const), id) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('wait' as const), fc.constantFrom(0.5, 1, 2)) },
  { weight: 1, arbitrary: fc.constant(['sweep'] as ['sweep']) },
);
const history = fc.array(step, { maxLength: 40, size: 'max' });

/** One step, and how it was answered, or by which code it was refused. */
function take(book: ReservationsBook, step: Step): string {
  try {
    return answerTo(book, step);
  } catch (error) {
    if (isStockbusError(error, 'RESERVATION_UNKNOWN')) return error.code;
    throw error;
  }
}

function answerTo(book: ReservationsBook, [action, ...rest]: Step): string {
  switch (action) {
    case 'put': {
      const [quantity, place, lot] = rest as [number, string, string];
      book.put(String(quantity), place, lot);
      return '';
    }
    case 'take': {
      const [quantity, place, lot] = rest as [number, string, string];
      // An issue takes what lies there of just that lot, and no more.
      const there = book.balance('X', place, lot, 'available', '').onHand;
      return String(there >= micro(String(quantity)) && book.take(String(quantity), place, lot));
    }
    case 'create': {
      const [id, lines, seconds] = rest as [string, Line[], number];
      const timeout = seconds === 0 ? {} : { timeoutSeconds: String(seconds) };
      return book.create(id, '', { lines: lines.map(lineOf), ...timeout });
    }
    case 'commit': {
      const [id, quantity] = rest as [string, number | 'all'];
      const lines = [{ line: '1', quantity: String(quantity) }];
      return book.commit(id, quantity === 'all' ? {} : { lines });
    }
    case 'ship': {
      const [id, quantity] = rest as [string, number];
      return book.commit(id, { lines: [{ line: '1', quantity: String(quantity) }], rest: 'keep' });
    }
    case 'update': {
      const [id, quantity, seconds] = rest as [string, number, number];
      const timeout = seconds === 0 ? {} : { timeoutSeconds: String(seconds) };
      return book.update(id, { lines: [{ line: '1', quantity: String(quantity) }], ...timeout });
    }
    case 'void':
      return book.void(rest[0] as string);
    case 'wait':
      book.wait(rest[0] as number);
      return '';
    case 'sweep':
      return book.sweep().join();
  }
}

const lineOf = ([quantity, target, lot]: Line) => ({
  sku: 'X',
  quantity: String(quantity),
  ...(target.startsWith('pool ') ? { pool: target.slice(5) } : { location: target }),
  ...(lot !== '' && { lot }),
});

/** Nothing is reserved but what pending reservations hold, each where it holds it. */
function assertNoOrphans(book: ReservationsBook): void {
  const held = new Map<string, bigint>();
  const add = (key: string, by: bigint) => held.set(key, (held.get(key) ?? 0n) + by);
  for (const { state, lines } of book.reservations) {
    if (state !== 'pending') continue;
    for (const { place, pool, lot, quantity, committed } of lines)
      add(`${place}/${pool}/${lot}`, quantity - committed);
  }
  for (const { place, lot, reserved } of book.balances) add(`${place}//${lot}`, -reserved);
  for (const { pool, reserved } of book.pools) add(`/${pool}/`, -reserved);
  for (const [key, rest] of held) assert.equal(rest, 0n, `${key}: ${rest} too much or too little`);
}

/** At every lot, place and pool, no more is held inside it than lies there. */
function assertBound(book: ReservationsBook): void {
  const sums = new Map<string, bigint>();
  const add = (key: string, by: bigint) => sums.set(key, (sums.get(key) ?? 0n) + by);
  for (const { place, lot, onHand, reserved } of book.balances) {
    if (lot !== '') add(`lot ${place}/${lot}`, onHand - reserved);
    add(`place ${place}`, onHand - reserved);
    add(`pool ${book.poolOf(place)}`, onHand - reserved);
    assert.ok(reserved >= 0n && onHand >= 0n);
  }
  for (const { pool, reserved } of book.pools) add(`pool ${pool}`, -reserved);
  for (const [key, free] of sums) assert.ok(free >= 0n, `${key}: ${formatDecimal(-free)} too much`);
}

describe('reservations in any history', () => {
  it('hold never more than is there, and nothing that nobody holds', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const book = new ReservationsBook(setting);
        for (const each of steps) {
          take(book, each);
          assertNoOrphans(book);
          assertBound(book);
        }
      }),
      cases,
    );
  });

  it('can all be issued, in any order', () => {
    fc.assert(
      fc.property(history, fc.array(fc.nat()), (steps, order) => {
        const book = new ReservationsBook(setting);
        for (const each of steps) take(book, each);
        book.sweep();
        const pending = book.reservations.filter(({ state }) => state === 'pending');
        pending.sort((a, b) => (order[pending.indexOf(a)] ?? 0) - (order[pending.indexOf(b)] ?? 0));
        for (const { id } of pending) assert.equal(book.commit(id), 'committed');
        assert.equal(book.reserved, '0');
        assertBound(book);
      }),
      cases,
    );
  });

  it('are resolved once: issued or given back before their time, expired from it on', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const book = new ReservationsBook(setting);
        for (const each of steps) take(book, each);
        for (const { state, expiresAt, log } of book.reservations) {
          const ends = log.filter(
            ({ action, result }) => ['committed', 'voided'].includes(result) || action === 'expire',
          );
          assert.equal(ends.length, state === 'pending' || state === 'failed' ? 0 : 1);
          for (const { result, recordedAt } of ends) {
            assert.equal(result, state);
            const over = expiresAt !== '' && recordedAt >= expiresAt;
            assert.equal(result === 'expired', over, `${result} at ${recordedAt} of ${expiresAt}`);
          }
        }
      }),
      cases,
    );
  });

  it('answer the same however late the sweep comes', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const never = new ReservationsBook(setting);
        const always = new ReservationsBook(setting);
        const asked = steps.filter(([action]) => action !== 'sweep' && action !== 'take');
        for (const each of asked) {
          always.sweep();
          assert.equal(take(never, each), take(always, each), each.join(' '));
        }
        never.sweep();
        always.sweep();
        assert.equal(never.reserved, always.reserved);
        assert.deepEqual(never.issues, always.issues);
      }),
      cases,
    );
  });

  it('come to the same when every message comes twice', () => {
    const again =
      /^(exists|already_(failed|committed|voided)|expired|RESERVATION_UNKNOWN|exceeds_reserved|exists_with_.*)$/;
    fc.assert(
      fc.property(history, (steps) => {
        const once = new ReservationsBook(setting);
        const twice = new ReservationsBook(setting);
        for (const each of steps) {
          const answer = take(once, each);
          assert.equal(take(twice, each), answer);
          if (!['create', 'commit', 'void'].includes(each[0])) continue;
          const second = take(twice, each);
          assert.match(second, again);
          assert.equal(/^(created|committed|voided|insufficient)$/.test(answer), second !== answer);
        }
        assert.equal(twice.reserved, once.reserved);
        assert.deepEqual(twice.issues, once.issues);
        const states = (book: ReservationsBook) =>
          book.reservations.map(({ id, state, lines }) => ({ id, state, lines }));
        assert.deepEqual(states(twice), states(once));
      }),
      cases,
    );
  });

  it('give n units to at most n takers, and to as many as there are units', () => {
    const taker = fc.constantFrom('reserve', 'reserve in the pool', 'issue', 'reserve and issue');
    fc.assert(
      fc.property(
        fc.array(taker, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 20 }),
        (takers, atA, atB) => {
          const book = new ReservationsBook(setting);
          if (atA > 0) book.put(String(atA), 'A');
          if (atB > 0) book.put(String(atB), 'B');
          const got = takers.filter((how, index) => {
            const name = `r${index}`;
            const pool = { lines: [{ sku: 'X', pool: 'main', quantity: '1' }] };
            if (how === 'issue') return book.take('1', 'A');
            if (how === 'reserve in the pool') return book.create(name, '', pool) === 'created';
            if (book.create(name, '1') !== 'created') return false;
            return how === 'reserve' || book.commit(name) === 'committed';
          });
          assert.ok(got.length <= atA + atB);
          // Takers of the pool may have what takers at A could not.
          const atPlace = takers.filter((how) => how !== 'reserve in the pool').length;
          const most = Math.min(takers.length, atA + atB);
          assert.ok(got.length >= most - Math.max(0, atPlace - atA));
          assertBound(book);
        },
      ),
      cases,
    );
  });
});
