import assert from 'node:assert/strict';
import { limits } from '../../../core/limits.ts';
import { Checkpoints } from '../../../core/stock/Checkpoints.ts';

describe('checkpoints of a commit', () => {
  it('leave out one that is too large for a store, which would refuse the commit', () => {
    const checkpoints = new Checkpoints();
    const at = (seq: number, state: string) => {
      return { sku: 'A', at: '2026-01-01T00:00:00.000Z', rank: '', seq, afterSeq: seq, state };
    };
    checkpoints.add(at(1, 'x'.repeat(limits.packBytes)));
    checkpoints.add(at(2, 'ü'.repeat(limits.packBytes / 2)));
    checkpoints.add(at(3, 'ü'.repeat(limits.packBytes / 2 + 1)));
    assert.deepEqual(
      checkpoints.changes().checkpoints.map(({ seq }) => seq),
      [1, 2],
    );
  });
});
