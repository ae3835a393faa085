import assert from 'node:assert/strict';
import { formatDecimal, formatFixed } from '../../../core/decimal.ts';
import type { LedgerEntry, ValuationMethod } from '../../../core/ledger.ts';
import { agedPools, ageRanges } from '../../../core/reports/figures/ageing.ts';
import { calendarOf, daysBetween } from '../../../core/zone.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { entry, issue, receipt } from './entries.ts';

const opening = (valuation: ValuationMethod = 'fifo') => ({ valuation, standardCost: 0n });

/** `pool: since quantity @ value, …` */
function slots(entries: readonly LedgerEntry[], method?: ValuationMethod): string[] {
  return agedPools('X', entries, opening(method), 2).map(({ pool, slots: held }) => {
    const shown = held.map(
      ({ since, quantity, value }) =>
        `${since.slice(5, 10)} ${formatDecimal(quantity)} @ ${formatFixed(value, 2)}`,
    );
    return `${pool}: ${shown.join(', ')}`;
  });
}

const utc = calendarOf('UTC');

describe('ageing', () => {
  it('gives the figures of EN-AGE-01', () => {
    const entries = [
      receipt(1, '2021-12-01', '30', '30'),
      receipt(2, '2021-12-02', '20', '20'),
      issue(3, '2021-12-03', '10', '10'),
    ];
    const [pool] = agedPools('X', entries, opening(), 2);
    assert.equal(formatDecimal(pool!.slots[0]!.quantity), '20');
    const ranges = ageRanges(pool!.slots, [30, 60, 90], '2021-12-10', utc);
    assert.equal(ranges.length, 1);
    const [{ from, upTo, quantity, value }] = ranges as [(typeof ranges)[0]];
    assert.deepEqual([from, upTo], [0, 30]);
    assert.deepEqual([formatDecimal(quantity), formatFixed(value, 2)], ['40', '40.00']);
  });

  it('lets the oldest leave first under average cost, at the same cost for all', () => {
    const entries = (issued: string) => [
      receipt(1, '2026-01-01', '10', '100'),
      receipt(2, '2026-02-01', '10', '200'),
      issue(3, '2026-03-01', '5', issued),
    ];
    const average = slots(entries('75'), 'average');
    assert.deepEqual(average, ['main: 01-01 5 @ 75.00, 02-01 10 @ 150.00']);
    assert.deepEqual(slots(entries('50')), ['main: 01-01 5 @ 50.00, 02-01 10 @ 200.00']);
  });

  it('keeps the age of what is moved into another pool', () => {
    const entries = [
      receipt(1, '2026-01-01', '10', '100'),
      entry({
        ...{ seq: 2, at: '2026-02-01', kind: 'transfer', from: 'BER', to: 'S1' },
        ...{ toPool: 'stores', quantity: '4', value: '40' },
      }),
    ];
    assert.deepEqual(slots(entries), ['main: 01-01 6 @ 60.00', 'stores: 01-01 4 @ 40.00']);
  });

  it('shows what is short as a shortage, and nothing of what was cancelled', () => {
    const short = [receipt(1, '2026-01-01', '1', '10'), issue(2, '2026-01-05', '3', '30')];
    assert.deepEqual(slots(short), ['main: 01-05 -2 @ -20.00']);
    const cancel = entry({
      ...{ seq: 3, at: '2026-01-05', kind: 'cancel', from: 'customer', to: 'BER' },
      ...{ quantity: '3', value: '30', corrects: 2, by: 2 },
    });
    assert.deepEqual(slots([...short, cancel]), ['main: 01-01 1 @ 10.00']);
  });

  it('gives what came back its part of a cost that came later, as the books do', async () => {
    const rig = new LedgerRig();
    const line = { sku: 'X', location: 'A' };
    await rig.book('receive', {
      ...{ document: 'GR-1', at: day(1) },
      lines: [{ ...line, quantity: '10', unitCost: '10' }],
    });
    await rig.book('issue', { document: 'SI-1', at: day(2), lines: [{ ...line, quantity: '4' }] });
    await rig.book('return', {
      ...{ document: 'RT-1', at: day(3), party: 'customer', reference: 'SI-1' },
      lines: [{ ...line, quantity: '2' }],
    });
    await rig.book('landed-cost', {
      ...{ document: 'LC-1', at: day(4), amount: '20', lines: [{ receipt: 'GR-1' }] },
    });
    const { rows: layers } = await rig.store.layers({ limit: 10 });
    const held = layers.map(({ quantity, value }) => `${rig.worth(quantity, value)}`);
    assert.deepEqual(held, ['6 @ 72.00', '2 @ 24.00']);
    const { rows: entries } = await rig.store.ledger({}, { limit: 100 });
    assert.deepEqual(slots(entries), ['main: 01-01 6 @ 72.00, 01-03 2 @ 24.00']);
  });

  it('counts what came late by its business time', () => {
    const entries = [
      receipt(1, '2026-02-01', '10', '100'),
      issue(2, '2026-03-01', '4', '40'),
      receipt(3, '2026-01-01', '10', '80'),
      entry({
        ...{ seq: 4, at: '2026-03-01', kind: 'recost', from: 'BER', to: 'customer' },
        ...{ value: '-8', corrects: 2, by: 2 },
      }),
    ];
    assert.deepEqual(slots(entries), ['main: 01-01 6 @ 48.00, 02-01 10 @ 100.00']);
  });

  it('sums to what is posted while a re-costing is still under way', () => {
    const entries = [
      receipt(1, '2026-02-01', '3', '100'),
      issue(2, '2026-03-01', '1', '33.33'),
      receipt(3, '2026-01-01', '1', '10'),
    ];
    // Costed, the issue took 10.00; posted, it still took 33.33: 23.33 less is on hand.
    assert.deepEqual(slots(entries), ['main: 02-01 3 @ 76.67']);
  });

  it('counts whole days of the calendar, and puts bounds into the younger range', () => {
    const midnight = ['2026-01-01T23:59:59.999Z', '2026-01-02T00:00:00.000Z'] as const;
    assert.equal(daysBetween(...midnight, utc), 1);
    assert.equal(daysBetween(...midnight, calendarOf('Europe/Berlin')), 0);
    assert.equal(daysBetween('2026-01-05T00:00:00.000Z', '2026-01-02', utc), 0);
    const slot = (since: string, quantity: bigint) => ({ since, lot: '', quantity, value: 0n });
    const held = [slot('2026-01-01', 1n), slot('2026-01-02', 2n), slot('2026-02-01', -4n)];
    const ranges = ageRanges(held, [30], '2026-02-01', utc).map(
      ({ from, upTo, quantity }) => `${from}..${upTo} ${quantity}`,
    );
    assert.deepEqual(ranges, ['0..30 2', '31..undefined 1', 'undefined..undefined -4']);
  });
});
