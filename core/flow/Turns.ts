/** Gives way to the rest of the process (health answers, other payloads) while a flow works. */
import { limits } from '../limits.ts';
import type { Time } from '../runtime.ts';

/** Steps of an expression, about a millisecond of them. */
const STEPS_PER_LOOK = 10_000;

export class Turns {
  readonly #time: Pick<Time, 'monotonic'>;
  /** When the turn that is going on should end; undefined once everybody else had theirs. */
  #until: number | undefined;
  #steps = 0;

  constructor(time: Pick<Time, 'monotonic'>) {
    this.#time = time;
  }

  /** Whether this turn has lasted long enough. It begins when somebody asks. */
  due(): boolean {
    this.#steps = 0;
    if (this.#until !== undefined) return this.#time.monotonic() >= this.#until;
    this.#until = this.#time.monotonic() + limits.turnMs;
    setImmediate(() => {
      this.#until = undefined;
    });
    return false;
  }

  /** Tells what was done at once, so that whoever looks at the clock now and then looks soon. */
  worked(steps: number): void {
    this.#steps += steps;
  }

  /** Whether much was done since the last look at the clock. */
  get hasWorked(): boolean {
    return this.#steps >= STEPS_PER_LOOK;
  }

  /** Does all slices of some work, and gives way between them. */
  async through<Result>(slices: Iterator<undefined, Result>): Promise<Result> {
    for (;;) {
      const slice = slices.next();
      if (slice.done) return slice.value;
      if (this.due()) await this.next();
    }
  }

  /** Resolves when everybody else had their turn. */
  async next(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
