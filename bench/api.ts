/**
 * `node bench/main.ts api`: what the API answers, as a ratio to bare express in the same run. docs/performance.md says
 * what each figure means.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ApiFigures } from './apiLoad.ts';
import { runChild } from './child.ts';
import { type Line, machineLine, tableOf } from './report.ts';

const usage = `usage: node bench/main.ts api [options]
  --runs N                 runs whose median is printed (default 3)
  --seconds N              of each measurement (default 5)
  --connections N          kept alive (default 32)
`;

const TIMEOUT_MS = 240_000;
const AIM = 0.5;

const number = (text: string | undefined): number => Number(text);

/** The exit code: missed aims are printed and are no failure. Throws where a measurement did not end. */
export async function benchApi(args: string[]): Promise<number> {
  const option = (value: string) => ({ type: 'string' as const, default: value });
  const { values } = parseArgs({
    args,
    options: {
      ...{ runs: option('3'), seconds: option('5'), connections: option('32') },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const given = [values.runs, values.seconds, values.connections].map(number);
  if (values.help || given.some((one) => !Number.isInteger(one) || one < 1)) {
    (values.help ? process.stdout : process.stderr).write(usage);
    return values.help ? 0 : 2;
  }
  const figures: ApiFigures[] = [];
  for (let run = 0; run < given[0]!; run += 1) {
    const folder = mkdtempSync(join(tmpdir(), 'stockbus-bench-api-'));
    try {
      await mkdir(join(folder, 'config'));
      await mkdir(join(folder, 'flows'));
      writeFileSync(join(folder, 'config/hub.yaml'), hubYaml);
      const load = { args: [folder, values.seconds, values.connections], timeoutMs: TIMEOUT_MS };
      figures.push(await runChild<ApiFigures>('apiLoad.ts', load));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  process.stdout.write(`machine  ${machineLine()}\n\n${tableOf(linesOf(figures))}\n`);
  return 0;
}

const hubYaml = 'http: { cache: {} }\n';

function linesOf(figures: readonly ApiFigures[]): Line[] {
  const each = (read: (one: ApiFigures) => number) => figures.map(read);
  const cost = (what: string, read: (one: ApiFigures) => number): Line => ({
    ...{ what, values: each(read), unit: 'µs of a processor', digits: 0 },
  });
  return [
    {
      what: '95 % reads, 5 % keyed writes',
      values: each((one) => one.mixed.perSecond),
      unit: 'requests/s',
    },
    { what: '  bare express', values: each((one) => one.bare.perSecond), unit: 'requests/s' },
    {
      what: '  ratio',
      values: each((one) => one.mixed.perSecond / one.bare.perSecond),
      ...{ unit: '', digits: 2, aim: { atLeast: AIM } },
    },
    {
      what: '  reads from memory',
      values: each((one) => (100 * one.mixed.hits) / one.mixed.reads),
      unit: '%',
    },
    {
      what: 'reads alone, from memory',
      values: each((one) => one.cached.perSecond),
      unit: 'requests/s',
    },
    {
      what: '  ratio to bare express',
      values: each((one) => one.cached.perSecond / one.bare.perSecond),
      ...{ unit: '', digits: 2 },
    },
    { what: 'reads alone, cold', values: each((one) => one.cold.perSecond), unit: 'requests/s' },
    cost('a request of the mix', (one) => one.mixed.cpuUs),
    cost('a read from memory', (one) => one.cached.cpuUs),
    cost('a cold read', (one) => one.cold.cpuUs),
    cost('a request of bare express', (one) => one.bare.cpuUs),
  ];
}
