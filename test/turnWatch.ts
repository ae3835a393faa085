/**
 * Loaded into a hub before anything else (`--import`), it tells whoever started the process the most CPU
 * that its first thread used between two turns of the event loop: others wait no longer for this process,
 * whatever else the machine does.
 */
import { isMainThread } from 'node:worker_threads';

export interface Turns {
  longestMs: number;
  count: number;
}

if (isMainThread && process.send) watch(process.send.bind(process));

function watch(tell: (turns: Turns) => void): void {
  let turns: Turns = { longestMs: 0, count: 0 };
  let before = process.threadCpuUsage();
  const look = (): void => {
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    turns = {
      longestMs: Math.max(turns.longestMs, (user + system) / 1_000),
      count: turns.count + 1,
    };
  };
  setInterval(look, 1).unref();
  process.on('message', () => {
    look();
    tell(turns);
    turns = { longestMs: 0, count: 0 };
  });
  process.channel?.unref();
}
