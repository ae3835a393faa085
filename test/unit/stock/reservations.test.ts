import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { reservationEvent } from '../../../core/apply/reservationEvent.ts';
import { identifierKeyword } from '../../../core/identifier.ts';
import type { ReservationAnswer } from '../../../core/stock/reservations/contract.ts';
import { ReservationsBook } from './reservationsBook.ts';

const south = { pools: { south: ['S2', 'S1'] } };
const inPool = (quantity: string, pool = 'south') => ({ lines: [{ sku: 'X', pool, quantity }] });
const at = (location: string, quantity: string, lot?: string) => ({
  lines: [{ sku: 'X', location, quantity, ...(lot && { lot }) }],
});
const part = (quantity: string, more = {}) => ({ lines: [{ line: '1', quantity, ...more }] });

describe('reservations of a pool', () => {
  it('hold what any of its places has, and no place gives away what the pool holds', () => {
    const book = new ReservationsBook(south);
    book.put('3', 'S1');
    book.put('3', 'S2');
    assert.equal(book.create('a', '', inPool('5')), 'created');
    assert.equal(book.create('b', '', at('S1', '2')), 'insufficient');
    assert.equal(book.take('2', 'S2'), false);
    assert.equal(book.create('c', '', at('S1', '1')), 'created');
    assert.equal(book.create('d', '', inPool('1')), 'insufficient');
  });

  it('are issued from its places in the order of the policy, passing by what others hold there', () => {
    const book = new ReservationsBook(south);
    book.put('3', 'S1');
    book.put('3', 'S2');
    book.create('other', '', at('S2', '1'));
    book.create('a', '', inPool('4'));
    assert.equal(book.commit('a', { document: 'SO-7', partner: 'C-1' }), 'committed');
    assert.deepEqual(book.issues, ['S2 2', 'S1 2']);
    const { document, reference, partner } = book.issued[0]!;
    assert.deepEqual([document, reference, partner], ['SO-7', 'a', 'C-1']);
    assert.equal(book.commit('other'), 'committed');
  });

  it('do not pass by what was held there until its time was over, though no sweep came by', () => {
    const book = new ReservationsBook(south);
    book.put('3', 'S1');
    book.put('3', 'S2');
    book.create('other', '', { ...at('S2', '1'), timeoutSeconds: '1' });
    book.create('a', '', inPool('4'));
    book.wait(1);
    assert.equal(book.commit('a'), 'committed');
    assert.deepEqual(book.issues, ['S2 3', 'S1 1']);
    assert.equal(book.commit('other'), 'expired');
  });

  it('are issued from the place named, unless others hold what is there', () => {
    const book = new ReservationsBook(south);
    book.put('3', 'S1');
    book.put('3', 'S2');
    book.create('other', '', at('S2', '2'));
    book.create('a', '', inPool('3'));
    assert.equal(book.commit('a', part('2', { location: 'S2' })), 'insufficient');
    assert.equal(book.reservation('a')?.state, 'pending');
    assert.equal(book.reserved, '5');
    const lines = [
      { line: '1', quantity: '1', location: 'S2' },
      { line: '1', quantity: '1', location: 'S1' },
    ];
    assert.equal(book.commit('a', { lines }), 'committed');
    assert.deepEqual(book.issues, ['S2 1', 'S1 1']);
    assert.equal(book.reserved, '2');
  });

  it('have places without a list in the order of their codes', () => {
    const book = new ReservationsBook(south);
    for (const place of ['C', 'A', 'S1', 'B']) book.put('1', place);
    book.create('a', '', inPool('3', 'main'));
    assert.equal(book.create('b', '', inPool('1', 'main')), 'insufficient');
    assert.equal(book.commit('a'), 'committed');
    assert.deepEqual(book.issues, ['A 1', 'B 1', 'C 1']);
  });

  it('do not count on what one place is short of', () => {
    const book = new ReservationsBook(south);
    book.put('3', 'S2');
    book.put('5', 'S1');
    assert.equal(book.create('lost', '', at('S1', '5')), 'created');
    book.put('-5', 'S1');
    assert.equal(book.create('a', '', inPool('3')), 'created');
    assert.equal(book.create('b', '', at('S2', '1')), 'insufficient');
  });
});

