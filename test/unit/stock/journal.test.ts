import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatFixed } from '../../../core/decimal.ts';
import type { LedgerEntry } from '../../../core/ledger.ts';
import { derivedKinds, factKinds, virtualPlaces } from '../../../core/ledger.ts';
import { Trial } from '../../../core/reports/figures/Trial.ts';
import { inventoryAccount, needsCorrected, postingOf } from '../../../core/stock/journal.ts';
import { accounts, entry, issue, receipt, type Stated } from '../reports/entries.ts';

/** `debit account / credit account amount`, or `nothing`. */
function posted(of: LedgerEntry, corrected?: LedgerEntry): string {
  assert.equal(needsCorrected(of) && !corrected, false, 'the posting depends on what it corrects');
  const posting = postingOf(of, accounts, corrected);
  if (!posting) return 'nothing';
  const [debit, credit] = posting;
  assert.equal(debit.debit, credit.credit);
  assert.deepEqual([debit.credit, credit.debit], [0n, 0n]);
  return `${debit.account} / ${credit.account} ${formatFixed(debit.debit, 2)}`;
}

const moved = (kind: Stated['kind'], from: string, to: string, value: string, more = {}) =>
  entry({ seq: 9, at: '2026-01-09', kind: kind!, from, to, value, ...more });

const derived = (kind: Stated['kind'], from: string, to: string, value: string, more = {}) =>
  moved(kind, from, to, value, { corrects: 1, by: 1, ...more });

