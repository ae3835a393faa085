/** Numbers whose keys are in memory at once, 8 bytes each. */
const USUAL_MOST = 2 ** 20;

/** Pairs of a key and a number from `first` to `last`, in any order. */
type PairsBetween = (first: number, last: number) => Iterable<unknown>;

/**
 * Keys by numbers that follow one another, as a list of pairs in any other order has them: all of the list
 * is gone through once for a million numbers, which is cheaper than to look for each.
 */
export class NumberedKeys {
  readonly #pairsBetween: PairsBetween;
  readonly #most: number;
  #first = 1;
  #keys = new Float64Array(0);

  constructor(pairsBetween: PairsBetween, most = USUAL_MOST) {
    this.#most = most;
    this.#pairsBetween = pairsBetween;
  }

  /** To be asked before those from `first` on are, of which `last` is the last. Whoever begins anew reads anew. */
  readFrom(first: number, last: number): void {
    if (first > this.#first && first < this.#first + this.#keys.length) return;
    this.#first = first;
    this.#keys = new Float64Array(Math.max(0, Math.min(this.#most, last - first + 1)));
    for (const pair of this.#pairsBetween(first, first + this.#keys.length - 1)) {
      const [key, number] = pair as [number, number];
      this.#keys[number - first] = key;
    }
  }

  /** 0 where there is none. */
  of(number: number): number | undefined {
    return this.#keys[number - this.#first];
  }
}
