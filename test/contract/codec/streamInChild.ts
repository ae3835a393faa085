import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Streamed {
  records: number;
  /** Largest memory of the whole process. */
  peakMb: number;
}

/** Reads a generated payload of `megabytes` in a process of its own with so little heap. */
export async function streamInChild(
  format: string,
  megabytes: number,
  heapMb: number,
): Promise<Streamed> {
  const child = join(import.meta.dirname, 'streamChild.ts');
  // A small young generation too: V8 lets it grow with what is thrown away, not with what is kept.
  const heap = [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=4'];
  const args = [...heap, child, format, String(megabytes)];
  const { stdout } = await run(process.execPath, args);
  return JSON.parse(stdout) as Streamed;
}
