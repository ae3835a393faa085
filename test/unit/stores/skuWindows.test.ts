import { deepEqual, equal } from 'node:assert/strict';
import type { Collections } from '../../../core/stores/mongodb/Collections.ts';
import { keyOf } from '../../../core/stores/mongodb/keys.ts';
import { type SkuWindow, SkuWindows } from '../../../core/stores/mongodb/SkuWindows.ts';

const SECOND_MS = 1_000;

interface Head {
  _id: string;
  seq: number;
}

/** Heads of a database, and where each question began. */
class Heads {
  readonly asked: string[] = [];
  heads: Head[];

  constructor(skus: readonly string[], seq = 1) {
    this.heads = skus.map((sku) => ({ _id: keyOf(sku), seq }));
  }

  add(sku: string): void {
    this.heads = [...this.heads, { _id: keyOf(sku), seq: 1 }].sort(byKey);
  }

  find({ _id }: { _id: { $gte: string } }) {
    this.asked.push(_id.$gte);
    const found = this.heads.filter((head) => head._id >= _id.$gte);
    return {
      sort: () => ({ limit: (most: number) => ({ toArray: async () => found.slice(0, most) }) }),
    };
  }
}

const byKey = (a: Head, b: Head): number => (a._id < b._id ? -1 : 1);

const skusOf = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `S${String(index).padStart(3, '0')}`);

describe('windows of SKUs', () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
  });

  const windowsOf = (heads: Heads): SkuWindows => {
    const collections = { heads } as unknown as Pick<Collections, 'heads'>;
    return new SkuWindows(collections, { now: () => now }, { first: 10, next: 20 });
  };

  const read = (
    windows: SkuWindows,
    from = '',
    bounds = { skus: 4, entries: 1_000 },
  ): Promise<SkuWindow[]> => Array.fromAsync(windows.from(from, () => bounds));

  /** Nothing lies between two windows, and nothing in two of them. */
  function expectWhole(windows: readonly SkuWindow[], from: string): void {
    equal(windows[0]!.range.$gte, keyOf(from));
    for (const [index, { range }] of windows.entries()) {
      equal(range.$lt, windows[index + 1]?.range.$gte);
    }
  }

  it('follow each other without a gap, and the last is open', async () => {
    const heads = new Heads(skusOf(75));
    const windows = await read(windowsOf(heads));
    expectWhole(windows, '');
    equal(
      windows.reduce((sum, { skus }) => sum + skus, 0),
      75,
    );
    equal(
      windows.every(({ skus }) => skus <= 4),
      true,
    );
    equal(heads.asked.length, 5);
  });

  it('end where they have enough entries', async () => {
    const windows = await read(windowsOf(new Heads(skusOf(9), 50)), '', { skus: 9, entries: 100 });
    deepEqual(
      windows.map(({ skus, entries }) => [skus, entries]),
      [
        [2, 100],
        [2, 100],
        [2, 100],
        [2, 100],
        [1, 50],
      ],
    );
  });

  it('begin anywhere, also at a SKU that is not there', async () => {
    const windows = windowsOf(new Heads(skusOf(30)));
    for (const from of ['S005', 'S0055', 'S029', 'T']) expectWhole(await read(windows, from), from);
  });

  it('are made of what was read before, for a minute', async () => {
    const heads = new Heads(skusOf(35));
    const windows = windowsOf(heads);
    const [first] = await read(windows);
    await read(windows);
    equal(heads.asked.length, 3);
    now = 59 * SECOND_MS;
    await read(windows, 'S012');
    equal(heads.asked.length, 4);
    now = 60 * SECOND_MS;
    deepEqual((await read(windows))[0], first);
    equal(heads.asked.length, 6);
  });

  it('see what came behind the last SKU after two seconds', async () => {
    const heads = new Heads(skusOf(3));
    const windows = windowsOf(heads);
    await read(windows);
    for (const sku of ['T1', 'T2', 'T3']) heads.add(sku);
    deepEqual(
      (await read(windows)).map(({ skus }) => skus),
      [3],
    );
    now = 2 * SECOND_MS;
    deepEqual(
      (await read(windows)).map(({ skus }) => skus),
      [4, 2],
    );
  });

  it('of no SKUs are one, which is open', async () => {
    deepEqual(await read(windowsOf(new Heads([]))), [
      { range: { $gte: keyOf('') }, skus: 0, entries: 0 },
    ]);
  });
});
