/**
 * `npm run test:long`: what takes longer than anybody waits for. The files under test/long/, the long
 * forms of suites that have one, then every property over 10,000 cases, in rounds of 100 with a seed each.
 * It may be stopped at any time and goes on where it was: `STOCKBUS_SEED` begins with another seed,
 * `STOCKBUS_RUNS` sets the number of cases, `--again` begins anew. Where it is, is kept in
 * node_modules/.stockbus-long.json. File names leave out all others.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type FileResult, runFiles } from './TestWorkers.ts';
import { longestFirst, propertyFiles } from './testFiles.ts';

interface Position {
  seed: number;
  cases: number;
  /** Files to run; empty for all. */
  files: string[];
  /** Files of the first part that passed. */
  passed: string[];
  /** Cases of each property that passed. */
  done: number;
}

const STATE = process.env.STOCKBUS_LONG_STATE ?? 'node_modules/.stockbus-long.json';
const ROUND = 100;
/** Suites that have a long form of their own, and are no part of the rounds. */
const LONG_FORMS = [
  'test/e2e/adventureWorks.test.ts',
  'test/e2e/kill.test.ts',
  'test/e2e/onlineRetail.test.ts',
  'test/e2e/pulse.test.ts',
  'test/e2e/s3Kill.test.ts',
  'test/e2e/sftpKill.test.ts',
  'test/e2e/stagesKill.test.ts',
  'test/e2e/twoHubs.test.ts',
];

const { values, positionals } = parseArgs({
  options: { again: { type: 'boolean' } },
  allowPositionals: true,
});
const say = (text: string): void => void process.stdout.write(text);
const position = begin();
const counts = { passed: 0, failed: 0, skipped: 0 };

function begin(): Position {
  const fresh: Position = {
    seed: Number(process.env.STOCKBUS_SEED || Date.now() % 2 ** 31),
    cases: Number(process.env.STOCKBUS_RUNS || 10_000),
    files: positionals,
    passed: [],
    done: 0,
  };
  if (values.again || !existsSync(STATE)) return fresh;
  const kept = JSON.parse(readFileSync(STATE, 'utf8')) as Position;
  const isOther =
    (process.env.STOCKBUS_SEED && kept.seed !== fresh.seed) ||
    kept.cases !== fresh.cases ||
    String(kept.files) !== String(fresh.files);
  if (isOther) return fresh;
  say(`goes on with seed ${kept.seed} after ${kept.done} cases (--again begins anew)\n`);
  return kept;
}

const keep = (): void => writeFileSync(STATE, `${JSON.stringify(position)}\n`);

/** False where something failed; what then is to be done is said. */
async function pass(
  files: readonly string[],
  env: Record<string, string>,
  remember: (file: string) => void = () => undefined,
): Promise<boolean> {
  const told = ({ file, output, failed, passed, seconds }: FileResult): void => {
    if (failed > 0) say(`\n${output}\n`);
    else remember(file);
    say(`${file}: ${passed} passed, ${failed} failed (${seconds.toFixed(0)} s)\n`);
  };
  const results = await runFiles(
    files,
    {
      workers: Number(process.env.STOCKBUS_WORKERS) || availableParallelism(),
      env: { NODE_ENV: 'test', STOCKBUS_LONG: '1', ...env },
      timeoutMs: 1_800_000,
      fileTimeoutMs: 4 * 3_600_000,
    },
    told,
  );
  for (const result of results) {
    counts.passed += result.passed;
    counts.failed += result.failed;
    counts.skipped += result.skipped;
  }
  return results.every(({ failed }) => failed === 0);
}

async function firstPart(): Promise<boolean> {
  const all = [...(await Array.fromAsync(glob('test/long/*.test.ts'))), ...LONG_FORMS];
  const left = all.filter((file) => isWanted(file) && !position.passed.includes(file));
  const remember = (file: string): void => {
    position.passed.push(file);
    keep();
  };
  const good = await pass(left, { STOCKBUS_SEED: String(position.seed) }, remember);
  keep();
  return good;
}

const isWanted = (file: string): boolean =>
  position.files.length === 0 || position.files.includes(file);

async function rounds(): Promise<boolean> {
  const drawing = (await propertyFiles()).filter((file) => !LONG_FORMS.includes(file));
  const files = (await longestFirst(drawing)).filter(isWanted);
  while (files.length > 0 && position.done < position.cases) {
    const cases = Math.min(ROUND, position.cases - position.done);
    const seed = position.seed + position.done / ROUND;
    const again = { STOCKBUS_SEED: String(seed), STOCKBUS_RUNS: String(cases) };
    say(`\ncases ${position.done + 1} to ${position.done + cases} of ${position.cases}, `);
    say(`seed ${seed}\n`);
    if (!(await pass(files, again))) {
      say(`Again: STOCKBUS_SEED=${seed} STOCKBUS_RUNS=${cases} npm test -- FILE\n`);
      return false;
    }
    position.done += cases;
    keep();
  }
  return true;
}

keep();
say(`seed ${position.seed}, ${position.cases} cases of each property\n`);
const good = (await firstPart()) && (await rounds());
if (good) rmSync(STATE, { force: true });
say(`\nseed ${position.seed}, ${position.done} of ${position.cases} cases\n`);
say(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
process.exit(good ? 0 : 1);
