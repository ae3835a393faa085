import type { Runtime } from '../runtime.ts';

/** `closed`: asked; `open`: left alone; `half-open`: one question finds out whether it is well again. */
export type CircuitState = 'closed' | 'half-open' | 'open';

export interface CircuitBounds {
  /** Failures in a row after which it opens. */
  failures: number;
  /** For how long it is open at first; each time that the one question fails twice as long. */
  pauseMs: number;
  pauseMaxMs: number;
}

/** Leaves alone a system that fails, so that neither it nor those who wait for it make matters worse. */
export class CircuitBreaker {
  readonly #runtime: Pick<Runtime, 'monotonic'>;
  readonly #bounds: CircuitBounds;
  readonly #changed: (state: CircuitState, failures: number) => void;
  #state: CircuitState = 'closed';
  #failures = 0;
  #pauseMs: number;
  #openUntil = 0;

  constructor(
    runtime: Pick<Runtime, 'monotonic'>,
    bounds: CircuitBounds,
    changed: (state: CircuitState, failures: number) => void,
  ) {
    this.#runtime = runtime;
    this.#bounds = bounds;
    this.#changed = changed;
    this.#pauseMs = bounds.pauseMs;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Zero: ask. Else for how long it is left alone; of those who come then, one may ask. */
  waitMs(): number {
    if (this.#state === 'closed') return 0;
    const leftMs = this.#openUntil - this.#runtime.monotonic();
    if (leftMs > 0) return leftMs;
    // Whoever asks now may never tell how it went: after a pause the next may try.
    this.#openUntil = this.#runtime.monotonic() + this.#pauseMs;
    this.#to('half-open');
    return 0;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#pauseMs = this.#bounds.pauseMs;
    this.#to('closed');
  }

  failed(): void {
    this.#failures += 1;
    const { failures, pauseMaxMs } = this.#bounds;
    if (this.#state === 'closed' && this.#failures < failures) return;
    // What was asked before it opened may fail late: that says nothing new.
    if (this.#state === 'open') return;
    if (this.#state === 'half-open') this.#pauseMs = Math.min(2 * this.#pauseMs, pauseMaxMs);
    this.#openUntil = this.#runtime.monotonic() + this.#pauseMs;
    this.#to('open');
  }

  #to(state: CircuitState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#changed(state, this.#failures);
  }
}
