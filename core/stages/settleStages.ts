import type { Broker } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { StageLoop } from '../StageLoop.ts';

const SETTLE_POLL_MS = 20;

/** What goes through all of these stages at once has gone, and nothing waits in these queues, or `ms` have passed. */
export async function settleStages(
  { broker, runtime }: { broker: Pick<Broker, 'depth'>; runtime: Runtime },
  loops: readonly StageLoop[],
  queues: readonly string[],
  ms: number,
): Promise<void> {
  const end = runtime.monotonic() + ms;
  const isWaiting = async (): Promise<boolean> => {
    const depths = await Promise.all(queues.map((queue) => broker.depth(queue)));
    return depths.some((depth) => depth > 0);
  };
  // What leaves one may come to the next.
  for (let round = 0; round <= loops.length; round += 1) {
    while (runtime.monotonic() < end && (await isWaiting())) await runtime.sleep(SETTLE_POLL_MS);
    for (const loop of loops) await loop.look();
  }
}
