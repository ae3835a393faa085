/** Streams that are read ahead, and given out in their order. */
import { deepEqual, rejects } from 'node:assert/strict';
import { inOrder } from '../../../core/stores/mongodb/inOrder.ts';

describe('streams in order', () => {
  const begun: number[] = [];
  const ended: number[] = [];
  beforeEach(() => {
    begun.length = 0;
    ended.length = 0;
  });

  const stream = (number: number, rows: number[]) =>
    async function* () {
      begun.push(number);
      try {
        for (const row of rows) {
          if (row < 0) throw new Error(`row ${row}`);
          yield row;
        }
      } finally {
        ended.push(number);
      }
    };

  it('give all rows of each, one stream after another', async () => {
    const streams = [[1, 2], [], [3], [4, 5, 6], [7]].map((rows, index) => stream(index, rows));
    deepEqual(await Array.fromAsync(inOrder(streams, 2)), [1, 2, 3, 4, 5, 6, 7]);
  });

  it('begin no more than are needed, and end all that began', async () => {
    const streams = Array.from({ length: 50 }, (_, index) => stream(index, [index]));
    for await (const row of inOrder(streams, 8)) if (row === 2) break;
    deepEqual(begun, [0, 1, 2, 3, 4, 5]);
    deepEqual(ended.toSorted(), begun);
  });

  it('fail where the turn of the one that failed comes', async () => {
    const seen: number[] = [];
    await rejects(async () => {
      for await (const row of inOrder([stream(0, [1]), stream(1, [2]), stream(2, [3, -1])], 8)) {
        seen.push(row);
      }
    }, /row -1/);
    deepEqual(seen, [1, 2, 3]);
  });
});
