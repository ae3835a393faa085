import { Backoff } from './backoff.ts';
import type { Runtime } from './runtime.ts';

/** Attempts of one reading, over one to two seconds. */
const ATTEMPTS = 6;
const WAITS = { firstMs: 50, maxMs: 1_000 };

/** Runs an action that may be done twice; again after a short wait where the fault is a passing one. */
export async function retried<T>(
  runtime: Runtime,
  isPassing: (error: unknown) => boolean,
  action: () => Promise<T>,
  attempts = ATTEMPTS,
): Promise<T> {
  const backoff = new Backoff(runtime, WAITS);
  while (backoff.attempts < attempts - 1) {
    try {
      return await action();
    } catch (error) {
      if (!isPassing(error)) throw error;
    }
    await backoff.wait();
  }
  return action();
}
