/** Gives way to the rest of the process (health answers, other payloads) while a flow works. */
import { limits } from '../limits.ts';
import type { Time } from '../runtime.ts';

export class Turns {
  readonly #time: Pick<Time, 'monotonic'>;
  #until = 0;

  constructor(time: Pick<Time, 'monotonic'>) {
    this.#time = time;
  }

  /** Whether this turn has lasted long enough. */
  due(): boolean {
    return this.#time.monotonic() >= this.#until;
  }

  /** Resolves when everybody else had their turn. */
  async next(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#until = this.#time.monotonic() + limits.turnMs;
  }
}