describe('reservations of lots', () => {
  it('hold one lot, or any lot of the place, each inside the other', () => {
    const book = new ReservationsBook();
    book.put('4', 'A', 'L1', '2026-06-30');
    book.put('4', 'A', 'L2', '2026-03-31');
    assert.equal(book.create('l1', '', at('A', '3', 'L1')), 'created');
    assert.equal(book.create('any', '', at('A', '4')), 'created');
    assert.equal(book.create('l2', '', at('A', '2', 'L2')), 'insufficient');
    assert.equal(book.create('l1b', '', at('A', '2', 'L1')), 'insufficient');
    assert.equal(book.take('1', 'A', 'L2'), true);
    assert.equal(book.take('1', 'A', 'L2'), false);
    assert.equal(book.commit('any'), 'committed');
    assert.equal(book.commit('l1'), 'committed');
    assert.deepEqual(book.issues, ['A/L2 1', 'A/L2 3', 'A/L1 1', 'A/L1 3']);
  });

  it('promise no lot that has expired; who holds it may still take it', () => {
    const book = new ReservationsBook();
    book.put('4', 'A', 'L1', '2026-01-01');
    book.put('4', 'A', 'L2', '2026-02-01');
    book.create('l1', '', at('A', '3', 'L1'));
    book.wait(86_400);
    assert.equal(book.create('a', '', at('A', '5')), 'insufficient');
    assert.equal(book.create('b', '', at('A', '1', 'L1')), 'insufficient');
    assert.equal(book.create('c', '', at('A', '4')), 'created');
    assert.equal(book.take('1', 'A', 'L1'), true);
    assert.equal(book.take('1', 'A', 'L1'), false);
    assert.equal(book.commit('l1'), 'committed');
    assert.equal(book.commit('c'), 'committed');
  });

  it('are issued from the lot named only now, unless others hold it', () => {
    const book = new ReservationsBook();
    book.put('4', 'A', 'L1');
    book.put('4', 'A', 'L2');
    book.create('l1', '', at('A', '3', 'L1'));
    book.create('any', '', at('A', '4'));
    assert.equal(book.commit('any', part('2', { lot: 'L1' })), 'insufficient');
    assert.equal(book.commit('any', part('2', { lot: 'L2' })), 'committed');
    assert.equal(book.onHand('A', 'L2'), '2');
    assert.equal(book.reserved, '3');
  });
});

describe('reservations and stock that others count on', () => {
  it('hold stock of our own in good state only', () => {
    const book = new ReservationsBook();
    book.balance('X', 'A', '', 'quarantine', '').onHand = 5_000_000n;
    book.balance('X', 'A', '', 'available', 'V-1').onHand = 5_000_000n;
    assert.equal(book.create('a', '1'), 'insufficient');
    book.put('1');
    assert.equal(book.create('b', '1'), 'created');
  });

  it('are never insufficient where shortage is allowed', () => {
    const book = new ReservationsBook({ negative: 'allow', ...south });
    assert.equal(book.create('a', '5'), 'created');
    assert.equal(book.create('b', '', inPool('5')), 'created');
    assert.equal(book.commit('a'), 'committed');
    assert.equal(book.commit('b'), 'committed');
    assert.deepEqual(book.issues, ['A 5', 'S2 5']);
  });

  it('are served as they come once stock was lost', () => {
    const book = new ReservationsBook(south);
    book.put('10', 'A');
    book.put('10', 'S1');
    book.create('a', '5');
    book.create('b', '5');
    book.create('c', '', inPool('5'));
    book.create('d', '', inPool('5'));
    book.put('-4', 'A');
    book.put('-4', 'S1');
    assert.deepEqual(
      ['a', 'b', 'c', 'd'].map((id) => book.commit(id)),
      ['committed', 'insufficient', 'committed', 'insufficient'],
    );
    assert.deepEqual([book.onHand('A'), book.onHand('S1'), book.reserved], ['1', '1', '10']);
    assert.equal(book.commit('b', part('1')), 'committed');
  });

  it('let no line of a commit wait for what another line gives back', () => {
    const book = new ReservationsBook();
    book.put('10', 'A');
    const lines = [
      { sku: 'X', location: 'A', quantity: '5' },
      { sku: 'X', location: 'A', quantity: '5' },
    ];
    book.create('a', '', { lines });
    book.put('-5', 'A');
    assert.equal(book.commit('a', part('5')), 'committed');
    assert.deepEqual([book.onHand(), book.reserved], ['0', '0']);
  });
});

