/**
 * Keys of messages that are in no index yet, in slices of their range, so that a slice is moved at once.
 * A key is a whole number below 2⁵² that spreads evenly; several messages may have the same.
 */
import { hash } from 'node:crypto';

export const SLICES = 128;
const SLICE_WIDTH = 2 ** 52 / SLICES;

const HEX_DIGITS = 13;

/** The key of a text. */
export const keyOfText = (text: string): number =>
  Number.parseInt(hash('sha256', text, 'hex').slice(0, HEX_DIGITS), 16);

export const sliceOf = (key: number): number => Math.floor(key / SLICE_WIDTH);

export class RecentKeys {
  readonly #slices = Array.from({ length: SLICES }, () => new KeySlots());
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Gives the numbers of the messages that had this key before; each number is higher than those before. */
  add(key: number, number: number): readonly number[] {
    const slice = this.#slices[sliceOf(key)]!;
    const known = slice.of(key);
    slice.add(key, number);
    this.#size += 1;
    return known;
  }

  /** Numbers of the messages with this key, in the order in which they were added. */
  of(key: number): readonly number[] {
    return this.#slices[sliceOf(key)]!.of(key);
  }

  /** The one that was added last. */
  takeBack(key: number): void {
    this.#slices[sliceOf(key)]!.removeLast(key);
    this.#size -= 1;
  }

  /** All of the slice that has most, by key; it has none afterwards. */
  takeFullest(): { slice: number; pairs: [key: number, number: number][] } {
    let slice = 0;
    for (let other = 1; other < SLICES; other += 1) {
      if (this.#slices[other]!.size > this.#slices[slice]!.size) slice = other;
    }
    const pairs = this.#slices[slice]!.pairs();
    this.#size -= pairs.length;
    this.#slices[slice]!.clear();
    return { slice, pairs };
  }

  clear(): void {
    for (const slice of this.#slices) slice.clear();
    this.#size = 0;
  }
}

const FEWEST_SLOTS = 64;
/** In the place of a key. */
const FREE = -1;
const none: readonly number[] = [];

/**
 * Keys with their numbers, each in the first free slot from its own on: 16 bytes a slot, in which no garbage
 * is looked for. (Maps of as many keys are objects by the hundred thousand, which V8 visits at each collection.)
 */
class KeySlots {
  #keys = new Float64Array(FEWEST_SLOTS).fill(FREE);
  #numbers = new Float64Array(FEWEST_SLOTS);
  size = 0;

  add(key: number, number: number): void {
    if (this.size * 4 >= this.#keys.length * 3) this.#grow();
    const keys = this.#keys;
    let slot = this.#home(key);
    while (keys[slot] !== FREE) slot = this.#after(slot);
    keys[slot] = key;
    this.#numbers[slot] = number;
    this.size += 1;
  }

  of(key: number): readonly number[] {
    const keys = this.#keys;
    let numbers = none;
    for (let slot = this.#home(key); keys[slot] !== FREE; slot = this.#after(slot)) {
      if (keys[slot] === key) numbers = [...numbers, this.#numbers[slot]!];
    }
    return numbers.length > 1 ? numbers.toSorted((one, other) => one - other) : numbers;
  }

  removeLast(key: number): void {
    const last = this.of(key).at(-1);
    const keys = this.#keys;
    for (let slot = this.#home(key); keys[slot] !== FREE; slot = this.#after(slot)) {
      if (keys[slot] !== key || this.#numbers[slot] !== last) continue;
      this.#free(slot);
      this.size -= 1;
      return;
    }
  }

  /** Keys behind it that would be looked for through this slot move up (Knuth, TAOCP 3, 6.4, Algorithm R). */
  #free(slot: number): void {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let gap = slot;
    for (let from = this.#after(gap); keys[from] !== FREE; from = this.#after(from)) {
      const fromHome = (from - this.#home(keys[from]!)) & mask;
      if (fromHome < ((from - gap) & mask)) continue;
      keys[gap] = keys[from]!;
      this.#numbers[gap] = this.#numbers[from]!;
      gap = from;
    }
    keys[gap] = FREE;
  }

  /** By key, those of one key as they were added. */
  pairs(): [key: number, number: number][] {
    const pairs: [number, number][] = [];
    this.#keys.forEach((key, slot) => {
      if (key >= 0) pairs.push([key, this.#numbers[slot]!]);
    });
    return pairs.sort(([key, number], [other, after]) => key - other || number - after);
  }

  clear(): void {
    this.#keys.fill(FREE);
    this.size = 0;
  }

  /** By the last bits of a key, which spread as evenly as the first, that choose the slice. */
  #home(key: number): number {
    return (key | 0) & (this.#keys.length - 1);
  }

  #after(slot: number): number {
    return (slot + 1) & (this.#keys.length - 1);
  }

  #grow(): void {
    const [keys, numbers] = [this.#keys, this.#numbers];
    this.#keys = new Float64Array(keys.length * 2).fill(FREE);
    this.#numbers = new Float64Array(keys.length * 2);
    this.size = 0;
    keys.forEach((key, slot) => {
      if (key >= 0) this.add(key, numbers[slot]!);
    });
  }
}
