/**
 * Closes months in the background, each once something was recorded after it: what it holds is final
 * then. Nothing depends on it: without closings reports read more packs. One process does it, under a lease; were there two, of what
 * they close one would count. What one wrote that did not come to its end is never read.
 */
import { endOfMonth, lastEnded } from '../closing.ts';
import { faultOf } from '../errors.ts';
import { Job } from '../jobs/Job.ts';
import { limits } from '../limits.ts';
import type { Store } from '../ports.ts';
import type { Runtime, Timer } from '../runtime.ts';
import { makeClosing } from './makeClosing.ts';

export class ClosingMaker {
  readonly #store: Store;
  readonly #runtime: Runtime;
  readonly #job: Job;
  #timer: Timer | undefined;
  #working: Promise<void> | undefined;
  #isStopping = false;
  /** Month that is known to be closed. */
  #closed = '';

  constructor({ store, runtime }: { store: Store; runtime: Runtime }) {
    this.#store = store;
    this.#runtime = runtime;
    this.#job = new Job({ store, runtime }, 'closing');
  }

  /** Looks at once, then every limits.closingPollMs. */
  start(): void {
    this.#timer = this.#runtime.every(limits.closingPollMs, () => void this.work());
    void this.work();
  }

  /** Leaves a closing that is not complete, which is then made anew. Idempotent. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#timer?.stop();
    await this.#working;
  }

  /** Closes the last month that has ended, where that can be done and is not. Never rejects. */
  work(): Promise<void> {
    if (this.#isStopping) return Promise.resolve();
    this.#working ??= this.#close().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  async #close(): Promise<void> {
    const month = lastEnded(new Date(this.#runtime.now()).toISOString());
    if (month <= this.#closed) return;
    try {
      if (await this.#isClosed(month)) this.#closed = month;
    } catch (error) {
      const { code, message } = faultOf(error);
      this.#runtime.log('warn', 'closing.waits', { month, code, message });
    }
  }

  /** Whether it is closed now; not before what was recorded in it is final. */
  async #isClosed(month: string): Promise<boolean> {
    const store = this.#store;
    const end = endOfMonth(month);
    if ((await store.finalUntil(end)) < end) return false;
    const work = { store, runtime: this.#runtime, isStopping: () => this.#isStopping };
    const isMade = await this.#job.run(() => makeClosing(work, end));
    if (isMade) this.#runtime.log('info', 'closing.made', { month });
    return isMade === true || ((await store.closings()).at(-1)?.month ?? '') >= month;
  }
}