describe('answers about reservations', () => {
  it('say what is short: line, SKU, place, what was asked and what there is', () => {
    const book = new ReservationsBook({ units: { BOX: 12n } });
    book.put('30');
    const lines = [
      { line: '10', sku: 'X', location: 'A', quantity: '1', unit: 'BOX' },
      { line: '20', sku: 'X', location: 'A', quantity: '2', unit: 'BOX' },
    ];
    const answer = book.ask('reservation.create.v1', { reservation: 'a', at: book.time, lines });
    assert.deepEqual(reservationEvent(answer).data, {
      reservation: 'a',
      action: 'create',
      result: 'insufficient',
      state: 'failed',
      lines: [
        { line: '10', sku: 'X', location: 'A', quantity: '12', committed: '0' },
        { line: '20', sku: 'X', location: 'A', quantity: '24', committed: '0' },
      ],
      shortage: { line: '20', sku: 'X', location: 'A', asked: '24', available: '18' },
      reason: 'X at A: 24 asked, 18 available',
      source: '/test',
      messageId: 'm1',
      actor: 'flow:test',
      recordedAt: '2026-01-01T00:00:00.000Z',
    });
  });

  it('say what left by them, and in all', () => {
    const book = new ReservationsBook();
    book.put('9');
    book.create('a', '5');
    const told = (quantity: string) => {
      const lines = [{ line: '1', quantity }];
      const asked = { reservation: 'a', rest: 'keep', lines } as const;
      const { result, lines: after } = reservationEvent(
        book.ask('reservation.commit.v1', asked),
      ).data;
      return [result, after[0]!.issued, after[0]!.committed];
    };
    assert.deepEqual(told('3'), ['partly_committed', '3', '3']);
    assert.deepEqual(told('3'), ['exceeds_reserved', undefined, '3']);
    assert.deepEqual(told('2'), ['committed', '2', '5']);
    assert.deepEqual(told('2'), ['already_committed', undefined, '5']);
  });

  it('say what can be promised after them, unless they change nothing of it', () => {
    const book = new ReservationsBook();
    book.put('10');
    book.put('5', 'B');
    const lines = [
      { line: '10', sku: 'X', location: 'A', quantity: '4' },
      { line: '20', sku: 'X', pool: 'main', quantity: '2' },
    ];
    const request = { reservation: 'a', at: book.time, lines };
    const available = (answer: ReservationAnswer) =>
      reservationEvent(answer).data.lines.map((line) => line.available);
    assert.deepEqual(available(book.ask('reservation.create.v1', request)), ['6', '9']);
    assert.deepEqual(available(book.ask('reservation.create.v1', request)), [undefined, undefined]);
    const part = { reservation: 'a', lines: [{ line: '10', quantity: '1' }] };
    assert.deepEqual(available(book.ask('reservation.commit.v1', part)), ['9', '14']);
    const other = { ...request, reservation: 'b' };
    assert.deepEqual(available(book.ask('reservation.create.v1', other)), ['5', '8']);
    const over = { reservation: 'b' };
    assert.deepEqual(available(book.ask('reservation.void.v1', over)), ['9', '14']);
    assert.deepEqual(available(book.ask('reservation.void.v1', over)), [undefined, undefined]);
  });

  it('rest, where they refuse for want of stock, on the stock as it is', () => {
    const book = new ReservationsBook();
    book.put('5');
    assert.equal(book.create('a', '6'), 'insufficient');
    assert.deepEqual(book.reliedOn, ['X']);
    book.create('b', '5');
    book.put('-5');
    assert.equal(book.commit('b'), 'insufficient');
    assert.deepEqual(book.reliedOn, ['X', 'X']);
  });

  it('take the same quantity in another unit for the same request', () => {
    const book = new ReservationsBook({ units: { BOX: 12n } });
    book.put('30');
    book.create('a', '24');
    const lines = [{ sku: 'X', location: 'A', quantity: '2', unit: 'BOX' }];
    assert.equal(book.create('a', '', { lines }), 'exists');
    assert.equal(book.commit('a', part('1', { unit: 'BOX' })), 'committed');
    assert.equal(book.onHand(), '18');
  });

  it('hold nothing for a request that came after its own time', () => {
    const book = new ReservationsBook();
    book.put('5');
    const late = { expiresAt: '2026-01-01T00:00:00Z' };
    assert.equal(book.create('a', '5', late), 'expired');
    assert.equal(book.create('a', '5', late), 'exists');
    assert.equal(book.commit('a'), 'expired');
    assert.equal(book.reserved, '0');
  });

  it('tell of an expiry first, then of what a message asked', () => {
    const book = new ReservationsBook();
    book.put('5');
    book.create('a', '5', { timeoutSeconds: '1' });
    book.wait(1);
    const answers = book.answers('reservation.commit.v1', { reservation: 'a' });
    assert.deepEqual(
      answers.map(({ action, result, reservation }) => [action, result, reservation?.version]),
      [
        ['expire', 'expired', 2],
        ['commit', 'expired', 3],
      ],
    );
    const events = answers.map(reservationEvent);
    assert.deepEqual(
      events.map(({ id }) => id),
      ['reservation/a#2', 'reservation/a#3'],
    );
    assert.equal(events[0]!.data.messageId, undefined);
    assert.equal(events[0]!.data.actor, 'job:expire');
    assert.deepEqual(
      book.reservation('a')?.log.map(({ action, messageId }) => [action, messageId]),
      [
        ['create', 'm1'],
        ['expire', ''],
        ['commit', 'm2'],
      ],
    );
  });

  it('are events that their schema allows', async () => {
    const ajv = new Ajv({ allErrors: true }).addVocabulary([identifierKeyword]);
    addFormats.default(ajv);
    const schema = JSON.parse(await readFile('schemas/reservation.changed.v1.json', 'utf8'));
    const book = new ReservationsBook(south);
    book.put('5');
    const answers = [
      ...book.answers('reservation.create.v1', {
        ...{ reservation: 'a', at: book.time, timeoutSeconds: '9' },
        ...at('A', '5'),
      }),
      ...book.answers('reservation.create.v1', {
        ...{ reservation: 'b', at: book.time },
        ...inPool('5'),
      }),
      ...book.answers('reservation.commit.v1', { reservation: 'a', ...part('6') }),
      ...book.answers('reservation.void.v1', { reservation: 'a', reason: 'Out of season' }),
    ];
    const results = ['created', 'insufficient', 'exceeds_reserved', 'voided'];
    assert.deepEqual(
      answers.map(({ result }) => result),
      results,
    );
    assert.equal(answers.at(-1)?.reservation?.log.at(-1)?.reason, 'Out of season');
    for (const answer of answers) {
      const { data } = reservationEvent(answer);
      assert.ok(ajv.validate(schema, data), `${ajv.errorsText()} ${JSON.stringify(data)}`);
    }
  });

  it('are kept in a log that does not grow for ever', () => {
    const book = new ReservationsBook();
    book.put('5');
    book.create('a', '5', { timeoutSeconds: '3600' });
    book.wait(60);
    for (let times = 0; times < 200; times += 1) book.commit('a', part('6'));
    assert.equal(book.create('a', '5', { timeoutSeconds: '3600' }), 'exists');
    const { log, version } = book.reservation('a')!;
    assert.deepEqual([log.length, log[0]?.result, log.at(-1)?.result], [51, 'created', 'exists']);
    assert.equal(version, 202);
  });

  it('refuse a message that makes no sense, and keep nothing of it', () => {
    const book = new ReservationsBook();
    book.put('5');
    const refused = (lines: object[], field: string, more = {}) =>
      assert.throws(
        () => book.create('a', '', { lines: lines as never, ...more }),
        (error: { fault?: { at?: { field?: string } } }) => error.fault?.at?.field === field,
      );
    const good = { sku: 'X', location: 'A', quantity: '1' };
    refused([good, { ...good, quantity: '0' }], 'lines[1].quantity');
    refused([{ ...good, pool: 'main' }], 'lines[0].location');
    refused([{ sku: 'X', quantity: '1' }], 'lines[0].location');
    refused([{ sku: 'X', pool: 'main', lot: 'L', quantity: '1' }], 'lines[0].lot');
    refused([{ sku: 'X', pool: 'transit', quantity: '1' }], 'lines[0].pool');
    refused([{ ...good, line: '2' }, good], 'lines[1].line');
    refused([good], 'timeoutSeconds', { timeoutSeconds: '5', expiresAt: '2027-01-01T00:00:00Z' });
    assert.deepEqual([book.reservations, book.reserved], [[], '0']);
  });
});
