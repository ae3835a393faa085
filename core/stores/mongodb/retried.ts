import { setTimeout as wait } from 'node:timers/promises';
import { isTransient } from './storeError.ts';

const WAITS_MS = [50, 200, 500, 1_000];

/** Runs an action that writes nothing; again after a short wait where the fault is a passing one. */
export async function retried<T>(action: () => Promise<T>): Promise<T> {
  for (const waitMs of WAITS_MS) {
    try {
      return await action();
    } catch (error) {
      if (!isTransient(error)) throw error;
    }
    await wait(waitMs);
  }
  return action();
}
