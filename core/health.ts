/** Whether a hub, or a part of it, can do its work. */
import { faultOf } from './errors.ts';
import { limits } from './limits.ts';
import type { Runtime } from './runtime.ts';

export interface Health {
  ready: boolean;
  /** By part: `ok`, or what is wrong with it. */
  checks: Record<string, string>;
  /** When the oldest batch was accepted that is in hand to be booked; left out where there is none. */
  unappliedSince?: string;
  /** What a person should look at, by its name, though the hub does its work: to send it nothing would mend none of it. */
  told?: Record<string, string>;
}

/** Ready where all of them are. */
export const healthOf = (
  checks: Health['checks'],
  unappliedSince?: string,
  told: Health['told'] = {},
): Health => ({
  ready: Object.values(checks).every((check) => check === 'ok'),
  checks,
  ...(unappliedSince === undefined ? {} : { unappliedSince }),
  ...(Object.keys(told).length > 0 ? { told } : {}),
});

/** `ok`, or why the part does not answer; within limits.pingMs, since who asks does not wait for long. */
export async function checkOf(
  runtime: Pick<Runtime, 'after'>,
  ping: () => Promise<void>,
): Promise<string> {
  const answer = await answerInTime(runtime, ping);
  return 'failure' in answer ? answer.failure : 'ok';
}

/** What was asked for, or why it was not to be had, within limits.pingMs. */
export async function answerInTime<Value>(
  runtime: Pick<Runtime, 'after'>,
  ask: () => Promise<Value>,
): Promise<{ value: Value } | { failure: string }> {
  const late = Promise.withResolvers<{ failure: string }>();
  const timer = runtime.after(limits.pingMs, () =>
    late.resolve({ failure: `it did not answer within ${limits.pingMs} ms` }),
  );
  const answer = ask().then(
    (value) => ({ value }),
    (error: unknown) => ({ failure: faultOf(error).message }),
  );
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    timer.stop();
  }
}
