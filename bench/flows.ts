/**
 * `npm run bench -- flows`: what flows cost by themselves, against what was aimed at. docs/performance.md
 * says what each figure means.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runChild } from './child.ts';
import type { FlowFigures } from './flowFigures.ts';
import { writeFlows } from './flowSamples.ts';
import { type Line, machineLine, tableOf } from './report.ts';

const usage = `usage: npm run bench -- flows [options]
  --runs N                 runs whose median is printed (default 3)
`;

const TIMEOUT_MS = 180_000;

/** The exit code: missed aims are printed and are no failure. Throws where a measurement did not end. */
export async function benchFlows(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { runs: { type: 'string', default: '3' }, help: { type: 'boolean', short: 'h' } },
  });
  const runs = Number(values.runs);
  if (values.help || !Number.isInteger(runs) || runs < 1) {
    (values.help ? process.stdout : process.stderr).write(usage);
    return values.help ? 0 : 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-bench-flows-'));
  try {
    writeFlows(folder);
    const figures: FlowFigures[] = [];
    for (let run = 0; run < runs; run += 1) {
      figures.push(
        await runChild<FlowFigures>('flowFigures.ts', { args: [folder], timeoutMs: TIMEOUT_MS }),
      );
    }
    process.stdout.write(`machine  ${machineLine()}\n\n${tableOf(linesOf(figures))}\n`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function linesOf(figures: readonly FlowFigures[]): Line[] {
  const each = (read: (one: FlowFigures) => number) => figures.map(read);
  return [
    {
      what: 'a record through 1 step',
      values: each((one) => one.oneStepUs),
      unit: 'µs',
      digits: 1,
    },
    {
      what: '19 steps more',
      values: each((one) => one.twentyStepsUs - one.oneStepUs),
      ...{ unit: 'µs', digits: 1, aim: { atMost: 20 } },
    },
    {
      what: '12 fields mapped',
      values: each((one) => 1e6 / one.mappedUs),
      ...{ unit: 'records/s', aim: { atLeast: 300_000 } },
    },
    {
      what: '  by jsonata alone',
      values: each((one) => 1e6 / one.mappedByJsonataUs),
      unit: 'records/s',
    },
    {
      what: 'an event of 500 EPCs',
      values: each((one) => one.eventMs),
      ...{ unit: 'ms', digits: 1, aim: { atMost: 50 } },
    },
    {
      what: 'flow tests',
      values: each((one) => one.testsPerSecond),
      ...{ unit: '/s', aim: { atLeast: 200 } },
    },
    {
      what: '  over books',
      values: each((one) => one.bookedTestsPerSecond),
      unit: '/s',
    },
    {
      what: '600 events of 20: longest turn',
      values: each((one) => one.longestTurnMs),
      ...{ unit: 'ms', digits: 1 },
    },
  ];
}
