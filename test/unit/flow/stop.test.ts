/** `stop: when 5 % of a file is parked`, as flows write it. */
import assert from 'node:assert/strict';
import { isReached, stopField } from '../../../core/flow/stopField.ts';

function read(value: unknown) {
  const faults: unknown[] = [];
  const stop = stopField('').read(value, ['stop'], (fault) => faults.push(fault));
  return { stop, faults };
}

describe('stop', () => {
  for (const [text, share, least] of [
    ['when 5 % of a file is parked', 500, 100],
    ['when 5% of a payload is parked', 500, 100],
    ['when 0.5 % of a file is parked', 50, 100],
    ['when 12.25 % of a file is parked, of at least 20 records', 1_225, 20],
    ['when 100 % of a file is parked', 10_000, 100],
  ] as const) {
    it(`reads '${text}'`, () => {
      assert.deepEqual(read(text), { stop: { share, least, text }, faults: [] });
    });
  }

  for (const text of [
    '5 %',
    'when 0 % of a file is parked',
    'when 101 % of a file is parked',
    'when 5 % is parked',
    5,
  ]) {
    it(`refuses ${JSON.stringify(text)}, and says what to write`, () => {
      const { stop, faults } = read(text);
      assert.equal(stop, undefined);
      assert.equal(faults.length, 1);
      assert.match(JSON.stringify(faults), /when 5 % of a file is parked|text/);
    });
  }

  it('is reached by its share of the records, and not before', () => {
    const stop = { share: 33, least: 100, text: '' };
    assert.equal(isReached(stop, { records: 10_000, parked: 33 }), true);
    assert.equal(isReached(stop, { records: 10_000, parked: 32 }), false);
    assert.equal(isReached(stop, { records: 99, parked: 99 }), false);
    assert.equal(isReached(stop, { records: 0, parked: 0 }), false);
  });
});
