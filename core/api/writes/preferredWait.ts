import type { Request, Response } from 'express';

/** For how long a command waits at most for what becomes of it. */
const MOST_SECONDS = 30;

/** One preference of RFC 7240: `wait=5`, with parameters behind it. */
const WAIT = /(?:^|,)\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=[;,]|$)/i;

/** For how long the sender would wait for what becomes of his command; 0: not at all. The answer says what of it is kept. */
export function preferredWait({ headers }: Request, response: Response): number {
  const { prefer } = headers;
  const [, asked] = WAIT.exec(Array.isArray(prefer) ? prefer.join(',') : (prefer ?? '')) ?? [];
  if (asked === undefined) return 0;
  const seconds = Math.min(Number(asked), MOST_SECONDS);
  response.setHeader('preference-applied', `wait=${seconds}`);
  return seconds * 1_000;
}
