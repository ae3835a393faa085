import assert from 'node:assert/strict';
import { Totals } from '../../../core/reports/Totals.ts';

const spec = { amounts: ['value'], quantities: ['quantity'], by: 'pool' };
const row = (sku: string, pool: string, quantity: string, value: string) => ({
  ...{ sku, pool, quantity, value },
  currency: 'EUR',
});

function sumsOf(rows: ReturnType<typeof row>[], minorDigits = 2): unknown[] {
  const totals = new Totals(spec, minorDigits);
  for (const each of rows) totals.add([each]);
  return totals.rows();
}

describe('totals of a report', () => {
  it('are exact where floating point is not, and beyond 64 bits', () => {
    const many = '92233720368547758.07';
    const rows = [
      row('A', 'main', '0.1', many),
      row('A', 'main', '0.2', many),
      row('A', 'main', '-0.000001', '-0.01'),
    ];
    assert.deepEqual(sumsOf(rows), [
      { quantity: '0.299999', value: '184467440737095516.13', currency: 'EUR' },
    ]);
    assert.deepEqual(sumsOf([row('A', 'main', '3', '300'), row('A', 'main', '1', '-301')], 0), [
      { quantity: '4', value: '-1', currency: 'EUR' },
    ]);
  });

  it('add up quantities within one SKU only, and groups where they say more than the rows', () => {
    assert.deepEqual(sumsOf([row('A', 'north', '2', '16.00'), row('A', 'main', '1', '9.00')]), [
      { quantity: '3', value: '25.00', currency: 'EUR' },
    ]);
    const rows = [
      row('A', 'north', '2', '16.00'),
      row('A', 'main', '1', '9.00'),
      row('B', 'north', '5', '1.00'),
    ];
    assert.deepEqual(sumsOf(rows), [
      { pool: 'main', quantity: '1', value: '9.00', currency: 'EUR' },
      { pool: 'north', value: '17.00', currency: 'EUR' },
      { value: '26.00', currency: 'EUR' },
    ]);
    assert.deepEqual(sumsOf([]), []);
  });

  it('add up nothing over groups that are unlike each other', () => {
    const totals = new Totals(
      { amounts: ['value'], by: 'check', only: ['negative', 'transit'] },
      2,
    );
    const found = (check: string, value: string) => ({ check, value, currency: 'EUR' });
    totals.add([found('negative', '-2.00'), found('negative', '-3.00'), found('transit', '7.00')]);
    totals.add([found('returns', '1.00'), found('returns', '4.00'), found('parked', '')]);
    assert.deepEqual(totals.rows(), [{ check: 'negative', value: '-5.00', currency: 'EUR' }]);
  });
});
