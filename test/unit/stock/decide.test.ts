import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDecimal } from '../../../core/decimal.ts';
import { isVirtual } from '../../../core/ledger.ts';
import { itemVersion } from '../../../core/stock/expectedVersions.ts';
import { issue, receive, StockBook, transfer } from '../../stockBook.ts';

describe('stock decisions', () => {
  it('refuses what a cost pool could not hold, though each of its places could', () => {
    const book = new StockBook();
    const most = '999999999999';
    for (let place = 1; place <= 9; place += 1)
      book.book('stock.receive.v1', receive(most, '0', `P${place}`));
    const decision = book.decide('stock.receive.v1', receive(most, '0', 'P10'));
    assert.equal(decision.outcome === 'rejected' && decision.fault.code, 'STOCK_OUT_OF_RANGE');
    assert.equal(book.pool('X'), '8999999999991 @ 0.00');
  });

  it('refuses what states a field that nothing honours yet, whoever sent it', () => {
    const decision = new StockBook().decide('location.upsert.v1', {
      location: 'P1',
      expectedVersion: '1',
    });
    assert.ok(decision.outcome === 'rejected');
    const { code, at } = decision.fault;
    assert.deepEqual([code, at?.field], ['FIELD_RESERVED', 'expectedVersion']);
  });

  it('books what states the version of its item, and refuses it whole where that is another', () => {
    const book = new StockBook();
    const whole = receive('1', '2');
    const [line] = whole.lines;
    const decided = (data: object): string => {
      const decision = book.decide('stock.receive.v1', data as never);
      if (decision.outcome === 'booked') return 'booked';
      return `${decision.fault.code} ${decision.fault.at?.field}: ${decision.fault.message}`;
    };
    assert.equal(decided({ ...whole, expectedVersion: '0' }), 'booked');
    assert.equal(
      decided({ ...whole, expectedVersion: '0' }),
      'VERSION_MISMATCH expectedVersion: X has the version 1, and 0 is expected',
    );
    const lines = [line, { ...line, expectedVersion: '7' }];
    assert.match(decided({ ...whole, lines }), /^VERSION_MISMATCH lines\[1\]\.expectedVersion/);
    assert.equal(decided({ ...whole, lines: [{ ...line, expectedVersion: '1' }] }), 'booked');
    const several = [line, { ...line, sku: 'Y' }];
    assert.match(
      decided({ ...whole, lines: several, expectedVersion: '2' }),
      /^MESSAGE_INVALID expectedVersion: the lines are of X and of Y/,
    );
    assert.equal(book.pool('X'), '2 @ 4.00');
  });

  it('compares what is known of an item, and the version of a reservation', () => {
    const book = new StockBook();
    const codeOf = (...[type, data]: Parameters<StockBook['decide']>): string => {
      const decision = book.decide(type, data as never);
      return decision.outcome === 'booked' ? 'booked' : decision.fault.code;
    };
    const item = (name: string, expectedVersion: string) =>
      codeOf('item.upsert.v1', { sku: 'X', name, expectedVersion });
    assert.equal(item('Mug', '0'), 'booked');
    assert.equal(item('Cup', '0'), 'VERSION_MISMATCH');
    const version = String(itemVersion(book.workspace.sku('X').item));
    book.book('stock.receive.v1', receive('5', '2'));
    assert.equal(item('Cup', version), 'booked', 'stock that comes is no change of the item');
    assert.equal(item('Bowl', version), 'VERSION_MISMATCH');
    const at = '2026-03-01T08:00:00.000Z';
    const lines = [{ sku: 'X', location: 'A', quantity: '1' }];
    book.book('reservation.create.v1', { reservation: 'R', at, lines });
    const end = (expectedVersion: string) =>
      codeOf('reservation.void.v1', { reservation: 'R', expectedVersion });
    assert.deepEqual([end('2'), end('1')], ['VERSION_MISMATCH', 'booked']);
  });

  it('values FIFO issues by the oldest receipts', () => {
    const book = new StockBook();
    book.book('stock.receive.v1', receive('68', '15'));
    book.book('stock.receive.v1', receive('140', '15.5'));
    book.book('stock.issue.v1', issue('94'));
    assert.deepEqual(book.entries(), [
      'receive 68 1020.00',
      'receive 140 2170.00',
      'issue 94 1423.00',
    ]);
    assert.equal(book.pool('X'), '114 @ 1767.00');
  });

  it('values moving-average issues by value × quantity ÷ quantity, not by a rounded average', () => {
    const book = new StockBook({ valuation: 'average' });
    book.book('stock.receive.v1', receive('60', '15'));
    book.book('stock.receive.v1', receive('140', '15.5'));
    book.book('stock.issue.v1', issue('190'));
    book.book('stock.receive.v1', receive('70', '16'));
    book.book('stock.issue.v1', issue('30'));
    book.book('stock.issue.v1', issue('50'));
    assert.deepEqual(
      book.entries().filter((entry) => entry.startsWith('issue')),
      ['issue 190 2916.50', 'issue 30 477.56', 'issue 50 795.94'],
    );
    assert.equal(book.pool('X'), '0 @ 0.00');
  });

  it('gives the issue that empties the stock the whole residue', () => {
    for (const [cost, issued] of [
      ['33.333333', ['33.33', '33.34', '33.33']],
      ['1.616667', ['1.62', '1.62', '1.61']],
    ] as const) {
      const book = new StockBook({ valuation: 'average' });
      book.book('stock.receive.v1', receive('3', cost));
      for (let times = 0; times < 3; times += 1) book.book('stock.issue.v1', issue('1'));
      assert.deepEqual(
        book.entries().slice(1),
        issued.map((value) => `issue 1 ${value}`),
      );
      assert.equal(book.pool('X'), '0 @ 0.00');
    }
  });

  it('values a shortage at the last known cost and trues it up when the receipt comes', () => {
    const book = new StockBook();
    book.book('stock.receive.v1', receive('10', '10'));
    book.book('stock.issue.v1', issue('15'));
    assert.equal(book.pool('X'), '-5 @ -50.00');
    book.book('stock.issue.v1', issue('5'));
    assert.equal(book.pool('X'), '-10 @ -100.00');
    book.book('stock.receive.v1', receive('15', '15'));
    assert.deepEqual(book.entries().slice(-3), [
      'receive 15 225.00',
      'trueup 0 25.00',
      'trueup 0 25.00',
    ]);
    assert.equal(book.pool('X'), '5 @ 75.00');
  });

  it('values a shortage at the stated cost, also where an amount rounds to nothing', () => {
    const book = new StockBook();
    book.book('stock.receive.v1', receive('1', '0.001'));
    book.book('stock.issue.v1', issue('1'));
    book.book('stock.receive.v1', receive('1', '0.001'));
    book.book('stock.issue.v1', issue('10001'));
    assert.equal(book.pool('X'), '-10000 @ -10.00');
  });

  it('denies what is not there where the policy says so, and leaves no trace of the document', () => {
    const book = new StockBook({ negative: 'deny' });
    book.book('stock.receive.v1', receive('10', '2'));
    const decision = book.decide('stock.issue.v1', {
      document: 'SO-1',
      at: '2026-01-02T00:00:00.000Z',
      lines: [
        { sku: 'X', location: 'A', quantity: '6' },
        { sku: 'X', location: 'A', quantity: '5' },
      ],
    });
    assert.equal(decision.outcome, 'rejected');
    assert.deepEqual(
      decision.outcome === 'rejected' && [
        decision.fault.code,
        decision.fault.at?.field,
        decision.fault.message,
      ],
      ['STOCK_INSUFFICIENT', 'lines[1].quantity', 'X at A: 5 asked, 4 there'],
    );
    assert.equal(book.onHand('X'), '10');
    assert.equal(book.pool('X'), '10 @ 20.00');
    assert.deepEqual(book.entries(), ['receive 10 20.00']);
  });

  it('moves cost layers as they are from pool to pool', () => {
    const book = new StockBook({ pools: { south: ['B'] } });
    book.book('stock.receive.v1', receive('10', '1'));
    book.book('stock.receive.v1', receive('10', '2'));
    book.book('stock.transfer.v1', transfer('15', 'A', 'B'));
    assert.equal(book.pool('X', 'main'), '5 @ 10.00');
    assert.equal(book.pool('X', 'south'), '15 @ 20.00');
    book.book('stock.issue.v1', issue('10', 'B'));
    assert.equal(book.pool('X', 'south'), '5 @ 10.00');
  });

  it('books the difference of a count, and the fact of a count that finds none', () => {
    const book = new StockBook();
    book.book('stock.receive.v1', receive('10', '3'));
    const count = (quantity: string) => ({
      document: 'C',
      at: '2026-01-02T00:00:00.000Z',
      lines: [{ sku: 'X', location: 'A', quantity }],
    });
    book.book('stock.count.v1', count('7'));
    book.book('stock.count.v1', count('7'));
    book.book('stock.count.v1', count('9'));
    assert.deepEqual(book.entries().slice(1), ['count 3 9.00', 'count 0 0.00', 'count 2 6.00']);
    assert.equal(book.onHand('X'), '9');
    assert.equal(book.pool('X'), '9 @ 27.00');
  });

  it('refuses places outside, the same place twice, zero and a currency without a rate', () => {
    const book = new StockBook();
    const codes = [
      book.decide('stock.receive.v1', receive('1', '1', 'supplier')),
      book.decide('stock.transfer.v1', transfer('1', 'A', 'A')),
      book.decide('stock.issue.v1', issue('0')),
      book.decide('stock.receive.v1', { ...receive('1', '1'), currency: 'USD' }),
    ].map((decision) => decision.outcome === 'rejected' && decision.fault.code);
    assert.deepEqual(codes, [
      'PLACE_RESERVED',
      'STOCK_SAME_PLACE',
      'MESSAGE_INVALID',
      'CURRENCY_RATE_MISSING',
    ]);
  });

  const place = fc.constantFrom('A', 'B', 'C');
  const quantity = fc
    .integer({ min: 1, max: 5_000_000 })
    .map((micro) => formatDecimal(BigInt(micro) * 1000n));
  const cost = fc.integer({ min: 0, max: 99_999_999 }).map((micro) => formatDecimal(BigInt(micro)));
  const document = fc.oneof(
    fc
      .tuple(quantity, cost, place)
      .map(([q, c, p]) => ['stock.receive.v1', receive(q, c, p)] as const),
    fc.tuple(quantity, place).map(([q, p]) => ['stock.issue.v1', issue(q, p)] as const),
    fc
      .tuple(quantity, place, place)
      .map(([q, p, t]) => ['stock.transfer.v1', transfer(q, p, t)] as const),
  );

  for (const valuation of ['fifo', 'average'] as const) {
    it(`conserves quantity and value over any history (${valuation})`, () => {
      fc.assert(
        fc.property(
          fc.array(document, { maxLength: 40 }),
          fc.constantFrom('allow', 'deny'),
          (documents, negative) => {
            const book = new StockBook({
              valuation,
              negative: negative as 'allow',
              pools: { south: ['C'] },
            });
            for (const [type, data] of documents) book.decide(type, data as never);
            const fresh = book.workspace.changedSkus().flatMap((state) => state.fresh);
            const places = new Map<string, bigint>();
            const pools = new Map<string, { quantity: bigint; value: bigint }>();
            const add = (pool: string, q: bigint, v: bigint) => {
              const old = pools.get(pool) ?? { quantity: 0n, value: 0n };
              pools.set(pool, { quantity: old.quantity + q, value: old.value + v });
            };
            for (const entry of fresh) {
              places.set(entry.from, (places.get(entry.from) ?? 0n) - entry.quantity);
              places.set(entry.to, (places.get(entry.to) ?? 0n) + entry.quantity);
              if (entry.fromPool === entry.toPool) continue;
              if (entry.fromPool) add(entry.fromPool, -entry.quantity, -entry.value);
              if (entry.toPool) add(entry.toPool, entry.quantity, entry.value);
            }
            assert.equal(
              [...places.values()].reduce((sum, units) => sum + units, 0n),
              0n,
            );
            for (const [name, onHand] of places) {
              if (isVirtual(name)) continue;
              assert.equal(
                book.workspace.sku('X').balance(name, '', 'available', '').onHand,
                onHand,
              );
              if (negative === 'deny') assert.ok(onHand >= 0n);
            }
            for (const [name, sum] of pools) {
              const pool = book.workspace.sku('X').costs.known(name)!;
              assert.deepEqual({ quantity: pool.quantity, value: pool.value }, sum);
              if (pool.quantity === 0n) assert.equal(pool.value, 0n);
            }
            for (const [index, entry] of fresh.entries()) {
              assert.equal(entry.seq, index + 1);
            }
          },
        ),
        { numRuns: 300 },
      );
    });
  }
});
