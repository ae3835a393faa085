import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemRuntime } from '../core/runtime.ts';
import { type SpoolBounds, SpoolFolder } from '../core/spool/SpoolFolder.ts';

/** A spool whose files have no names, so that there is nothing to clean up. */
export const testSpool = (bounds: Partial<SpoolBounds> = {}): SpoolFolder =>
  new SpoolFolder(join(tmpdir(), 'stockbus-test-spool'), systemRuntime(), bounds);

/** Everything in memory; payloads in files; their keys too, in runs of two. */
export const spoolPlaces: Readonly<Record<string, Partial<SpoolBounds>>> = {
  'in memory': {},
  'in a file': { memoryBytes: 0 },
  'in a file, with its keys in runs of two': { memoryBytes: 0, memoryKeys: 2 },
};
