import { faultOf } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ProducerStore } from '../ports.ts';
import type { Runtime, Timer } from '../runtime.ts';
import type { BatchNumbers } from './BatchNumbers.ts';
import { wordRow } from './ProducerWord.ts';

interface VoiceParts {
  numbers: BatchNumbers;
  store: Pick<ProducerStore, 'sayProducer' | 'seenNumbers'>;
  runtime: Runtime;
}

/**
 * Says in the store what a process has published, some seconds after it did, and when it ends: outside of the broker,
 * so that it is there when that has lost it. Nobody waits for it; while the store is away it is said later.
 */
export class ProducerVoice {
  readonly #parts: VoiceParts;
  readonly #startedAt: string;
  #timer: Timer | undefined;
  #saying: Promise<void> = Promise.resolve();
  #said = '';
  #saidMs = 0;
  #isSilent = false;

  constructor(parts: VoiceParts) {
    this.#parts = parts;
    this.#startedAt = new Date(parts.runtime.now()).toISOString();
  }

  start(): void {
    this.#timer ??= this.#parts.runtime.every(limits.producerSaysMs, () => this.#sayAfter());
  }

  /** The last word. */
  async stop(): Promise<void> {
    this.#timer?.stop();
    this.#sayAfter(true);
    await this.#saying;
  }

  #sayAfter(isLast = false): void {
    this.#saying = this.#saying.then(() => this.#say(isLast));
  }

  async #say(isLast: boolean): Promise<void> {
    const { numbers, store, runtime } = this.#parts;
    const { producer } = numbers;
    try {
      const saidAt = new Date(runtime.now()).toISOString();
      if (numbers.queues([], saidAt).length === 0) return;
      const queues = numbers.queues(await store.seenNumbers(), saidAt);
      const said = JSON.stringify(queues);
      const isFresh = runtime.now() - this.#saidMs < limits.producerSaysAgainMs;
      if (said === this.#said && isFresh && !isLast) return;
      const ended = isLast ? { endedAt: saidAt } : {};
      await store.sayProducer(
        wordRow({ producer, saidAt, startedAt: this.#startedAt, ...ended, queues }),
      );
      this.#said = said;
      this.#saidMs = runtime.now();
      this.#isSilent = false;
    } catch (error) {
      if (!this.#isSilent) runtime.log('warn', 'producer.unsaid', { ...faultOf(error) });
      this.#isSilent = true;
    }
  }
}
