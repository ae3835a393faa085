import assert from 'node:assert/strict';
import { ToStage } from '../../../core/flow/ToStage.ts';
import { compareUtf8 } from '../../../core/order.ts';

describe('records on their way to a stage', () => {
  it('have names that sort in the order of their payload, in which they leave when all are due at once', () => {
    const toStage = new ToStage('stage.g1.f.delay.p00');
    const names = Array.from({ length: 1_200 }, (_, index) => {
      const value = { n: index };
      const [handed] = toStage.handed({ value, source: value, record: index + 1 });
      return (JSON.parse(handed!.json) as { part: string }).part;
    });
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(names.toSorted(compareUtf8), names);
  });
});
