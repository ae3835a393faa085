/**
 * `npm run bench -- ledger`: what the stock ledger takes, against what was aimed at.
 * docs/performance.md says what each figure means.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Pair } from '../test/pairs.ts';
import { type ChosenPair, chosenPairs } from './chosenPairs.ts';
import { backdatedLines, historyLines, layerLines, mixLines, progressOf } from './ledger/lines.ts';
import {
  type Measuring,
  measureBackdated,
  measureHistory,
  measureLayers,
  measureMix,
} from './ledger/measure.ts';
import { profileTable } from './profile.ts';
import { type Line, machineLine, tableOf } from './report.ts';

export const ledgerUsage = `usage: npm run bench -- ledger [options]
  --pair embedded|servers  only this pair; else the embedded one, and the servers where
                           STOCKBUS_TEST_BROKER and STOCKBUS_TEST_STORE name them
  --part NAME              only this part: mix, layers, backdated, or history; may be repeated
  --documents N            documents of a mix (default 100000)
  --entries N              entries of the long ledger (default 1000000)
  --profile                also prints the functions in which the time of each part goes
`;

const parts = ['mix', 'layers', 'backdated', 'history'] as const;
type Part = (typeof parts)[number];

interface LedgerOptions {
  pair: 'embedded' | 'servers' | undefined;
  parts: readonly Part[];
  documents: number;
  entries: number;
  profile: boolean;
}

const PROFILE_LINES = 25;
/** SKUs of the long ledger: a hundred entries each, on average. */
export const HISTORY_SKUS = 10_000;

const print = (text: string): boolean => process.stdout.write(`${text}\n`);

/** The exit code: missed aims are printed and are no failure. Throws where a measurement did not end. */
export async function benchLedger(args: string[]): Promise<number> {
  let options: LedgerOptions | 'help';
  try {
    options = readOptions(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${ledgerUsage}`);
    return 2;
  }
  if (options === 'help') {
    process.stdout.write(ledgerUsage);
    return 0;
  }
  const pairs = chosenPairs(options.pair, print);
  if (pairs.length === 0) return 1;
  print(`machine  ${machineLine()}`);
  for (const chosen of pairs) await benchPair(chosen, options);
  return 0;
}

function readOptions(args: string[]): LedgerOptions | 'help' {
  const { values } = parseArgs({
    args,
    options: {
      pair: { type: 'string' },
      part: { type: 'string', multiple: true },
      documents: { type: 'string', default: '100000' },
      entries: { type: 'string', default: '1000000' },
      profile: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const { pair, part = parts, profile } = values;
  if (pair !== undefined && pair !== 'embedded' && pair !== 'servers') {
    throw new Error(`--pair is embedded or servers, not '${pair}'`);
  }
  const unknown = part.find((name) => !(parts as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`--part is ${parts.join(', ')}, not '${unknown}'`);
  return {
    pair,
    parts: part as readonly Part[],
    documents: countOf('documents', values.documents),
    entries: countOf('entries', values.entries),
    profile,
  };
}

function countOf(name: string, text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1_000 && count <= 10_000_000) return count;
  throw new Error(`--${name} is a number from 1000 to 10000000, not '${text}'`);
}

async function benchPair({ pair }: ChosenPair, options: LedgerOptions): Promise<void> {
  print(`\n${pair.name}`);
  for (const part of options.parts) {
    if (!options.profile) {
      await measures[part]({ pair, nodeFlags: [] }, options);
      continue;
    }
    const folder = mkdtempSync(join(tmpdir(), 'stockbus-profile-'));
    try {
      const nodeFlags = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
      await measures[part]({ pair, nodeFlags }, options);
      print(`\n${part}, while sampled:\n${profileTable(folder, PROFILE_LINES)}\n`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

const show = (lines: readonly Line[]): boolean => print(tableOf(lines));

const teller =
  (pair: Pair) =>
  (what: string): boolean =>
    process.stderr.write(`… ${pair.name}: ${what}\n`);

const measures: Record<Part, (measuring: Measuring, options: LedgerOptions) => Promise<void>> = {
  async mix(measuring, { documents }) {
    const tell = teller(measuring.pair);
    const ordered = { skus: 1_000, documents, late: 0 };
    tell('the mix on 1,000 SKUs');
    const inOrder = await measureMix(measuring, ordered, true);
    show(mixLines(ordered, inOrder));
    const late = { ...ordered, late: 0.1 };
    tell('the mix on 1,000 SKUs, some of it late');
    show(mixLines(late, await measureMix(measuring, late, false), inOrder));
    const wide = { ...ordered, skus: 100_000 };
    tell('the mix on 100,000 SKUs');
    show(mixLines(wide, await measureMix(measuring, wide, true)));
  },
  async layers(measuring) {
    teller(measuring.pair)('issues from few and from many layers');
    show(layerLines(await measureLayers(measuring, 10, 10_000)));
  },
  async backdated(measuring) {
    for (const [later, aim] of [[10_000, 2], [100_000]] as const) {
      teller(measuring.pair)(`receipts before ${later} later movements`);
      const figures = await measureBackdated(measuring, later);
      show(backdatedLines(figures, aim));
      const progress = progressOf(figures);
      if (progress !== '') print(progress);
    }
  },
  async history(measuring, { entries }) {
    const tell = teller(measuring.pair);
    show(historyLines(await measureHistory(measuring, HISTORY_SKUS, entries, tell)));
  },
};
