/** What an answer, or that there is none, says of trying again. */
import { limits } from '../../core/limits.ts';
import { TooLate } from './HttpCaller.ts';

/** Passing failures among the client errors: request timeout, too early, too many requests. */
const PASSING = new Set([408, 425, 429]);

export const isPassingStatus = (status: number): boolean => status >= 500 || PASSING.has(status);

/** Why nobody answered. */
export const unansweredBy = (error: unknown, timeoutMs: number): string =>
  error instanceof TooLate ? `no answer within ${timeoutMs} ms` : reasonOf(error);

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}

/** `Retry-After` as milliseconds from now: seconds or an HTTP date, within reason. */
export function waitAskedFor(
  header: string | undefined,
  nowMs: number,
  mostMs: number = limits.retryMaxMs,
): number | undefined {
  if (header === undefined) return undefined;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return waitMs >= 0 ? Math.min(waitMs, mostMs) : undefined;
}
