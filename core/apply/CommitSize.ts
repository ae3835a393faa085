/** Commits that have to go well before one more batch is tried. */
const COMMITS_TO_GROW = 16;

/**
 * How many batches one commit takes: fewer where the store could not take as many, since what it gave
 * up on as a whole (a time limit, room for what is not committed) it would give up on again; after a
 * while of success one more.
 */
export class CommitSize {
  readonly #limit: number;
  #most: number;
  #good = 0;

  constructor(limit: number) {
    this.#limit = limit;
    this.#most = limit;
  }

  get batches(): number {
    return this.#most;
  }

  /** The store gave up on a commit of so many. */
  failed(batches: number): void {
    this.#most = Math.max(1, Math.floor(Math.min(this.#most, batches) / 2));
    this.#good = 0;
  }

  /** Only commits of as many batches as may be say that more could be. */
  committed(batches: number): void {
    if (batches < this.#most || this.#most === this.#limit) return;
    this.#good += 1;
    if (this.#good < COMMITS_TO_GROW) return;
    this.#most += 1;
    this.#good = 0;
  }
}
