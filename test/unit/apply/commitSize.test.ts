import { deepEqual, equal } from 'node:assert/strict';
import { CommitSize } from '../../../core/apply/CommitSize.ts';
import { limits } from '../../../core/limits.ts';

/** Sizes after each of so many commits that were as large as they may be. */
function sizesOf(size: CommitSize, commits: number): number[] {
  return Array.from({ length: commits }, () => {
    size.committed(size.batches);
    return size.batches;
  });
}

describe('size of commits', () => {
  it('begins with what the store takes, and halves what it gave up on, down to one', () => {
    const size = new CommitSize(16);
    equal(size.batches, 16);
    size.failed(16);
    equal(size.batches, 8);
    size.failed(3);
    equal(size.batches, 1);
    size.failed(1);
    equal(size.batches, 1);
  });

  it('grows by one after sixteen full commits, up to what the store takes', () => {
    const size = new CommitSize(4);
    size.failed(4);
    deepEqual(sizesOf(size, 48), [
      ...Array.from({ length: 15 }, () => 2),
      ...Array.from({ length: 16 }, () => 3),
      ...Array.from({ length: 17 }, () => 4),
    ]);
  });

  it('learns nothing from commits that were not full', () => {
    const size = new CommitSize(4);
    size.failed(4);
    for (let commits = 0; commits < 100; commits += 1) size.committed(1);
    equal(size.batches, 2);
  });

  it('takes batches of few SKUs as long as may be, of many so long that about as many as may be are changed', () => {
    const size = new CommitSize(4);
    const { commitBytes, commitSkus } = limits;
    equal(size.bytes < commitBytes, true);
    size.touched(commitBytes, 1_000, 1_000);
    equal(size.bytes, commitBytes);
    size.touched(300 * 2 * commitSkus, 2 * commitSkus, 2 * commitSkus);
    equal(size.bytes, 300 * commitSkus);
    size.touched(300 * commitSkus, commitSkus, 2 * commitSkus);
    equal(size.bytes, 600 * commitSkus);
    size.touched(300 * commitSkus, commitSkus, 0);
    equal(size.bytes, 300 * commitSkus);
    size.touched(1_000, 0, 0);
    equal(size.bytes, commitBytes);
  });
});
