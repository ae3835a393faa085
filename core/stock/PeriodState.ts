import type { Found } from '../closingChecks.ts';
import type { Commit, Look } from '../commit.ts';
import type { Period } from '../ledger.ts';
import { limits } from '../limits.ts';
import { assign, type UndoLog } from '../UndoLog.ts';
import { Missing } from './Missing.ts';

/** Up to when the books are closed, as a round knows it: all of it is decided against one period. */
export class PeriodState {
  now: Period = { version: 0, closedThrough: '', log: [] };
  /** As the store holds it, as far as we know. */
  #stored = this.now;
  #isRead = false;
  /** What stands in the way of closing, by the last day, once that was asked for. */
  readonly #standing = new Map<string, Found>();
  /** What all of that was found by. */
  look: Look | undefined;
  /** In how many rounds since the last commit that was looked for. */
  looks = 0;
  readonly #undo: UndoLog;

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  /** The first that a round reads holds until its commit. */
  take(period: Period): void {
    if (this.#isRead) return;
    this.#isRead = true;
    this.now = period;
    this.#stored = period;
  }

  takeStanding(through: string, found: Found, look: Look): void {
    this.#standing.set(through, found);
    if (!this.look) this.looks += 1;
    if (!this.look || this.look.until < look.until) this.look = look;
  }

  /** Throws Missing. */
  standing(through: string): Found {
    const found = this.#standing.get(through);
    if (!found) throw new Missing({ standing: through });
    return found;
  }

  change(period: Omit<Period, 'version'>): void {
    this.#undo.add(assign<PeriodState>, this, { now: this.now });
    this.now = { ...period, version: this.now.version + 1 };
  }

  /** Whoever decides against the period at the same moment decides again. */
  touch(): void {
    if (this.now.version === this.#stored.version) this.change(this.now);
  }

  /** What was done to it in this round is recorded with the commit. */
  stamp(recordedAt: string): void {
    const { log } = this.#stored;
    if (this.now.log === log) return;
    const done = this.now.log.slice(log.length).map((line) => ({ ...line, recordedAt }));
    this.now = { ...this.now, log: [...log, ...done] };
  }

  changes(): Pick<Commit, 'periodVersion' | 'period'> {
    const { version } = this.#stored;
    if (this.now.version === version) return { periodVersion: version };
    const period = { ...this.now, log: this.now.log.slice(-limits.periodLogLines) };
    return { periodVersion: version, period, ...(this.look && { look: this.look }) };
  }

  /** The next round reads it anew. */
  clear(): void {
    this.#isRead = false;
    this.#standing.clear();
    this.look = undefined;
  }
}
