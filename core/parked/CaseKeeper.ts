/** In the background: ends what was begun, closes what was booked by other ways, and forgets what is over. */
import { faultOf } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Runtime, Timer } from '../runtime.ts';
import { type Cases, HUB, isClosed } from './Cases.ts';
import { type ParkedDesk, subjectOf } from './ParkedDesk.ts';
import type { ParkedReplay } from './ParkedReplay.ts';
import type { Retention } from './Retention.ts';

export interface KeeperParts {
  runtime: Runtime;
  cases: Cases;
  desk: ParkedDesk;
  replay: ParkedReplay;
  retention: Retention;
}

export class CaseKeeper {
  readonly #parts: KeeperParts;
  #timers: Timer[] = [];
  #working: Promise<void> = Promise.resolve();
  #isStopping = false;
  /** What it goes on with. */
  #after: string | undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  start(): void {
    const { runtime, replay, retention } = this.#parts;
    this.#timers = [
      runtime.every(
        limits.caseLookMs,
        this.#inTurn(() => replay.look()),
      ),
      runtime.every(
        limits.caseSettleMs,
        this.#inTurn(() => this.settle()),
      ),
      runtime.every(
        limits.caseSweepMs,
        this.#inTurn(() => retention.sweep()),
      ),
      runtime.every(
        limits.caseSweepMs,
        this.#inTurn(() => retention.forgetAnswers()),
      ),
    ];
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of this.#timers) timer.stop();
    await this.#working;
  }

  /** One kind of work after another; what waits for its turn waits once, however long the others take. */
  #inTurn(work: () => Promise<void>): () => void {
    let isWaiting = false;
    return () => {
      if (isWaiting) return;
      isWaiting = true;
      this.#working = this.#working.then(() => {
        isWaiting = false;
        return this.#do(work);
      });
    };
  }

  async #do(work: () => Promise<void>): Promise<void> {
    if (this.#isStopping) return;
    try {
      await work();
    } catch (error) {
      const { code, message } = faultOf(error);
      this.#parts.runtime.log('warn', 'parked.keeper_failed', { code, message });
    }
  }

  /** Some at a time, from where the last time ended: those that were booked since are closed for good. */
  async settle(): Promise<void> {
    const { desk, cases } = this.#parts;
    const page = { limit: limits.casesAtOnce, ...(this.#after ? { after: this.#after } : {}) };
    const { rows, next } = await desk.page({}, page);
    this.#after = next;
    for (const { record, case: one } of rows) {
      // By somebody already, or not at all.
      if (one.state !== 'resolved' || one.log.at(-1)?.did === 'resolved') continue;
      await cases.change(subjectOf(record), HUB, (now) => {
        if (isClosed(now.state) || now.state === 'replaying') return undefined;
        const isWhole = record.stage === 'payload';
        const reason = isWhole ? 'it was taken in since' : 'its key was booked by another way';
        return { state: 'resolved', line: { did: 'resolved', reason } };
      });
    }
  }
}
