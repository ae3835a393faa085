/**
 * Recoster: costs SKUs anew that have too many later facts for the commit that made it necessary. What
 * is done is in the store with every step, so that a crash loses nothing and any process goes on.
 */
import { faultOf, isRetryable } from '../errors.ts';
import type { SkuHead } from '../ledger.ts';
import { limits } from '../limits.ts';
import { rowsOf } from '../rowsOf.ts';
import type { Timer } from '../runtime.ts';
import { Workspace } from '../stock/workspace.ts';
import { recostSku } from './recostSku.ts';
import type { RoundBounds, RoundParts } from './round.ts';

export interface RecosterParts extends RoundParts {
  committed(): void;
}

export class Recoster {
  readonly #parts: RecosterParts;
  readonly #bounds: RoundBounds;
  #timer: Timer | undefined;
  #working: Promise<void> | undefined;
  #stopping = false;
  /** Fewer at a time where others write the same SKU, so that some get through. */
  #mostFacts: number;
  /** SKUs that cannot be costed, and when they are tried again. */
  readonly #failed = new Map<string, number>();
  /** SKUs that others wrote each time that they were costed: how often, and until when a pause is waited for. */
  readonly #written = new Map<string, { times: number; until: number }>();

  constructor(parts: RecosterParts) {
    this.#parts = parts;
    this.#bounds = parts.bounds ?? limits;
    this.#mostFacts = this.#bounds.recostFacts;
  }

  /** Goes on with what waits, then looks every limits.recostPollMs. */
  start(): void {
    this.#timer = this.#parts.runtime.every(limits.recostPollMs, () => void this.work());
    void this.work();
  }

  /** Finishes the commit in hand. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#timer?.stop();
    await this.#working;
  }

  /** Does all that waits now and can be done. Never rejects. */
  work(): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    this.#working ??= this.#workAll().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  async #workAll(): Promise<void> {
    try {
      while (await this.#workOnce());
    } catch (error) {
      const { code, message } = faultOf(error);
      this.#parts.runtime.log('warn', 'recost.waits', { code, message });
    }
  }

  /** Every SKU that waits, one after another; true where there may be more to do at once. */
  async #workOnce(): Promise<boolean> {
    const { store, runtime } = this.#parts;
    let waiting = 0;
    let worked = false;
    for await (const head of rowsOf((page) => store.recosts(page), limits.pageRowsDefault)) {
      if (this.#stopping) return false;
      if (this.#isFree(head) && (await this.#step(head.sku))) worked = true;
      waiting += 1;
    }
    runtime.metrics.gauge('stockbus_recosts_waiting', waiting);
    return worked;
  }

  /** What is read of a SKU that is being written is read in vain: it waits for a pause, within bounds. */
  #isFree({ sku, recordedAt }: SkuHead): boolean {
    const { times, until } = this.#written.get(sku) ?? { times: 0, until: 0 };
    const now = this.#parts.runtime.now();
    return times < 2 || now >= until || now - Date.parse(recordedAt) >= limits.recostPollMs;
  }

  /** One that cannot be costed is told, and keeps no other from its turn. False: not for now. */
  async #step(sku: string): Promise<boolean> {
    const { runtime } = this.#parts;
    if (runtime.now() < (this.#failed.get(sku) ?? 0)) return false;
    try {
      await this.#recost(sku);
      this.#failed.delete(sku);
      return true;
    } catch (error) {
      const fault = faultOf(error);
      if (isRetryable(fault)) throw error;
      this.#failed.set(sku, runtime.now() + limits.reconnectMaxMs);
      const { code, message } = fault;
      runtime.log('error', 'recost.failed', { sku, code, message });
      return false;
    }
  }

  /** Until it is done, another writer comes in between, or the hub stops. */
  async #recost(sku: string): Promise<void> {
    const workspace = new Workspace(this.#parts.policy);
    for (;;) {
      const done = await recostSku(this.#parts, sku, this.#mostFacts, workspace);
      // A store that answers at once would let nobody else have a turn.
      await new Promise(setImmediate);
      if (done === undefined) {
        this.#mostFacts = Math.max(Math.ceil(this.#mostFacts / 2), this.#bounds.checkpointFacts);
        this.#parts.runtime.metrics.count('stockbus_commit_conflicts_total');
        const times = (this.#written.get(sku)?.times ?? 0) + 1;
        const until = this.#parts.runtime.now() + limits.reconnectMaxMs;
        this.#written.set(sku, { times, until });
        return;
      }
      this.#mostFacts = this.#bounds.recostFacts;
      this.#written.delete(sku);
      if (done.events > 0) this.#parts.committed();
      if (!done.waits || this.#stopping) return;
    }
  }
}
