/** What a flow test tells of balances that came otherwise than expected. */
import assert from 'node:assert/strict';
import { compareSection } from '../../../core/flow/test/compareOutcome.ts';

const balance = (sku: string, onHand: string, more: object = {}) => ({
  sku,
  location: 'BER',
  onHand,
  ...more,
});
const told = (expected: object[], came: object[]): string[] =>
  compareSection(
    'stock',
    { stock: expected } as never,
    { filtered: 0, parked: [], stock: came } as never,
  ).map(({ path, message }) => `${path.join('.')} ${message}`);

describe('the stock that a test expects', () => {
  it('has no order', () => {
    assert.deepEqual(
      told([balance('B', '2'), balance('A', '1')], [balance('A', '1'), balance('B', '2')]),
      [],
    );
    const lots = [balance('A', '1', { lot: 'L2' }), balance('A', '2', { lot: 'L1' })];
    assert.deepEqual(told(lots, lots.toReversed()), []);
  });

  it('is told by what differs, at the place where it is expected', () => {
    assert.deepEqual(
      told([balance('B', '2'), balance('A', '1')], [balance('A', '1'), balance('B', '3')]),
      ['stock.0.onHand stock[0].onHand is "3", expected "2"'],
    );
    assert.deepEqual(told([balance('B', '2')], [balance('A', '1')]), [
      'stock.0 stock[0] is missing, expected {"sku":"B","location":"BER","onHand":"2"}',
      'stock stock has one more, {"sku":"A","location":"BER","onHand":"1"}',
    ]);
  });
});
