import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { notRun } from './notRun.ts';

const folder = resolve(process.env.STOCKBUS_SAMPLES ?? '../shared/samples');

/** Describes a suite over other people's data where it is there; says so where it is not. */
export function describeSamples(suite: string, path: string, body: (path: string) => void): void {
  const full = join(folder, path);
  if (existsSync(full)) body(full);
  else
    notRun(
      suite,
      `${path} is not among the samples`,
      'set STOCKBUS_SAMPLES to the folder that has it',
    );
}
