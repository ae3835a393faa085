/** Moves that follow an intake and hold back no other file when they fail. */
import { backoffMs } from '../../core/backoff.ts';
import { type Fault, faultOf } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Runtime } from '../../core/runtime.ts';

interface Chore {
  /** Those that are still to be done, in order. */
  steps: (() => Promise<unknown>)[];
  attempts: number;
  atMs: number;
}

const BOUNDS = { firstMs: limits.retryFirstMs, maxMs: limits.reconnectMaxMs };

/**
 * What a file came to is durable before it is moved away: so when something is in the way (a file
 * called `archive`, a full disk) the move is tried again from time to time, and after a restart, while
 * other files are taken in.
 */
export class PutAway {
  readonly #runtime: Runtime;
  readonly #log: (fault: Fault) => void;
  readonly #told = new Set<string>();
  #left: Chore[] = [];

  /** `log` hears of each trouble once, until everything could be put away again. */
  constructor(runtime: Runtime, log: (fault: Fault) => void) {
    this.#runtime = runtime;
    this.#log = log;
  }

  /** Does the steps in order, or later what cannot be done now. */
  async do(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
    await this.#try({ steps: [...steps], attempts: 0, atMs: 0 });
  }

  /** Says what is in the way, unless it was said already. */
  tell(fault: Fault): void {
    const said = `${fault.code} ${fault.message}`;
    if (!this.#told.has(said)) this.#log(fault);
    this.#told.add(said);
  }

  get nextMs(): number | undefined {
    const first = Math.min(...this.#left.map(({ atMs }) => atMs));
    return Number.isFinite(first) ? Math.max(0, first - this.#runtime.monotonic()) : undefined;
  }

  async tryDue(): Promise<void> {
    const nowMs = this.#runtime.monotonic();
    await this.#tryThose(({ atMs }) => atMs <= nowMs);
  }

  tryAll(): Promise<void> {
    return this.#tryThose(() => true);
  }

  async #tryThose(isDue: (chore: Chore) => boolean): Promise<void> {
    const due = this.#left.filter(isDue);
    this.#left = this.#left.filter((chore) => !due.includes(chore));
    for (const chore of due) await this.#try(chore);
    if (this.#left.length === 0) this.#told.clear();
  }

  async #try(chore: Chore): Promise<void> {
    try {
      for (let step = chore.steps[0]; step; step = chore.steps[0]) {
        await step();
        chore.steps.shift();
      }
    } catch (error) {
      this.tell(faultOf(error));
      chore.attempts += 1;
      const waitMs = backoffMs(chore.attempts, BOUNDS, this.#runtime.random());
      chore.atMs = this.#runtime.monotonic() + waitMs;
      this.#left.push(chore);
    }
  }
}
