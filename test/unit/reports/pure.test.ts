import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDecimal, formatFixed, spreadBy } from '../../../core/decimal.ts';
import type { LedgerEntry } from '../../../core/ledger.ts';
import { abcOf } from '../../../core/reports/figures/abc.ts';
import { activityOf } from '../../../core/reports/figures/activity.ts';
import { promisesOf } from '../../../core/reports/figures/promise.ts';
import { statementOf } from '../../../core/reports/figures/statement.ts';
import { usageOf } from '../../../core/reports/figures/usage.ts';
import { entry, issue, receipt } from './entries.ts';

const recost = (seq: number, of: number, at: string, value: string) =>
  entry({ seq, at, value, kind: 'recost', from: 'BER', to: 'customer', corrects: of, by: of });
const cancelIssue = (seq: number, of: number, at: string, quantity: string, value: string) =>
  entry({
    ...{ seq, at, quantity, value, kind: 'cancel', from: 'customer', to: 'BER' },
    ...{ corrects: of, by: of },
  });

describe('the statement of a SKU', () => {
  /** `seq change value: on hand @ stock value` */
  const lines = (entries: readonly LedgerEntry[], since?: string) =>
    statementOf(entries, since).map(
      ({ entry: of, owner, change, valueChange, onHand, stockValue }) =>
        [
          owner,
          of ? `${of.kind} ${of.seq}:` : 'before:',
          formatDecimal(change),
          `${formatFixed(valueChange, 2)} →`,
          formatDecimal(onHand),
          formatFixed(stockValue, 2),
        ]
          .filter((text) => text !== '')
          .join(' '),
    );

  const history = [
    receipt(1, '2026-02-01', '10', '100'),
    issue(2, '2026-03-01', '4', '40'),
    receipt(3, '2026-01-01', '10', '80'),
    recost(4, 2, '2026-03-01', '-8'),
    entry({
      ...{ seq: 5, at: '2026-03-02', kind: 'transfer' },
      from: 'BER',
      to: 'HAM',
      quantity: '1',
    }),
  ];

  it('goes in business order, each correction below what it corrects, and adds up', () => {
    assert.deepEqual(lines(history), [
      'receive 3: 10 80.00 → 10 80.00',
      'receive 1: 10 100.00 → 20 180.00',
      'issue 2: -4 -40.00 → 16 140.00',
      'recost 4: 0 8.00 → 16 148.00',
      'transfer 5: 0 0.00 → 16 148.00',
    ]);
  });

  it('begins a period with what was there before, even where nothing happened in it', () => {
    assert.deepEqual(lines(history, '2026-03-02'), [
      'before: 0 0.00 → 16 148.00',
      'transfer 5: 0 0.00 → 16 148.00',
    ]);
    assert.deepEqual(lines(history, '2026-04-01'), ['before: 0 0.00 → 16 148.00']);
    assert.deepEqual(lines(history, '2025-01-01')[0], 'before: 0 0.00 → 0 0.00');
  });

  it('keeps the stock of others apart from ours', () => {
    const theirs = entry({ seq: 6, at: '2026-01-15', quantity: '7', owner: 'C-1' });
    assert.deepEqual(lines([...history, theirs]).at(-1), 'C-1 receive 6: 7 0.00 → 7 0.00');
    assert.equal(lines([...history, theirs]).at(-2), 'transfer 5: 0 0.00 → 16 148.00');
  });
});

describe('what was issued', () => {
  const used = (...entries: LedgerEntry[]) =>
    entries.reduce((sum, of) => sum + (usageOf(of)?.value ?? 0n), 0n);

  it('counts issues at what they cost in the end, and none that was cancelled', () => {
    const sold = issue(2, '2026-03-01', '4', '40');
    assert.equal(used(sold, recost(4, 2, '2026-03-01', '-8')), 3_200n);
    assert.equal(used(sold, cancelIssue(3, 2, '2026-03-01', '4', '40')), 0n);
    const landed = {
      kind: 'effect',
      from: 'supplier',
      to: 'customer',
      corrects: 3,
      by: 3,
    } as const;
    assert.equal(used(sold, entry({ seq: 5, at: '2026-03-02', value: '3', ...landed })), 4_300n);
  });

  it('counts neither receipts nor returns, transfers, losses, or what takes them back', () => {
    const none = [
      receipt(1, '2026-01-01', '1', '1'),
      entry({ ...{ seq: 2, at: '2026-01-01', value: '1' }, kind: 'return', from: 'customer' }),
      entry({
        ...{ seq: 3, at: '2026-01-01', value: '1' },
        kind: 'adjust',
        from: 'BER',
        to: 'adjustment',
      }),
      entry({
        ...{ seq: 4, at: '2026-01-01', value: '1', kind: 'cancel', corrects: 2, by: 2 },
        ...{ from: 'BER', to: 'customer' },
      }),
    ];
    for (const of of none) assert.equal(usageOf(of), undefined, of.kind);
  });

  it('knows when a SKU was last issued, by issues that still hold', () => {
    const entries = [
      receipt(1, '2026-01-01', '10', '100'),
      issue(2, '2026-02-01', '1', '10'),
      issue(3, '2026-03-01', '1', '10'),
      cancelIssue(4, 3, '2026-03-01', '1', '10'),
    ];
    assert.deepEqual(activityOf(entries), {
      lastIssue: '2026-02-01T12:00:00.000Z',
      firstReceipt: '2026-01-01T12:00:00.000Z',
    });
  });
});

