/** How long a piece of work keeps everybody else waiting. */

/**
 * The work's result, and the most CPU that this thread used between two turns of its event loop, in
 * milliseconds: whatever else the machine and V8's own threads do, others wait no longer for this thread.
 */
export async function longestTurnMs<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; longestMs: number; turns: number }> {
  let longestMs = 0;
  let turns = 0;
  let working = true;
  let before = process.threadCpuUsage();
  const watch = () => {
    const { user, system } = process.threadCpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1_000);
    before = process.threadCpuUsage();
    turns += 1;
    if (working) setImmediate(watch);
  };
  setImmediate(watch);
  try {
    return { result: await work(), longestMs, turns };
  } finally {
    working = false;
  }
}
