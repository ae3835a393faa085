import { glob, readFile } from 'node:fs/promises';

const WEIGHTS = new URL('weights.json', import.meta.url);
/** A file that nobody has weighed yet. */
const UNKNOWN_SECONDS = 5;

/** The files of the suite; those under test/long/ belong to `npm run test:long`. */
export async function testFiles(pattern = 'test/**/*.test.ts'): Promise<string[]> {
  const files = await Array.fromAsync(glob(pattern));
  return files.filter((file) => !file.startsWith('test/long/')).sort();
}

/** A file that draws cases: it has the seed of the suite, or checks by test/property/check.ts. */
const DRAWS = /\{[^}]*\bseed\b[^}]*\} from '[./]*runs\.ts'|from '[./]*(?:property\/)?check\.ts'/;

/** Files whose properties draw more cases in `npm run test:long`. */
export async function propertyFiles(): Promise<string[]> {
  const found: string[] = [];
  for (const file of await testFiles()) {
    if (DRAWS.test(await readFile(file, 'utf8'))) found.push(file);
  }
  return found;
}

/** Seconds that each file takes on a quiet machine of two cores. */
export const readWeights = async (): Promise<Record<string, number>> =>
  JSON.parse(await readFile(WEIGHTS, 'utf8'));

/** Longest first, so that no worker is left with a long one at the end. */
export async function longestFirst(files: readonly string[]): Promise<string[]> {
  const weights = await readWeights();
  const weightOf = (file: string): number => weights[file] ?? UNKNOWN_SECONDS;
  return [...files].sort((one, other) => weightOf(other) - weightOf(one));
}
