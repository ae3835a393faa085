/**
 * How much two threads get of this machine at once. On one whose second core is a sibling of the first,
 * or which others use too, that is less than twice what one gets, and less in some minutes than in
 * others: a hub of two threads then loses what a limit of one thread does not.
 *
 *   node bench/cores.ts
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { answer } from './child.ts';

export interface CoreFigures {
  /** Of what one thread does alone, as a multiple: 2 where each has a core to itself. */
  together: number;
}

/** Each takes about a fifth of a second. */
const ROUNDS = 3;
const STEPS = 1_500_000;

if (isMainThread) await measure();
else parentPort!.on('message', () => parentPort!.postMessage(workMs()));

async function measure(): Promise<void> {
  const threads = [0, 1].map(() => new Worker(new URL(import.meta.url)));
  const [first] = threads as [Worker];
  // What V8 compiles meanwhile is not to count.
  await all(threads);
  let aloneMs = 0;
  let togetherMs = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    aloneMs += 2 * (await ask(first));
    togetherMs += (await all(threads)).reduce((sum, ms) => sum + ms, 0);
  }
  await Promise.all(threads.map((thread) => thread.terminate()));
  answer({ together: (2 * aloneMs) / togetherMs } satisfies CoreFigures);
}

function all(threads: readonly Worker[]): Promise<number[]> {
  return Promise.all(threads.map(ask));
}

async function ask(thread: Worker): Promise<number> {
  thread.postMessage('work');
  const [ms] = (await once(thread, 'message')) as [number];
  return ms;
}

/** Texts, a map and what they leave behind, as a hub does. */
function workMs(): number {
  const start = performance.now();
  const counts = new Map<string, number>();
  for (let step = 0; step < STEPS; step += 1) {
    const name = `SKU-${step % 20_000}`;
    counts.set(name, (counts.get(name) ?? 0) + step);
  }
  return performance.now() - start;
}
