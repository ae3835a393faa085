import type { Commit } from '../commit.ts';
import type { Checkpoint } from '../ledger.ts';

/** Checkpoints that a commit makes, and those in the store that say nothing any more. */
export class Checkpoints {
  #made: Checkpoint[] = [];
  #stale: { sku: string; at: string }[] = [];

  add(checkpoint: Checkpoint): void {
    this.#made.push(checkpoint);
  }

  /** Those of a SKU after this business time say nothing any more. */
  drop(sku: string, at: string): void {
    this.#stale.push({ sku, at });
    this.#made = this.#made.filter((one) => one.sku !== sku || one.at <= at);
  }

  changes(): Pick<Commit, 'checkpoints' | 'staleCheckpoints'> {
    return { checkpoints: this.#made, staleCheckpoints: this.#stale };
  }

  clear(): void {
    this.#made = [];
    this.#stale = [];
  }
}
