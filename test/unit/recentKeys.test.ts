/** Keys that share slots, and are taken back, against lists of them. */
import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { RecentKeys, SLICES, sliceOf } from '../../core/RecentKeys.ts';
import { patience, runs, seed } from '../runs.ts';

const SLICE_WIDTH = 2 ** 52 / SLICES;
/** Of two slices; many have the same last bits, at the end of the slots as at their beginning. */
const keys = [0, 1].flatMap((slice) =>
  [0, 1, 2, 62, 63, 64, 65, 126, 127, 128, 190, 191, 4_096].map((low) => slice * SLICE_WIDTH + low),
);
const step = fc.record({
  key: fc.constantFrom(...keys),
  does: fc.constantFrom('add', 'add', 'add', 'take back', 'take back', 'take fullest'),
  times: fc.integer({ min: 1, max: 30 }),
});

describe(`keys of recent messages (${runs(1)} histories)`, function () {
  this.timeout(patience(1));

  it('are those that were added and neither taken back nor taken, in their order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const recent = new RecentKeys();
        let kept: [key: number, number: number][] = [];
        let number = 0;
        const numbersOf = (of: number) => kept.filter(([key]) => key === of).map(([, n]) => n);
        for (const { key, does, times } of steps) {
          for (let time = 0; does !== 'take fullest' && time < times; time += 1) {
            if (does === 'add') {
              number += 1;
              deepEqual(recent.add(key, number), numbersOf(key));
              kept.push([key, number]);
            } else if (numbersOf(key).length > 0) {
              recent.takeBack(key);
              kept.splice(
                kept.findLastIndex(([of]) => of === key),
                1,
              );
            }
          }
          if (does === 'take fullest') {
            const { slice, pairs } = recent.takeFullest();
            const ofSlice = kept.filter(([of]) => sliceOf(of) === slice);
            deepEqual(
              pairs,
              ofSlice.sort(([one, first], [other, second]) => one - other || first - second),
            );
            kept = kept.filter(([of]) => sliceOf(of) !== slice);
          }
          for (const of of keys) deepEqual(recent.of(of), numbersOf(of));
          equal(recent.size, kept.length);
        }
      }),
      { numRuns: runs(1), seed },
    );
  });
});
