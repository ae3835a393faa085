import type { Commit } from '../commit.ts';
import type { Period } from '../ledger.ts';

/** Up to when the books are closed, as a round knows it: all of it is decided against one period. */
export class PeriodState {
  #period: Period = { version: 0, closedThrough: '', log: [] };
  /** Version that the store holds, as far as we know. */
  #expected = 0;
  #isRead = false;
  readonly #undo: (back: () => void) => void;

  constructor(undo: (back: () => void) => void) {
    this.#undo = undo;
  }

  get now(): Period {
    return this.#period;
  }

  /** The first that a round reads holds until its commit. */
  take(period: Period): void {
    if (this.#isRead) return;
    this.#isRead = true;
    this.#period = period;
    this.#expected = period.version;
  }

  change(period: Omit<Period, 'version'>): void {
    const old = this.#period;
    this.#period = { ...period, version: old.version + 1 };
    this.#undo(() => {
      this.#period = old;
    });
  }

  /** Whoever decides against the period at the same moment decides again. */
  touch(): void {
    if (this.#period.version === this.#expected) this.change(this.#period);
  }

  changes(): Pick<Commit, 'periodVersion' | 'period'> {
    const isChanged = this.#period.version !== this.#expected;
    return { periodVersion: this.#expected, ...(isChanged ? { period: this.#period } : {}) };
  }

  /** The next round reads it anew. */
  clear(): void {
    this.#isRead = false;
  }
}
