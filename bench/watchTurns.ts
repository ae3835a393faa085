/**
 * For `node --import`: when the process ends, its main thread says in the file that `STOCKBUS_BENCH_TURNS` names
 * how much of the processor it used between two turns of its event loop, at most, and how long it was away.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';
import { LongestTurn } from './LongestTurn.ts';

const path = process.env.STOCKBUS_BENCH_TURNS;
if (isMainThread && path) watch(path);

function watch(file: string): void {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const turn = new LongestTurn();
  // What it takes to start is nobody's wait.
  process.once('SIGUSR2', () => {
    delay.enable();
    turn.start();
  });
  process.once('exit', () => {
    const longestGapMs = delay.max / 1e6;
    writeFileSync(file, JSON.stringify({ longestTurnMs: turn.ms, longestGapMs }));
  });
}
