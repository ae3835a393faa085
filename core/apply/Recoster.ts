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
import type { HistoryReading } from './HistoryReader.ts';
import { recostSku } from './recostSku.ts';
import type { RoundBounds, RoundParts } from './round.ts';
import { turnTimes } from './SkuTurns.ts';

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
  /** SKUs that are being written, and when they are costed nevertheless. */
  readonly #written = new Map<string, number>();
  /** Of the SKU in work, as far as it was read; kept where another writer was faster. */
  #reading: HistoryReading = { sku: '', history: undefined };

  constructor(parts: RecosterParts) {
    this.#parts = parts;
    this.#bounds = parts.bounds ?? limits;
    this.#mostFacts = this.#bounds.recostFacts;
  }

  /** Goes on with what waits, then looks every limits.recostPollMs. */
  start(): void {
    const look = (): void => void this.work(limits.recostPauseMs);
    this.#timer = this.#parts.runtime.every(limits.recostPollMs, look);
    look();
  }

  /** Finishes the commit in hand. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#timer?.stop();
    await this.#working;
  }

  /** Does all that waits now, can be done, and was not written for so long. Never rejects. */
  work(pauseMs = 0): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    this.#working ??= this.#workAll(pauseMs).finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  async #workAll(pauseMs: number): Promise<void> {
    try {
      while (await this.#workOnce(pauseMs));
    } catch (error) {
      const { code, message } = faultOf(error);
      this.#parts.runtime.log('warn', 'recost.waits', { code, message });
    }
  }

  /** Every SKU that waits, one after another; true where there may be more to do at once. */
  async #workOnce(pauseMs: number): Promise<boolean> {
    const { store, runtime } = this.#parts;
    const waiting = new Set<string>();
    let worked = false;
    for await (const head of rowsOf((page) => store.recosts(page), limits.pageRowsDefault)) {
      if (this.#stopping) return false;
      if (this.#isFree(head, pauseMs) && (await this.#step(head.sku))) worked = true;
      waiting.add(head.sku);
    }
    // One that others have finished waits anew when it waits again.
    for (const known of [this.#failed, this.#written]) {
      for (const sku of known.keys()) if (!waiting.has(sku)) known.delete(sku);
    }
    runtime.metrics.gauge('stockbus_recosts_waiting', waiting.size);
    return worked;
  }

  /**
   * A SKU that is being written waits for a pause, within bounds: it would be read in vain here, or there, where
   * a conflict makes the writer read all of it anew.
   */
  #isFree({ sku, recordedAt }: SkuHead, pauseMs: number): boolean {
    const now = this.#parts.runtime.now();
    if (pauseMs === 0) return true;
    const isTaken = this.#parts.turns?.isTaken(sku);
    if (!isTaken && now - Date.parse(recordedAt) >= pauseMs) return true;
    if (!this.#written.has(sku)) this.#written.set(sku, now + turnTimes.waitMs);
    return now >= this.#written.get(sku)!;
  }

  /** One that cannot be costed is told, and keeps no other from its turn. False: not for now. */
  async #step(sku: string): Promise<boolean> {
    const { runtime } = this.#parts;
    if (runtime.now() < (this.#failed.get(sku) ?? 0)) return false;
    try {
      const worked = await this.#recost(sku);
      this.#failed.delete(sku);
      return worked;
    } catch (error) {
      this.#reading.history = undefined;
      const fault = faultOf(error);
      if (isRetryable(fault)) throw error;
      this.#failed.set(sku, runtime.now() + limits.reconnectMaxMs);
      const { code, message } = fault;
      runtime.log('error', 'recost.failed', { sku, code, message });
      return false;
    }
  }

  /** What has waited for others long enough has its turn, and they wait. False where it gave way. */
  async #recost(sku: string): Promise<boolean> {
    if (this.#reading.sku !== sku) this.#reading = { sku, history: undefined };
    const { turns, runtime } = this.#parts;
    const isDue = runtime.now() >= (this.#written.get(sku) ?? Number.POSITIVE_INFINITY);
    const end = isDue ? await turns?.takeAlone(sku) : undefined;
    const untilMs = end ? runtime.now() + turnTimes.aloneMs : Number.POSITIVE_INFINITY;
    try {
      return await this.#recostUntil(sku, untilMs, end !== undefined);
    } finally {
      end?.();
    }
  }

  /** Until it is done, another writer comes in between, the hub stops, or its turn is over. */
  async #recostUntil(sku: string, untilMs: number, isAlone: boolean): Promise<boolean> {
    const { policy, runtime } = this.#parts;
    const workspace = new Workspace(policy);
    const shared = [workspace, this.#reading, isAlone] as const;
    for (;;) {
      const done = await recostSku(this.#parts, sku, this.#mostFacts, ...shared);
      // A store that answers at once would let nobody else have a turn.
      await new Promise(setImmediate);
      if (done === 'taken') {
        if (!this.#written.has(sku)) this.#waitFor(sku);
        return false;
      }
      if (done === undefined) {
        this.#mostFacts = Math.max(Math.ceil(this.#mostFacts / 2), this.#bounds.checkpointFacts);
        runtime.metrics.count('stockbus_commit_conflicts_total');
        this.#waitFor(sku);
        return true;
      }
      this.#mostFacts = this.#bounds.recostFacts;
      this.#written.delete(sku);
      if (done.events > 0) this.#parts.committed();
      const waits = done.waits && !this.#stopping;
      if (waits && runtime.now() < untilMs) continue;
      if (!waits) this.#reading.history = undefined;
      return true;
    }
  }

  #waitFor(sku: string): void {
    this.#written.set(sku, this.#parts.runtime.now() + turnTimes.waitMs);
  }
}