describe('the journal', () => {
  const facts: [what: string, of: LedgerEntry, posting: string][] = [
    ['a receipt', receipt(1, '2026-01-01', '10', '100'), '1400 / 1590 100.00'],
    ['an issue', issue(1, '2026-01-01', '10', '100'), '5000 / 1400 100.00'],
    ['a return of a customer', moved('return', 'customer', 'BER', '5'), '1400 / 5000 5.00'],
    ['a return to a supplier', moved('return', 'BER', 'supplier', '5'), '1590 / 1400 5.00'],
    ['a loss', moved('adjust', 'BER', 'adjustment', '5'), '5900 / 1400 5.00'],
    ['a count that finds more', moved('count', 'adjustment', 'BER', '5'), '1400 / 5900 5.00'],
    ['scrap', moved('adjust', 'BER', 'scrap', '5'), '5990 / 1400 5.00'],
    ['a component', moved('consume', 'BER', 'production', '5'), '1480 / 1400 5.00'],
    ['a product', moved('produce', 'production', 'BER', '5'), '1400 / 1480 5.00'],
    ['a landed cost', moved('landed', 'supplier', 'BER', '5'), '1400 / 1595 5.00'],
    ['an invoice', moved('invoice', 'payable', 'supplier', '5'), '1590 / 2000 5.00'],
    ['an opening balance', moved('opening', 'opening', 'BER', '5'), '1400 / 3000 5.00'],
    ['a write-down', moved('revalue', 'adjustment', 'BER', '-5'), '5900 / 1400 5.00'],
    ['a shipment', moved('transfer', 'BER', 'transit', '5'), '1450 / 1400 5.00'],
    [
      'a transfer into a pool with an account of its own',
      moved('transfer', 'BER', 'S1', '5', { toPool: 'stores' }),
      '1410 / 1400 5.00',
    ],
    ['a transfer within a pool', moved('transfer', 'BER', 'HAM', '5'), 'nothing'],
    ['what is worth nothing', moved('receive', 'supplier', 'BER', '0'), 'nothing'],
    ['stock of others', moved('receive', 'supplier', 'BER', '0', { owner: 'C-1' }), 'nothing'],
  ];
  for (const [what, of, posting] of facts) {
    it(`posts ${what}: ${posting}`, () => assert.equal(posted(of), posting));
  }

  const received = receipt(1, '2026-01-01', '10', '100');
  const landed = moved('landed', 'supplier', 'BER', '5', { seq: 1 });
  const lost = moved('adjust', 'BER', 'adjustment', '5', { seq: 1 });
  const used = moved('consume', 'BER', 'production', '5', { seq: 1 });
  const sent = moved('transfer', 'BER', 'transit', '5', { seq: 1 });
  const corrections: [what: string, of: LedgerEntry, corrected: LedgerEntry, posting: string][] = [
    [
      'a cancelled receipt',
      derived('cancel', 'BER', 'supplier', '5'),
      received,
      '1590 / 1400 5.00',
    ],
    [
      'a cancelled landed cost',
      derived('cancel', 'BER', 'supplier', '5'),
      landed,
      '1595 / 1400 5.00',
    ],
    [
      'what an invoice says more of what is there',
      derived('effect', 'payable', '', '5', { toPool: 'main' }),
      moved('invoice', 'payable', 'supplier', '5', { seq: 1 }),
      '1400 / 2000 5.00',
    ],
    [
      'what an invoice differs by its rate',
      derived('effect', 'payable', 'exchange', '-5'),
      moved('invoice', 'payable', 'supplier', '5', { seq: 1 }),
      '2000 / 5600 5.00',
    ],
    [
      'a cancelled opening balance',
      derived('cancel', 'BER', 'opening', '5'),
      moved('opening', 'opening', 'BER', '5', { seq: 1 }),
      '3000 / 1400 5.00',
    ],
    [
      'what opening stock is worth more than its standard',
      derived('variance', 'BER', 'adjustment', '5'),
      moved('opening', 'opening', 'BER', '5', { seq: 1 }),
      '5950 / 1400 5.00',
    ],
    [
      'an issue that costs less',
      derived('recost', 'BER', 'customer', '-5'),
      sent,
      '1400 / 5000 5.00',
    ],
    ['a true-up', derived('trueup', 'BER', 'customer', '5', { by: 4 }), sent, '5000 / 1400 5.00'],
    [
      'a true-up of what was made',
      derived('trueup', 'BER', 'production', '5', { by: 4 }),
      used,
      '5950 / 1400 5.00',
    ],
    [
      'its difference',
      derived('recost', 'BER', 'production', '-2', { by: 4 }),
      used,
      '1400 / 5950 2.00',
    ],
    [
      'a component costed anew',
      derived('recost', 'BER', 'production', '2'),
      used,
      '1480 / 1400 2.00',
    ],
    [
      'the part of a landed cost that was sold',
      derived('effect', 'supplier', 'customer', '5'),
      landed,
      '5000 / 1595 5.00',
    ],
    ['a variance', derived('variance', 'BER', 'adjustment', '5'), received, '5950 / 1400 5.00'],
    [
      'a good variance',
      derived('variance', 'BER', 'adjustment', '-5'),
      received,
      '1400 / 5950 5.00',
    ],
    [
      'a variance straight from the supplier',
      derived('variance', 'supplier', 'adjustment', '5'),
      received,
      '5950 / 1590 5.00',
    ],
    [
      'a landed cost at standard cost',
      derived('variance', 'supplier', 'adjustment', '5'),
      landed,
      '5950 / 1595 5.00',
    ],
    [
      'a variance that shrank',
      derived('recost', 'BER', 'adjustment', '-5'),
      received,
      '1400 / 5950 5.00',
    ],
    [
      'a loss that costs more',
      derived('recost', 'BER', 'adjustment', '5'),
      lost,
      '5900 / 1400 5.00',
    ],
    [
      'a true-up, changed, of what went short in a transfer',
      derived('recost', 'BER', 'adjustment', '5', { by: 4 }),
      sent,
      '5900 / 1400 5.00',
    ],
  ];
  for (const [what, of, corrected, posting] of corrections) {
    it(`posts ${what}: ${posting}`, () => assert.equal(posted(of, corrected), posting));
  }

  it('balances, and its inventory accounts are worth what the pools are, for any entries', () => {
    const place = fc.constantFrom('BER', 'HAM', 'S1', ...virtualPlaces);
    const any = fc
      .record({
        kind: fc.constantFrom(...factKinds, ...derivedKinds),
        from: place,
        to: place,
        value: fc.integer({ min: -999, max: 999 }),
        corrected: fc.constantFrom(received, landed, lost),
      })
      .map(({ from, to, kind, value, corrected }) => {
        const pools = {
          ...(from === 'S1' ? { fromPool: 'stores' } : {}),
          ...(to === 'S1' ? { toPool: 'stores' } : {}),
        };
        const isDerived = (derivedKinds as readonly string[]).includes(kind);
        const more = isDerived ? { corrects: 1, by: 1 } : {};
        return { of: moved(kind, from, to, `${value}`, { ...pools, ...more }), corrected };
      });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 40 }), (entries) => {
        const trial = new Trial();
        const worth = new Map<string, bigint>();
        for (const { of, corrected } of entries) {
          const posting = postingOf(of, accounts, corrected);
          if (posting) trial.add(posting);
          for (const [pool, sign] of [
            [of.toPool, 1n],
            [of.fromPool, -1n],
          ] as const) {
            if (pool === '' || of.fromPool === of.toPool) continue;
            const account = inventoryAccount(pool, accounts);
            worth.set(account, (worth.get(account) ?? 0n) + sign * of.value);
          }
        }
        const lines = trial.lines();
        const sum = (side: 'debit' | 'credit') => lines.reduce((all, line) => all + line[side], 0n);
        assert.equal(sum('debit'), sum('credit'));
        for (const [account, value] of worth) {
          const line = lines.find((one) => one.account === account);
          assert.equal((line?.debit ?? 0n) - (line?.credit ?? 0n), value);
        }
      }),
    );
  });
});
