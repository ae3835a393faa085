/**
 * `npm test`: every suite that can run here, then a line for each that did not, with the reason. With
 * `--long` the slow ones too; with file names only those. In CI a suite that does not run is a failure.
 */
import { glob } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import Mocha from 'mocha';
import { notRunSuites } from './notRun.ts';

const { values, positionals } = parseArgs({
  options: { long: { type: 'boolean' }, grep: { type: 'string', short: 'g' } },
  allowPositionals: true,
});

process.env.NODE_ENV ??= 'test';
if (values.long) process.env.STOCKBUS_TEST_LONG = '1';

const mocha = new Mocha({
  ui: 'bdd',
  timeout: values.long ? 1_800_000 : 60_000,
  slow: 2_000,
  ...(values.grep === undefined ? {} : { grep: values.grep }),
});
for (const file of await files()) mocha.addFile(file);
await mocha.loadFilesAsync();
const runner = mocha.run((failures) => {
  const { passes = 0, pending = 0 } = runner.stats ?? {};
  for (const { suite, reason, command } of notRunSuites) {
    process.stdout.write(`NOT RUN  ${suite}: ${reason}. To run it: ${command}\n`);
  }
  const missing = process.env.CI === 'true' ? notRunSuites.length : 0;
  if (missing > 0) process.stdout.write('In CI every suite must run.\n');
  process.stdout.write(
    `${passes} passed, ${failures} failed, ${pending + notRunSuites.length} skipped\n`,
  );
  process.exit(failures + missing > 0 ? 1 : 0);
});

async function files(): Promise<string[]> {
  if (positionals.length > 0) return positionals;
  const found: string[] = [];
  for await (const file of glob('test/**/*.test.ts')) {
    if (values.long || !file.startsWith('test/long/')) found.push(file);
  }
  return found.sort();
}
