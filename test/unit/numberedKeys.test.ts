import { deepEqual } from 'node:assert/strict';
import { NumberedKeys } from '../../core/NumberedKeys.ts';

describe('keys by their numbers', () => {
  const pairs = [7, 2, 9, 1, 4, 6, 3, 8].map((number) => [number * 11, number] as const);

  function opened(most: number) {
    const read: [number, number][] = [];
    const keys = new NumberedKeys((first, last) => {
      read.push([first, last]);
      return pairs.filter(([, number]) => number >= first && number <= last);
    }, most);
    return { keys, read };
  }

  it('gives each its key, and none where there is none, some numbers in memory at a time', () => {
    const { keys, read } = opened(4);
    const found: (number | undefined)[] = [];
    for (let first = 1; first <= 10; first += 2) {
      keys.readFrom(first, 10);
      found.push(keys.of(first), keys.of(first + 1));
    }
    deepEqual(found, [11, 22, 33, 44, 0, 66, 77, 88, 99, 0]);
    deepEqual(read, [
      [1, 4],
      [5, 8],
      [9, 10],
    ]);
  });

  it('reads anew for whoever begins anew', () => {
    const { keys, read } = opened(100);
    keys.readFrom(1, 10);
    keys.readFrom(5, 10);
    keys.readFrom(1, 10);
    deepEqual(read, [
      [1, 10],
      [1, 10],
    ]);
  });

  it('knows no number behind the last', () => {
    const { keys } = opened(100);
    keys.readFrom(1, 3);
    deepEqual(keys.of(4), undefined);
    keys.readFrom(1, 0);
    deepEqual(keys.of(1), undefined);
  });
});
