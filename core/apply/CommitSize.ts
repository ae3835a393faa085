import { limits } from '../limits.ts';

/** Of what nothing is known yet a document of one line is taken to have so many, and a SKU of its own. */
const BYTES_OF_SKU = 512;

/** Commits that have to go well before one more batch is tried. */
const COMMITS_TO_GROW = 16;

/**
 * How many batches one commit takes: fewer where the store could not take as many, since what it gave
 * up on as a whole (a time limit, room for what is not committed) it would give up on again; after a
 * while of success one more. And how long those may be: what a commit touches is all in memory until it is
 * written, so many batches are worth it where they are of few SKUs, not where each document has its own.
 * The more entries a pack has, the more a long commit saves.
 */
export class CommitSize {
  readonly #limit: number;
  #most: number;
  #good = 0;
  #bytesOfSku = BYTES_OF_SKU;

  constructor(limit: number) {
    this.#limit = limit;
    this.#most = limit;
  }

  get batches(): number {
    return this.#most;
  }

  /** Of batches that touch as many SKUs as a commit should, going by the last one. */
  get bytes(): number {
    return Math.min(limits.commitBytes, limits.commitSkus * this.#bytesOfSku);
  }

  /** A commit of batches of so many bytes, more than none, changed so many SKUs, by so many entries. */
  touched(bytes: number, skus: number, entries: number): void {
    this.#bytesOfSku = (bytes / skus) * Math.max(1, entries / skus || 1);
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
