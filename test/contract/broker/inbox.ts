import type { Delivery } from '../../../core/ports.ts';

const TIMEOUT_MS = 20_000;

/** A handler that keeps what is delivered, in order, for a test to wait for. */
export class Inbox {
  readonly #arrived: Delivery[] = [];
  readonly #all: Delivery[] = [];
  #wake: (() => void) | undefined;

  readonly handler = (delivery: Delivery): void => {
    this.#arrived.push(delivery);
    this.#all.push(delivery);
    this.#wake?.();
  };

  /** Everything that ever arrived. */
  get all(): readonly Delivery[] {
    return this.#all;
  }

  /** The next one; fails when none comes. */
  async next(): Promise<Delivery> {
    const until = Date.now() + TIMEOUT_MS;
    while (this.#arrived.length === 0) await this.#arrival(until);
    return this.#arrived.shift()!;
  }

  async take(count: number): Promise<Delivery[]> {
    const taken: Delivery[] = [];
    while (taken.length < count) taken.push(await this.next());
    return taken;
  }

  async #arrival(until: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new Error('nothing more was delivered')),
      until - Date.now(),
    );
    this.#wake = resolve;
    try {
      await promise;
    } finally {
      clearTimeout(timer);
    }
  }
}

export const textOf = (delivery: { body: Uint8Array }): string =>
  Buffer.from(delivery.body).toString();
