import type { Commit } from '../commit.ts';
import type { Period } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { UndoLog } from '../UndoLog.ts';

/** Up to when the books are closed, as a round knows it: all of it is decided against one period. */
export class PeriodState {
  #period: Period = { version: 0, closedThrough: '', log: [] };
  /** As the store holds it, as far as we know. */
  #stored: Period = this.#period;
  #isRead = false;
  readonly #undo: UndoLog;

  constructor(undo: UndoLog) {
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
    this.#stored = period;
  }

  static #set(state: PeriodState, period: Period): void {
    state.#period = period;
  }

  change(period: Omit<Period, 'version'>): void {
    this.#undo.add(PeriodState.#set, this, this.#period);
    this.#period = { ...period, version: this.#period.version + 1 };
  }

  /** Whoever decides against the period at the same moment decides again. */
  touch(): void {
    if (this.#period.version === this.#stored.version) this.change(this.#period);
  }

  /** What was done to it in this round is recorded with the commit. */
  stamp(recordedAt: string): void {
    const { log } = this.#stored;
    if (this.#period.log === log) return;
    const done = this.#period.log.slice(log.length).map((line) => ({ ...line, recordedAt }));
    this.#period = { ...this.#period, log: [...log, ...done] };
  }

  changes(): Pick<Commit, 'periodVersion' | 'period'> {
    const { version } = this.#stored;
    const isChanged = this.#period.version !== version;
    const log = this.#period.log.slice(-limits.periodLogLines);
    return { periodVersion: version, ...(isChanged ? { period: { ...this.#period, log } } : {}) };
  }

  /** The next round reads it anew. */
  clear(): void {
    this.#isRead = false;
  }
}
