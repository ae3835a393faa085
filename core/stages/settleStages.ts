import type { Broker } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { StageLoop } from '../StageLoop.ts';

const SETTLE_POLL_MS = 20;

export interface SettleParts {
  broker: Pick<Broker, 'depth'>;
  runtime: Runtime;
  /** Whether all that was published is booked: what a consumer has in hand is no part of the depth of its queue. */
  isBooked(): Promise<boolean>;
}

/** What goes through all of these stages at once has gone and is booked, and nothing waits in these queues, or `ms` have passed. */
export async function settleStages(
  { broker, runtime, isBooked }: SettleParts,
  loops: readonly StageLoop[],
  queues: readonly string[],
  ms: number,
): Promise<void> {
  const end = runtime.monotonic() + ms;
  const isWaiting = async (): Promise<boolean> => {
    const depths = await Promise.all(queues.map((queue) => broker.depth(queue)));
    return depths.some((depth) => depth > 0) || !(await isBooked());
  };
  const nothingWaits = async (): Promise<void> => {
    while (runtime.monotonic() < end && (await isWaiting())) await runtime.sleep(SETTLE_POLL_MS);
  };
  // What leaves one may come to the next.
  for (let round = 0; round <= loops.length; round += 1) {
    await nothingWaits();
    for (const loop of loops) await loop.look();
  }
  await nothingWaits();
}
