/** Waiting in a bench: always with an end, and with a word for what was awaited. */
import { setTimeout as wait } from 'node:timers/promises';

/** Looks every `everyMs`; throws after `timeoutMs` with what was awaited. */
export async function until<T>(
  what: string,
  timeoutMs: number,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  everyMs = 5,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const result = await condition();
    if (result !== undefined && result !== false) return result;
    if (performance.now() > end) throw tooLong(what, timeoutMs);
    await wait(everyMs);
  }
}

/** The result of `promise`, or an error when it takes longer. What it was doing is not stopped. */
export async function within<T>(what: string, timeoutMs: number, promise: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(tooLong(what, timeoutMs)), timeoutMs);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

const tooLong = (what: string, timeoutMs: number): Error =>
  new Error(`waited ${timeoutMs / 1_000} s in vain for ${what}`);
