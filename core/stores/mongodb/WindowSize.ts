/** What a window has at most. */
export interface WindowBounds {
  skus: number;
  entries: number;
}

/** How large the next window should be, for so many rows that are still wanted. */
export interface WindowSize {
  for(rows: number): WindowBounds;
  /** A window of so many SKUs had so many rows. */
  learn(skus: number, rows: number): void;
}

export const fixedSize = (bounds: WindowBounds): WindowSize => ({
  for: () => bounds,
  learn: () => undefined,
});

const LEAST_SKUS = 20;

/** A little more than seems to be needed, so that one window is enough. */
const MARGIN = 1.03;

/** What pages of a list learn of how many rows a SKU has; where there are none, windows grow. */
export class LearntSize implements WindowSize {
  readonly #most: WindowBounds;
  #seen = { skus: 1, rows: 1 };

  constructor(most: WindowBounds) {
    this.#most = most;
  }

  for(rows: number): WindowBounds {
    const { skus, rows: found } = this.#seen;
    const needed = found === 0 ? 2 * skus : Math.ceil((MARGIN * rows * skus) / found);
    return { ...this.#most, skus: Math.min(Math.max(needed, LEAST_SKUS), this.#most.skus) };
  }

  learn(skus: number, rows: number): void {
    this.#seen = { skus: Math.max(skus, 1), rows };
  }
}
