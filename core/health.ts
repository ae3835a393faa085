/** Whether a hub, or a part of it, can do its work. */
import { faultOf } from './errors.ts';
import { limits } from './limits.ts';
import type { Runtime } from './runtime.ts';

export interface Health {
  ready: boolean;
  /** By part: `ok`, or what is wrong with it. */
  checks: Record<string, string>;
}

/** Ready where all of them are. */
export const healthOf = (checks: Health['checks']): Health => ({
  ready: Object.values(checks).every((check) => check === 'ok'),
  checks,
});

/** `ok`, or why the part does not answer; within limits.pingMs, since who asks does not wait for long. */
export async function checkOf(
  runtime: Pick<Runtime, 'after'>,
  ping: () => Promise<void>,
): Promise<string> {
  const late = Promise.withResolvers<string>();
  const timer = runtime.after(limits.pingMs, () =>
    late.resolve(`it did not answer within ${limits.pingMs} ms`),
  );
  const answer = ping().then(
    () => 'ok',
    (error: unknown) => faultOf(error).message,
  );
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    timer.stop();
  }
}
