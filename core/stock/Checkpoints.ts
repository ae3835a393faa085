import type { Commit } from '../commit.ts';
import { fitsInBytes } from '../fitsInBytes.ts';
import type { Checkpoint } from '../ledger.ts';
import { limits } from '../limits.ts';

/** Checkpoints that a commit makes, and those in the store that say nothing any more. */
export class Checkpoints {
  #made: Checkpoint[] = [];
  #stale: { sku: string; at: string }[] = [];

  /** One that is too large for a store is left out: what comes late is costed from an earlier one. */
  add(checkpoint: Checkpoint): void {
    if (fitsInBytes(checkpoint.state, limits.packBytes)) this.#made.push(checkpoint);
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
