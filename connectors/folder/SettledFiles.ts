/** Which files in a folder are complete, as far as one can tell from outside. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './folderFiles.ts';

export interface SettledFile {
  name: string;
  sizeBytes: number;
  mtimeMs: number;
}

interface Sighting extends SettledFile {
  sinceMs: number;
}

/**
 * A file is complete when size and time of change stood still for `settleMs`. The wait is measured
 * here and by a clock that nobody sets: the one that stamps a shared folder may be another.
 */
export class SettledFiles {
  readonly #path: string;
  readonly #matches: (name: string) => boolean;
  readonly #settleMs: number;
  #seen = new Map<string, Sighting>();

  constructor(path: string, matches: (name: string) => boolean, settleMs: number) {
    this.#path = path;
    this.#matches = matches;
    this.#settleMs = settleMs;
  }

  /** Complete files by (time of change, name), and the wait until the next one may be complete. */
  async scan(): Promise<{ ready: SettledFile[]; nextMs: number | undefined }> {
    const seen = new Map<string, Sighting>();
    const ready: Sighting[] = [];
    let nextMs: number | undefined;
    for (const name of await readdir(this.#path)) {
      if (!this.#matches(name)) continue;
      const sighting = await this.#look(name);
      if (!sighting) continue;
      seen.set(name, sighting);
      const waitMs = this.#settleMs - (performance.now() - sighting.sinceMs);
      if (waitMs <= 0) ready.push(sighting);
      else nextMs = Math.min(nextMs ?? waitMs, waitMs);
    }
    this.#seen = seen;
    ready.sort((a, b) => a.mtimeMs - b.mtimeMs || (a.name < b.name ? -1 : 1));
    return { ready, nextMs };
  }

  /** True when the file is still as it was when `scan` named it: much may have happened since. */
  async stands(file: SettledFile): Promise<boolean> {
    const now = await this.#look(file.name);
    return now?.sizeBytes === file.sizeBytes && now.mtimeMs === file.mtimeMs;
  }

  /** Plain files only: what a symbolic link leads to is none of the folder's business. */
  async #look(name: string): Promise<Sighting | undefined> {
    try {
      const stats = await lstat(join(this.#path, name));
      if (!stats.isFile()) return undefined;
      const { size: sizeBytes, mtimeMs } = stats;
      const before = this.#seen.get(name);
      if (before?.sizeBytes === sizeBytes && before.mtimeMs === mtimeMs) return before;
      return { name, sizeBytes, mtimeMs, sinceMs: performance.now() };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}
