/**
 * `npm run bench`: what the hub does, what this machine could do, and the ratio of the two, from one
 * run. docs/performance.md says what each figure means.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchApi } from './api.ts';
import { retailFixture, stockedFixture } from './benchHub.ts';
import { interruption } from './child.ts';
import { type ChosenPair, chosenPairs } from './chosenPairs.ts';
import { benchFiles } from './files.ts';
import { benchFlows } from './flows.ts';
import { benchLedger } from './ledger.ts';
import { type DataSet, measureRoad } from './measurePair.ts';
import { type BenchOptions, readOptions, usage } from './options.ts';
import { aboutSet, benchPair } from './pairFigures.ts';
import { profileTable, selfTimes } from './profile.ts';
import { formatNumber, machineLine, tableOf } from './report.ts';
import { generateRetail, generateStocked, thinOut, weigh } from './samples.ts';

const PROFILE_LINES = 25;
/** So that a run on servers takes no longer than one without. */
const SERVERS_EVERY_FILE = 3;

const print = (text: string): boolean => process.stdout.write(`${text}\n`);
const tell = (what: string): boolean => process.stderr.write(`… ${what}\n`);

// Ctrl-C ends the measurement in hand, which is a process of its own; what it left is then removed.
process.once('SIGINT', () => interruption.abort(new Error('interrupted')));
// At once: what was given up after its time limit may still hold a connection open.
process.exit(await main(process.argv.slice(2)));

async function main(args: string[]): Promise<number> {
  if (args[0] === 'ledger') return ended(() => benchLedger(args.slice(1)));
  if (args[0] === 'api') return ended(() => benchApi(args.slice(1)));
  if (args[0] === 'files') return ended(() => benchFiles(args.slice(1)));
  return args[0] === 'flows' ? ended(() => benchFlows(args.slice(1))) : benchRoad(args);
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
  const asked = options;
  return ended(async () => {
    for (const chosen of pairs) {
      await inSamples(asked, chosen, (sets) =>
        asked.profile ? profile(chosen, sets) : bench(asked, chosen, sets),
      );
    }
    return 0;
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Sets {
  retail: DataSet;
  stocked: DataSet;
}

/** The files of both sets, gone afterwards. */
async function inSamples(
  { samples, files }: BenchOptions,
  { broker }: ChosenPair,
  work: (sets: Sets) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-bench-'));
  const [whole, retail, stocked] = ['whole', 'retail', 'stocked'].map((name) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  }) as [string, string, string];
  try {
    if (!existsSync(samples)) {
      print(`There is no folder ${samples}: rows of the same shape are generated instead.`);
      generateRetail(whole);
    }
    const all = existsSync(samples) ? samples : whole;
    thinOut(all, retail, files ?? (broker === undefined ? 1 : SERVERS_EVERY_FILE));
    generateStocked(stocked);
    await work({
      retail: { name: 'road', fixture: retailFixture, samples: retail },
      stocked: { name: 'road, receipts first', fixture: stockedFixture, samples: stocked },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bench(options: BenchOptions, chosen: ChosenPair, sets: Sets): Promise<void> {
  const { runs } = options;
  print(`machine  ${machineLine()}`);
  for (const { name, samples } of [sets.retail, sets.stocked]) {
    const { rows, files, bytes } = weigh(samples);
    print(`input    ${aboutSet(name, rows, files, bytes)}`);
  }
  print(`figures  ${runs === 1 ? 'one run' : `median of ${runs} runs, then each of them`}`);
  print(`\n${chosen.pair.name}`);
  await benchPair(chosen, {
    ...{ options, ...sets },
    tell: (what) => tell(`${chosen.pair.name}, ${what}`),
    show: (lines) => print(tableOf(lines)),
  });
}

async function profile({ pair }: ChosenPair, { retail }: Sets): Promise<void> {
  print(`machine  ${machineLine()}`);
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-profile-'));
  try {
    tell(`${pair.name}: the road, sampled`);
    const flags = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const { rows, doneMs } = await measureRoad(pair, retail, flags);
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
