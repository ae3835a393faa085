/**
 * `npm test`: every suite that can run here, some files at a time, then a line for each suite that did
 * not run, with the reason. With file names only those. `STOCKBUS_WORKERS` says how many files run at a
 * time, `-g TEXT` picks tests by their name, `--weigh` keeps what each file took. In CI a suite that
 * does not run is a failure, unless it needs what is not part of this repository and is not there.
 */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type FileResult, runFiles } from './TestWorkers.ts';
import { longestFirst, readWeights, testFiles } from './testFiles.ts';

const { values, positionals } = parseArgs({
  options: { grep: { type: 'string', short: 'g' }, weigh: { type: 'boolean' } },
  allowPositionals: true,
});

const say = (text: string): void => void process.stdout.write(text);
const seed = process.env.STOCKBUS_SEED ?? String(Date.now() % 2 ** 31);
const asked = Number(process.env.STOCKBUS_WORKERS);
// One more than there are processors: some file always waits for a server, a disk or a folder to settle.
const workers = asked > 0 ? asked : availableParallelism() + 1;
const startedMs = performance.now();

const files = positionals.length > 0 ? positionals : await longestFirst(await testFiles());
const results = await runFiles(
  files,
  {
    workers,
    env: { NODE_ENV: process.env.NODE_ENV ?? 'test', STOCKBUS_SEED: seed },
    grep: values.grep,
    timeoutMs: 60_000,
    fileTimeoutMs: 20 * 60_000,
  },
  ({ output, file, seconds, busy = 0 }) =>
    say(`\n${file} (${seconds.toFixed(1)} s, ${busy.toFixed(1)} s of a processor)\n${output}`),
);
if (values.weigh) await keepWeights(results);
process.exit(report(results));

function report(all: readonly FileResult[]): number {
  const sum = (count: 'passed' | 'failed' | 'skipped'): number =>
    all.reduce((total, result) => total + result[count], 0);
  const notRun = all.flatMap((result) => result.notRun);
  const missing = process.env.CI === 'true' ? notRun.filter((one) => !one.isOutside) : [];
  say('\n');
  for (const { suite, reason, command } of notRun) {
    say(`NOT RUN  ${suite}: ${reason}. To run it: ${command}\n`);
  }
  if (missing.length > 0) say('In CI every suite must run.\n');
  for (const { file, failed } of all) if (failed > 0) say(`FAILED   ${file}\n`);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
  const busy = all.reduce((total, one) => total + (one.busy ?? 0), 0).toFixed(0);
  say(
    `${all.length} files in ${seconds} s (${busy} s of a processor), ${workers} at a time, seed ${seed}\n`,
  );
  const [passed, failed] = [sum('passed'), sum('failed')];
  say(`${passed} passed, ${failed} failed, ${sum('skipped') + notRun.length} skipped\n`);
  const isEmpty = passed === 0 && notRun.length === 0;
  return failed + missing.length > 0 || isEmpty ? 1 : 0;
}

async function keepWeights(all: readonly FileResult[]): Promise<void> {
  const known = { ...(await readWeights()) };
  for (const { file, seconds } of all) known[file] = Math.round(seconds * 10) / 10;
  const sorted = Object.fromEntries(Object.entries(known).sort());
  await writeFile(
    new URL('weights.json', import.meta.url),
    `${JSON.stringify(sorted, undefined, 2)}\n`,
  );
}
