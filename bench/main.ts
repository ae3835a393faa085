/**
 * `npm run bench`: what the hub does, what this machine could do, and the ratio of the two, from one
 * run. docs/performance.md says what each figure means.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { interruption } from './child.ts';
import { type ChosenPair, chosenPairs } from './chosenPairs.ts';
import { benchLedger } from './ledger.ts';
import { measureRoad, withBooked } from './measurePair.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';
import { aboutOf, linesOf, runPair } from './pairFigures.ts';
import { profileTable, selfTimes } from './profile.ts';
import { formatNumber, machineLine, tableOf } from './report.ts';
import { generateRetail, weigh } from './samples.ts';

const PROFILE_LINES = 25;

const print = (text: string): boolean => process.stdout.write(`${text}\n`);
const tell = (what: string): boolean => process.stderr.write(`… ${what}\n`);

// Ctrl-C ends the measurement in hand, which is a process of its own; what it left is then removed.
process.once('SIGINT', () => interruption.abort(new Error('interrupted')));
// At once: what was given up after its time limit may still hold a connection open.
process.exit(await main(process.argv.slice(2)));

async function main(args: string[]): Promise<number> {
  return args[0] === 'ledger' ? ended(() => benchLedger(args.slice(1))) : benchRoad(args);
}

async function ended(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    process.stderr.write(`The bench did not end: ${messageOf(error)}\n`);
    return 1;
  }
}

async function benchRoad(args: string[]): Promise<number> {
  let options: BenchOptions | 'help';
  try {
    options = readOptions(args);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n${usage}`);
    return 2;
  }
  if (options === 'help') {
    process.stdout.write(usage);
    return 0;
  }
  const pairs = chosenPairs(options.pair, print);
  if (pairs.length === 0) return 1;
  const work = (samples: string): Promise<void> =>
    options.profile ? profile(pairs, samples) : bench(options, pairs, samples);
  return ended(async () => {
    await inSamples(resolve(options.samples), work);
    return 0;
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function inSamples(wished: string, work: (samples: string) => Promise<void>): Promise<void> {
  if (existsSync(wished)) return work(wished);
  print(`There is no folder ${wished}: rows of the same shape are generated instead.`);
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-bench-'));
  try {
    generateRetail(folder);
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bench(
  { runs, latency }: BenchOptions,
  pairs: readonly ChosenPair[],
  samples: string,
): Promise<void> {
  const { rows, files, bytes } = weigh(samples);
  const megabytes = formatNumber(bytes / 1e6, 1);
  print(`machine  ${machineLine()}`);
  print(`input    ${formatNumber(rows)} rows in ${formatNumber(files)} files, ${megabytes} MB`);
  print(`figures  ${runs === 1 ? 'one run' : `median of ${runs} runs, then each of them`}`);
  tell('what the raw limits will write');
  await withBooked(samples, async (booked) => {
    for (const { pair, broker } of pairs) {
      const measured = await runPair(pair, { samples, booked, runs, latency, tell }, broker);
      print(`\n${pair.name}\n${tableOf(linesOf(measured))}\n  ${aboutOf(measured)}`);
    }
  });
}

async function profile(pairs: readonly ChosenPair[], samples: string): Promise<void> {
  print(`machine  ${machineLine()}`);
  for (const { pair } of pairs) {
    const folder = mkdtempSync(join(tmpdir(), 'stockbus-profile-'));
    try {
      tell(`${pair.name}: the road, sampled`);
      const { rows, doneMs } = await measureRoad(pair, samples, [
        '--cpu-prof',
        `--cpu-prof-dir=${folder}`,
      ]);
      const times = selfTimes(folder);
      const total = times.reduce((sum, { selfMs }) => sum + selfMs, 0);
      const seconds = formatNumber(doneMs / 1_000, 1);
      print(
        `\n${pair.name}: ${formatNumber(rows)} rows in ${seconds} s while sampled, ${formatNumber(total / 1_000, 1)} s of them at work; waiting is left out\n`,
      );
      print(profileTable(folder, PROFILE_LINES));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
