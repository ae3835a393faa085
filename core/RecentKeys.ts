/**
 * Keys of messages that are in no index yet, in slices of their range, so that a slice is moved at once.
 * A key is a whole number below 2⁵² that spreads evenly; several messages may have the same.
 */
export const SLICES = 128;
const SLICE_WIDTH = 2 ** 52 / SLICES;

export const sliceOf = (key: number): number => Math.floor(key / SLICE_WIDTH);

export class RecentKeys {
  readonly #slices = Array.from({ length: SLICES }, () => new Map<number, number[] | number>());
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Gives the numbers of the messages that had this key before. */
  add(key: number, number: number): readonly number[] {
    const slice = this.#slices[sliceOf(key)]!;
    const known = listOf(slice.get(key));
    slice.set(key, known.length === 0 ? number : [...known, number]);
    this.#size += 1;
    return known;
  }

  /** Numbers of the messages with this key, in the order in which they were added. */
  of(key: number): readonly number[] {
    return listOf(this.#slices[sliceOf(key)]!.get(key));
  }

  /** The one that was added last. */
  takeBack(key: number): void {
    const slice = this.#slices[sliceOf(key)]!;
    const left = listOf(slice.get(key)).slice(0, -1);
    if (left.length === 0) slice.delete(key);
    else slice.set(key, left);
    this.#size -= 1;
  }

  /** All of the slice that has most, by key; it has none afterwards. */
  takeFullest(): { slice: number; pairs: [key: number, number: number][] } {
    let slice = 0;
    for (let other = 1; other < SLICES; other += 1) {
      if (this.#slices[other]!.size > this.#slices[slice]!.size) slice = other;
    }
    const keys = this.#slices[slice]!;
    const sorted = Float64Array.from(keys.keys()).sort();
    const pairs: [number, number][] = [];
    for (const key of sorted) for (const number of listOf(keys.get(key))) pairs.push([key, number]);
    this.#size -= pairs.length;
    keys.clear();
    return { slice, pairs };
  }

  clear(): void {
    for (const slice of this.#slices) slice.clear();
    this.#size = 0;
  }
}

const none: readonly number[] = [];

const listOf = (known: number[] | number | undefined): readonly number[] =>
  known === undefined ? none : typeof known === 'number' ? [known] : known;
