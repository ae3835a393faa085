import { limits } from '../limits.ts';
import type { LoadedHistory, SkuState } from './SkuState.ts';

/** What was read to cost SKUs anew: kept for the next that comes late, up to a bound. */
export class Histories {
  readonly #states = new Set<SkuState>();

  take(state: SkuState, history: LoadedHistory): void {
    state.history = history;
    this.#states.add(state);
  }

  delete(state: SkuState): void {
    this.#states.delete(state);
  }

  bound(): void {
    let entries = 0;
    for (const { history } of this.#states) entries += history?.entries.length ?? 0;
    if (entries <= limits.cachedEntries) return;
    for (const state of this.#states) state.history = undefined;
    this.#states.clear();
  }

  clear(): void {
    this.#states.clear();
  }
}
