import { limits } from './limits.ts';
import type { Runtime } from './runtime.ts';

/** Growing waits with jitter (Brooker, "Exponential Backoff and Jitter"), for in-process retries. */
export class Backoff {
  readonly #runtime: Runtime;
  #attempts = 0;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  reset(): void {
    this.#attempts = 0;
  }

  wait(): Promise<void> {
    this.#attempts += 1;
    const { reconnectFirstMs, reconnectMaxMs } = limits;
    const ms = backoffMs(this.#attempts, reconnectFirstMs, reconnectMaxMs, this.#runtime.random());
    return new Promise((resolve) => setTimeout(resolve, ms));
  }
}

/** Wait after the n-th failed attempt: half to all of first × 2ⁿ⁻¹, at most `maxMs`. */
export function backoffMs(attempt: number, firstMs: number, maxMs: number, random: number): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.round(full / 2 + (full / 2) * random);
}
