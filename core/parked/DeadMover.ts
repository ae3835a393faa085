/** Moves dead letters from the broker, where nobody can look for one, into the store; there first, so that none is lost between. */
import { Backoff } from '../backoff.ts';
import { labelOfQueue } from '../deliver/sinkQueue.ts';
import { faultOf, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Broker, Consumer, DeadDelivery, DeadLetterStore } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { keptLetter } from './keptLetter.ts';

export interface DeadMoverParts {
  broker: Pick<Broker, 'consumeDead'>;
  store: Pick<DeadLetterStore, 'keepDead'>;
  runtime: Runtime;
}

export class DeadMover {
  readonly #parts: DeadMoverParts;
  readonly #waiting: DeadDelivery[] = [];
  readonly #ending = new AbortController();
  #consumer: Consumer | undefined;
  #isStopping = false;
  #working: Promise<void> | undefined;

  constructor(parts: DeadMoverParts) {
    this.#parts = parts;
  }

  async start(): Promise<void> {
    const { broker } = this.#parts;
    this.#consumer = await broker.consumeDead(limits.deadAtOnce, (letter) => {
      this.#waiting.push(letter);
      this.#working ??= this.#work().finally(() => {
        this.#working = undefined;
      });
    });
  }

  /** What has come is kept where that goes at once; the rest comes again to the next. */
  async stop(): Promise<void> {
    // What died last is given out in a turn of its own.
    for (let turns = 0; turns < 2; turns += 1)
      await new Promise((resolve) => setImmediate(resolve));
    this.#isStopping = true;
    this.#ending.abort(new StockbusError('SHUTTING_DOWN', 'the hub is stopping'));
    await this.#working;
    await this.#consumer?.close();
  }

  async #work(): Promise<void> {
    const { runtime } = this.#parts;
    const { signal } = this.#ending;
    const backoff = new Backoff(runtime);
    let isFailing = false;
    while (this.#waiting.length > 0 && !isFailing) {
      const letters = this.#waiting.slice(0, limits.deadAtOnce);
      try {
        await this.#keep(letters);
        this.#waiting.splice(0, letters.length);
        backoff.reset();
      } catch (error) {
        const { code, message } = faultOf(error);
        runtime.log('warn', 'dead.waits', { letters: letters.length, code, message });
        await backoff.wait(signal).catch(() => undefined);
        isFailing = this.#isStopping;
      }
    }
  }

  async #keep(letters: readonly DeadDelivery[]): Promise<void> {
    const { store, runtime } = this.#parts;
    const kept = letters.map(keptLetter);
    await store.keepDead(kept);
    for (const letter of letters) letter.ack();
    for (const { id, queue, messageId, code, records } of kept) {
      const flow = labelOfQueue(queue);
      runtime.log('warn', 'dead.kept', { id, flow, messageId, code, records });
      runtime.metrics.count('stockbus_dead_letters_total', 1, { flow });
    }
  }
}
