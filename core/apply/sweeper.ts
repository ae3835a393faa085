/**
 * Sweeper: gives back what reservations hold when their time is over. It may be late and nothing
 * depends on it: whoever asks about a reservation, or is short of what it holds, finds it expired from
 * its moment on. Any number of sweepers may run; two that meet have a conflict and one of them nothing
 * left to do.
 */
import { Backoff } from '../backoff.ts';
import { faultOf } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Books } from '../ports.ts';
import type { Runtime, Timer } from '../runtime.ts';

export interface SweeperParts {
  store: Pick<Books, 'dueReservations'>;
  runtime: Runtime;
  /**
   * Expires those of them that are still pending and due, in one commit, by the rules of the stock.
   * How many, or undefined where another writer came in between.
   */
  expire(ids: readonly string[]): Promise<number | undefined>;
}

export class Sweeper {
  readonly #parts: SweeperParts;
  #timer: Timer | undefined;
  #working: Promise<void> | undefined;
  #stopping = false;
  /** Fewer at a time where others write the same SKUs, so that some get through. */
  #together: number = limits.sweepReservations;
  readonly #backoff: Backoff;
  #notBefore = 0;

  constructor(parts: SweeperParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.runtime);
  }

  /** Sweeps what became due while nobody was there, then every limits.sweepPollMs. */
  start(): void {
    this.#timer = this.#parts.runtime.every(limits.sweepPollMs, () => void this.sweep());
    void this.sweep();
  }

  /** Finishes the commit in hand. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#timer?.stop();
    await this.#working;
  }

  /** Sweeps what is due now; resolves when that is done or put off. Never rejects. */
  sweep(): Promise<void> {
    if (this.#stopping || this.#parts.runtime.now() < this.#notBefore) return Promise.resolve();
    this.#working ??= this.#sweepAll().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  async #sweepAll(): Promise<void> {
    try {
      while (!this.#stopping && (await this.#sweepSome()));
      this.#backoff.reset();
    } catch (error) {
      this.#putOff(error);
    }
  }

  /** True where there may be more to do at once. */
  async #sweepSome(): Promise<boolean> {
    const { store, runtime, expire } = this.#parts;
    const asked = this.#together;
    const due = await store.dueReservations(new Date(runtime.now()).toISOString(), asked);
    if (due.length === 0) return false;
    const expired = await expire(due);
    if (expired === undefined) {
      runtime.metrics.count('stockbus_commit_conflicts_total');
      this.#together = Math.ceil(Math.min(asked, due.length) / 2);
      // Alone it has met a writer that is busy with its SKU: the next look comes soon enough.
      return due.length > 1;
    }
    this.#together = Math.min(limits.sweepReservations, asked * 2);
    runtime.metrics.count('stockbus_expired_reservations_total', expired);
    return expired > 0 && due.length === asked;
  }

  #putOff(error: unknown): void {
    const { runtime } = this.#parts;
    this.#notBefore = runtime.now() + this.#backoff.nextMs();
    const { code, message } = faultOf(error);
    runtime.log('warn', 'sweep.waits', { code, message });
  }
}
