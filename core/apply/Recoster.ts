/**
 * Recoster: costs SKUs anew that have too many later facts for the commit that made it necessary. What
 * is done is in the store with every step, so that a crash loses nothing and any process goes on.
 */
import { faultOf } from '../errors.ts';
import { limits } from '../limits.ts';
import { recostSku } from './recostSku.ts';
import type { RoundParts } from './round.ts';

export interface RecosterParts extends RoundParts {
  committed(): void;
}

export class Recoster {
  readonly #parts: RecosterParts;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #stopping = false;
  /** Fewer at a time where others write the same SKU, so that some get through. */
  #mostFacts: number = limits.recostFacts;

  constructor(parts: RecosterParts) {
    this.#parts = parts;
  }

  /** Goes on with what waits, then looks every limits.recostPollMs. */
  start(): void {
    this.#timer = setInterval(() => void this.work(), limits.recostPollMs);
    void this.work();
  }

  /** Finishes the commit in hand. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    await this.#working;
  }

  /** Does all that waits now. Never rejects. */
  work(): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    this.#working ??= this.#workAll().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  async #workAll(): Promise<void> {
    const { store, runtime } = this.#parts;
    try {
      for (;;) {
        const { rows } = await store.recosts({ limit: limits.pageRowsDefault });
        runtime.metrics.gauge('stockbus_recosts_waiting', rows.length);
        if (rows.length === 0) return;
        for (const { sku } of rows) if (!(await this.#step(sku))) return;
      }
    } catch (error) {
      const { code, message } = faultOf(error);
      runtime.log('warn', 'recost.waits', { code, message });
    }
  }

  /** False when it is to stop for now. */
  async #step(sku: string): Promise<boolean> {
    if (this.#stopping) return false;
    const events = await recostSku(this.#parts, sku, this.#mostFacts);
    if (events === undefined) {
      this.#mostFacts = Math.max(Math.ceil(this.#mostFacts / 2), limits.checkpointFacts);
      this.#parts.runtime.metrics.count('stockbus_commit_conflicts_total');
      return true;
    }
    this.#mostFacts = limits.recostFacts;
    if (events > 0) this.#parts.committed();
    return true;
  }
}
