import { limits } from '../limits.ts';
import type { SkuState } from './SkuState.ts';

/**
 * SKUs of which the history is in memory: kept for the next that comes late, up to a bound. The one that was
 * used last stays, however long it is.
 */
export class Histories {
  readonly #states = new Set<SkuState>();

  /** Used now; of the others those go first that were used longest ago. */
  use(state: SkuState): void {
    this.#states.delete(state);
    this.#states.add(state);
  }

  delete(state: SkuState): void {
    this.#states.delete(state);
  }

  bound(): void {
    let facts = 0;
    for (const { history } of this.#states) facts += history?.size ?? 0;
    for (const state of this.#states) {
      if (facts <= limits.historyFacts || this.#states.size === 1) return;
      facts -= state.history?.size ?? 0;
      state.history = undefined;
      this.#states.delete(state);
    }
  }

  clear(): void {
    this.#states.clear();
  }
}
