/**
 * What this machine does to work of a few milliseconds that comes at the rate of the latency
 * measurement, with neither disk nor network nor memory to free in it. Where a host gives a processor
 * that has slept back late, this waits as long as a document does: no hub is quicker there.
 *
 *   node bench/plainWork.ts 50 20000
 */
import { setTimeout as wait } from 'node:timers/promises';
import { answer } from './child.ts';
import { percentile } from './latency.ts';

export interface PlainWorkFigures {
  p50Ms: number;
  p99Ms: number;
}

/** About what a document of one line costs the hub and the bench, from its POST to its webhook. */
const WORK_MS = 5;
const TRIAL_STEPS = 2_000_000;

const [perSecond = 50, durationMs = 20_000] = process.argv.slice(2).map(Number);
work(TRIAL_STEPS);
const steps = Math.round((TRIAL_STEPS * WORK_MS) / work(TRIAL_STEPS));
const count = Math.round((durationMs * perSecond) / 1_000);
const startedAt = performance.now();
const tookMs: number[] = [];
for (let index = 0; index < count; index += 1) {
  const dueAt = startedAt + (index * 1_000) / perSecond;
  if (dueAt > performance.now()) await wait(dueAt - performance.now());
  work(steps);
  tookMs.push(performance.now() - dueAt);
}
tookMs.sort((a, b) => a - b);
answer({
  p50Ms: percentile(tookMs, 50),
  p99Ms: percentile(tookMs, 99),
} satisfies PlainWorkFigures);

function work(steps: number): number {
  const start = performance.now();
  let sum = 0;
  for (let step = 0; step < steps; step += 1) sum = (sum * 31 + step) % 1_000_003;
  if (sum < 0) throw new Error('a sum of remainders below zero');
  return performance.now() - start;
}
