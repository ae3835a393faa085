import { limits } from './limits.ts';
import type { Runtime } from './runtime.ts';

export interface BackoffBounds {
  firstMs: number;
  maxMs: number;
}

const reconnecting: BackoffBounds = {
  firstMs: limits.reconnectFirstMs,
  maxMs: limits.reconnectMaxMs,
};

/** Growing waits with jitter (Brooker, "Exponential Backoff and Jitter"), for in-process retries. */
export class Backoff {
  readonly #runtime: Pick<Runtime, 'random' | 'sleep'>;
  readonly #bounds: BackoffBounds;
  /** Failed attempts since the last success. */
  #attempts = 0;

  constructor(runtime: Pick<Runtime, 'random' | 'sleep'>, bounds: BackoffBounds = reconnecting) {
    this.#runtime = runtime;
    this.#bounds = bounds;
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** It went well: the next wait is a short one again. */
  reset(): void {
    this.#attempts = 0;
  }

  /** The wait after one more failed attempt. */
  nextMs(): number {
    this.#attempts += 1;
    return backoffMs(this.#attempts, this.#bounds, this.#runtime.random());
  }

  wait(signal?: AbortSignal): Promise<void> {
    return this.#runtime.sleep(this.nextMs(), signal);
  }
}

/** Wait after the n-th failed attempt: half to all of first × 2ⁿ⁻¹, at most `maxMs`. */
export function backoffMs(
  attempt: number,
  { firstMs, maxMs }: BackoffBounds,
  random: number,
): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full / 2 + (full / 2) * random);
}