describe('ABC', () => {
  const classes = (values: readonly number[], shares = [80, 15, 5]) =>
    abcOf(
      values.map((value, index) => ({ sku: `S${index}`, quantity: 0n, value: BigInt(value) })),
      shares,
    )
      .map((row) => `${row.sku}${row.class}`)
      .join(' ');

  it('ranks by value and gives the SKU that crosses a bound to the better class', () => {
    assert.equal(classes([5, 70, 15, 7, 3]), 'S1A S2A S3B S0B S4C');
    assert.equal(classes([80, 15, 5]), 'S0A S1B S2C');
    assert.equal(classes([80, 15, 5], [50, 45, 5]), 'S0A S1B S2C');
  });

  it('orders equals by SKU, and what was issued at no value is C', () => {
    assert.equal(classes([1, 1, 0]), 'S0A S1A S2C');
    assert.equal(classes([0, -4]), 'S0C S1C');
    assert.equal(classes([]), '');
  });

  it('says what share each has, to a hundredth of a percent', () => {
    const rows = abcOf(
      [
        { sku: 'A', quantity: 0n, value: 2n },
        { sku: 'B', quantity: 0n, value: 1n },
      ],
      [80, 15, 5],
    );
    assert.deepEqual(
      rows.map(({ share, runningShare }) => [share, runningShare]),
      [
        [6_667n, 6_667n],
        [3_333n, 10_000n],
      ],
    );
  });
});

describe('available to promise', () => {
  const come = (due: string, incoming: bigint) => ({ due, incoming, outgoing: 0n });
  const go = (due: string, outgoing: bigint) => ({ due, incoming: 0n, outgoing });
  const promises = (free: bigint, ...dues: ReturnType<typeof come>[]) =>
    promisesOf(free, dues).map(
      ({ due, projected, promisable }) => `${due} ${projected} ${promisable}`,
    );

  it('adds what is to come and keeps what is to go, looking ahead', () => {
    assert.deepEqual(promises(10n), [' 10 10']);
    assert.deepEqual(promises(10n, come('03', 20n), go('02', 8n)), [' 10 2', '02 2 2', '03 22 22']);
  });

  it('looks beyond the next receipt, and never shows less than nothing', () => {
    assert.deepEqual(promises(10n, go('02', 8n), come('03', 9n), go('04', 11n)), [
      ' 10 0',
      '02 2 0',
      '03 11 0',
      '04 0 0',
    ]);
    assert.deepEqual(promises(1n, go('02', 5n), come('03', 9n)), [' 1 0', '02 -4 0', '03 5 5']);
  });

  it('sums what is due on one day', () => {
    assert.deepEqual(promises(0n, come('02', 3n), go('02', 1n), come('02', 1n)), [
      ' 0 0',
      '02 3 3',
    ]);
  });

  it('never promises what a later order needs: taking it leaves nothing short that was not', () => {
    const due = fc.record({
      due: fc.integer({ min: 1, max: 9 }).map(String),
      incoming: fc.bigInt(0n, 9n),
      outgoing: fc.bigInt(0n, 9n),
    });
    fc.assert(
      fc.property(fc.bigInt(0n, 30n), fc.array(due, { maxLength: 8 }), (free, dues) => {
        for (const { due: day, promisable } of promisesOf(free, dues)) {
          if (promisable === 0n) continue;
          const taken = [...dues, { due: day || '0', incoming: 0n, outgoing: promisable }];
          const after = promisesOf(free, taken).filter((row) => row.due >= (day || '0'));
          assert.ok(after.every(({ projected }) => projected >= 0n));
          assert.ok(
            after.some(({ projected }) => projected === 0n),
            'one more was possible',
          );
        }
      }),
    );
  });
});

describe('shares', () => {
  it('sum to the amount, and each is within one of its exact part', () => {
    assert.deepEqual(spreadBy(100n, [1n, 1n, 1n]), [33n, 34n, 33n]);
    assert.deepEqual(spreadBy(-100n, [0n, 3n]), [0n, -100n]);
    assert.deepEqual(spreadBy(5n, [2n, -2n]), [0n, 5n]);
    const weights = fc.array(fc.bigInt(1n, 1_000n), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.bigInt(-9_999n, 9_999n), weights, (amount, by) => {
        const whole = by.reduce((sum, weight) => sum + weight);
        const shares = spreadBy(amount, by);
        assert.equal(
          shares.reduce((sum, share) => sum + share, 0n),
          amount,
        );
        shares.forEach((share, index) => {
          const off = share * whole - amount * by[index]!;
          assert.ok(off <= whole && off >= -whole);
        });
      }),
    );
  });
});
