import type { PackingSpec } from '../ports.ts';
import { gzip } from './packings/gzip.ts';
import { zip } from './packings/zip.ts';
import { zstd } from './packings/zstd.ts';

/** The only list of packings: one line each. */
export const packings: readonly PackingSpec[] = [gzip, zip as PackingSpec, zstd];
