/**
 * Other people's payloads and figures, which lie in a folder beside this repository and are no part of
 * it. Where that folder is, its suites must run; where it is not, they are told and left out.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { notRun, notRunOutside } from './notRun.ts';

const samples = process.env.STOCKBUS_SAMPLES;
const folder = resolve(samples ?? '../shared/samples');

/** Describes a suite over a file or folder of the samples. */
export function describeSamples(suite: string, path: string, body: (path: string) => void): void {
  describeOutside(
    { suite, path: join(folder, path), of: folder, isDemanded: samples !== undefined },
    'set STOCKBUS_SAMPLES to the folder that has it',
    body,
  );
}

/** The same over any path outside; `of` is the folder whose presence demands it. */
export function describeOutside(
  one: { suite: string; path: string; of: string; isDemanded: boolean },
  command: string,
  body: (path: string) => void,
): void {
  if (existsSync(one.path)) {
    body(one.path);
    return;
  }
  const missing = one.isDemanded || existsSync(one.of) ? notRun : notRunOutside;
  missing(one.suite, `${one.path} is not there`, command);
}
