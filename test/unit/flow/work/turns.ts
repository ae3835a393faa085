/** How long a piece of work keeps everybody else waiting. */

/**
 * The work's result, and the most CPU that this process used between two turns of the event loop, in
 * milliseconds: whatever else the machine does, others wait no longer for this process.
 */
export async function longestTurnMs<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; longestMs: number; turns: number }> {
  let longestMs = 0;
  let turns = 0;
  let working = true;
  let before = process.cpuUsage();
  const watch = () => {
    const { user, system } = process.cpuUsage(before);
    longestMs = Math.max(longestMs, (user + system) / 1_000);
    before = process.cpuUsage();
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
