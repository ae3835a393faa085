/** Whether a hub waits for servers that are away: `start` does until it is told to stop, every other command fails at once. */
import { Backoff } from '../backoff.ts';
import { type Fault, faultOf, isRetryable, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Runtime } from '../runtime.ts';

export class Patience {
  readonly isPatient: boolean;
  readonly #runtime: Runtime;
  readonly #ending = new AbortController();
  readonly #waits = new Set<{ fault: Fault }>();

  constructor(runtime: Runtime, isPatient: boolean) {
    this.#runtime = runtime;
    this.isPatient = isPatient;
  }

  /** What the first that waits is waiting for, as long as it does. */
  get waitsFor(): Fault | undefined {
    const [first] = this.#waits;
    return first?.fault;
  }

  /**
   * Does what may be done again until it succeeds; tells what it waits for at first, and once a minute. Throws what is no
   * fault of the world, without patience any fault, and SHUTTING_DOWN once nobody waits any longer.
   */
  async reached<T>(work: () => Promise<T>): Promise<T> {
    return this.isPatient ? this.insist(work) : work();
  }

  /** The same of a hub that runs already: it waits, whatever is said of its start. */
  async insist<T>(work: () => Promise<T>): Promise<T> {
    const backoff = new Backoff(this.#runtime);
    const wait: { fault?: Fault } = {};
    let toldAt = Number.NEGATIVE_INFINITY;
    try {
      for (;;) {
        this.#ending.signal.throwIfAborted();
        try {
          return await work();
        } catch (error) {
          const fault = faultOf(error);
          if (!isRetryable(fault)) throw error;
          wait.fault = fault;
          this.#waits.add(wait as { fault: Fault });
        }
        const now = this.#runtime.monotonic();
        if (now - toldAt >= limits.tellAgainMs) {
          const { code, message, todo } = wait.fault;
          this.#runtime.log('warn', 'hub.waits', { code, message, ...(todo ? { todo } : {}) });
          toldAt = now;
        }
        await backoff.wait(this.#ending.signal);
      }
    } finally {
      this.#waits.delete(wait as { fault: Fault });
    }
  }

  /** Nobody waits any longer. Idempotent. */
  end(): void {
    this.#ending.abort(new StockbusError('SHUTTING_DOWN', 'the hub is stopping'));
  }
}
