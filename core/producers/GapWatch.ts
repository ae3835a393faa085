import { faultOf } from '../errors.ts';
import { commandQueue } from '../intake/publishBatches.ts';
import { limits } from '../limits.ts';
import { BATCH_FORMAT } from '../message.ts';
import type { Broker, Store } from '../ports.ts';
import type { Runtime, Timer } from '../runtime.ts';
import { describeGap, gapsTold } from './describeGap.ts';
import { type Behind, type Comparison, findGaps, type Gap } from './findGaps.ts';
import { readProducers } from './readProducers.ts';

interface WatchParts {
  broker: Pick<Broker, 'publish'>;
  store: Pick<Store, 'producers' | 'seenNumbers' | 'forgetProducer'>;
  runtime: Runtime;
}

/**
 * Looks for batches that were accepted and did not come. What was published last is waited for by a mark, which goes
 * through the same queue: once that has come, all before it should have.
 */
export class GapWatch {
  readonly #parts: WatchParts;
  #timer: Timer | undefined;
  #looking: Promise<void> = Promise.resolve();
  #isWaiting = false;
  #stopped = false;
  /** Those that are behind, as they were at the last look. */
  #behind = new Map<string, Behind>();
  #silent: ReadonlySet<string> = new Set();
  readonly #markedAt = new Map<string, number>();
  readonly #told = new Set<string>();
  #gaps: readonly Gap[] = [];

  constructor(parts: WatchParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = this.#parts.runtime.every(limits.gapLookMs, () => this.#lookAfter());
    this.#lookAfter();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.stop();
    await this.#looking;
  }

  /** What is missing, for whoever asks how the hub is; undefined where nothing is. */
  check(): string | undefined {
    return gapsTold(this.#gaps);
  }

  /** What waits for its turn waits once, however long a store that is frozen takes. */
  #lookAfter(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#looking = this.#looking.then(() => {
      this.#isWaiting = false;
      return this.#look();
    });
  }

  async #look(): Promise<void> {
    if (this.#stopped) return;
    const { store, runtime } = this.#parts;
    try {
      const { words, seen } = await readProducers(store, runtime.log);
      const nowMs = runtime.now();
      const forgetBefore = new Date(nowMs - limits.producerForgetMs).toISOString();
      const found = findGaps(words, seen, forgetBefore);
      this.#tell(found, nowMs);
      await this.#mark(found.behind);
      await this.#forget(found);
    } catch (error) {
      // Broker or store are away, which others tell.
      runtime.log('debug', 'gap.not_looked', { ...faultOf(error) });
    }
  }

  #tell({ gaps }: Comparison, nowMs: number): void {
    const { log, metrics } = this.#parts.runtime;
    const alertBefore = new Date(nowMs - limits.gapAlertMs).toISOString();
    this.#gaps = gaps.filter(({ noticedAt }) => noticedAt <= alertBefore);
    const missing = this.#gaps.reduce((sum, { batches }) => sum + batches, 0);
    metrics.gauge('stockbus_gap_batches', missing);
    for (const gap of this.#gaps) {
      const { producer, partition, from, payloads } = gap;
      const key = `${producer} ${partition} ${from}`;
      if (this.#told.has(key)) continue;
      this.#told.add(key);
      const { code, message, todo } = describeGap(gap);
      log('error', 'broker.gap', { code, message, todo, ...gap, payloads: payloads.slice(0, 20) });
    }
  }

  /** One that was only frozen says so before the next look. */
  async #forget({ ended, silent }: Comparison): Promise<void> {
    const before = this.#silent;
    this.#silent = new Set(silent);
    for (const producer of [...ended, ...silent.filter((one) => before.has(one))])
      await this.#parts.store.forgetProducer(producer);
  }

  /** Of who was behind at the last look, too, and not again and again: a queue may be long. */
  async #mark(behind: readonly Behind[]): Promise<void> {
    const now = this.#parts.runtime.monotonic();
    const before = this.#behind;
    this.#behind = new Map(behind.map((one) => [`${one.producer} ${one.partition}`, one]));
    for (const [key, { producer, partition, settled, seen }] of this.#behind) {
      const last = before.get(key);
      if (last?.seen !== seen) continue;
      if (now - (this.#markedAt.get(key) ?? -limits.gapMarkMs) < limits.gapMarkMs) continue;
      this.#markedAt.set(key, now);
      const text = `{"v":${BATCH_FORMAT},"producer":"${producer}","number":${settled},"parts":[]}`;
      await this.#parts.broker.publish([
        {
          id: `${producer}/mark/${partition}/${settled}`,
          to: { queue: commandQueue(partition) },
          body: Buffer.from(text),
          contentType: 'application/json',
        },
      ]);
    }
    for (const key of this.#markedAt.keys()) if (!this.#behind.has(key)) this.#markedAt.delete(key);
  }
}
