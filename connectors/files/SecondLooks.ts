/** Files that were taken in are looked at once more: their writer may only have paused. */

import type { Time } from '../../core/runtime.ts';
import { sideBySide } from '../../core/sideBySide.ts';
import { isObject } from '../../core/spec.ts';
import { CLAIMED } from './FileClaims.ts';
import type { FileStat, FileTree } from './FileTree.ts';
import { isUnchanged } from './SettledFiles.ts';

/** A file in the archive, as it was when it was read. */
export interface ArchivedFile {
  intakeId: string;
  name: string;
  path: string;
  sizeBytes: number;
  mtimeMs: number;
}

const RECORD = /^(.+)\.look$/s;
const lookPath = (intakeId: string): string => `${CLAIMED}/${intakeId}.look`;

/** A file is looked at again after these times of the wait, counted from its intake or from the start. */
const LOOKS = [1, 10, 60];

/** Files that are looked at side by side. */
const LOOKS_AT_ONCE = 16;

interface Awaited {
  file: ArchivedFile;
  sinceMs: number;
  atMs: number;
  /** Looks that it has had. */
  looks: number;
}

/**
 * Each file that awaits its look is noted in a file of its own beside the claims, so that the look is
 * not forgotten over a restart: at the start all that are noted are looked at at once, too.
 */
export class SecondLooks {
  readonly #tree: FileTree;
  readonly #waitMs: number;
  readonly #time: Time;
  #awaited: Awaited[] = [];

  constructor(tree: FileTree, waitMs: number, time: Time) {
    this.#tree = tree;
    this.#waitMs = waitMs;
    this.#time = time;
  }

  /** Takes up what is noted of files that match. */
  async begin(matches: (name: string) => boolean): Promise<void> {
    for (const entry of (await this.#tree.list(CLAIMED)) ?? []) {
      const intakeId = RECORD.exec(entry)?.[1];
      if (intakeId === undefined) continue;
      const file = parse(await this.#textOf(lookPath(intakeId)), intakeId);
      if (!file) await this.#tree.remove(lookPath(intakeId));
      // A file that is claimed still will be archived, and noted, anew.
      else if (await this.#tree.stat(`${CLAIMED}/${intakeId}~${file.name}`)) continue;
      else if (matches(file.name)) {
        const nowMs = this.#time.monotonic();
        this.#awaited.push({ file, sinceMs: nowMs, atMs: nowMs, looks: -1 });
      }
    }
  }

  /** Before the file is moved to where it will be: a crash between the two forgets nothing. */
  async note(file: ArchivedFile): Promise<void> {
    await this.#tree.write(lookPath(file.intakeId), [Buffer.from(JSON.stringify(file))]);
  }

  /** Somebody took the file away. */
  async forget(intakeId: string): Promise<void> {
    await this.#tree.remove(lookPath(intakeId));
  }

  /** The file is where it was noted. */
  await(file: ArchivedFile): void {
    const nowMs = this.#time.monotonic();
    this.#awaited.push({ file, sinceMs: nowMs, atMs: nowMs + this.#waitMs, looks: 0 });
  }

  /** The wait until the next look. */
  get nextMs(): number | undefined {
    const first = this.#awaited.reduce((least, { atMs }) => Math.min(least, atMs), Infinity);
    return Number.isFinite(first) ? Math.max(0, first - this.#time.monotonic()) : undefined;
  }

  /** Looks at those that are due; gives those that changed to `grew`, and forgets what is done with. */
  async lookAtDue(grew: (file: ArchivedFile, now: FileStat) => Promise<void>): Promise<void> {
    const nowMs = this.#time.monotonic();
    const due = this.#awaited.filter(({ atMs }) => atMs <= nowMs);
    await sideBySide(due, LOOKS_AT_ONCE, (one) => this.#lookAt(one, grew));
  }

  async #lookAt(
    one: Awaited,
    grew: (file: ArchivedFile, now: FileStat) => Promise<void>,
  ): Promise<void> {
    const { file } = one;
    const stat = await this.#tree.stat(file.path);
    const changed = stat?.kind === 'file' && !isUnchanged(stat, file);
    if (changed) await grew(file, stat);
    one.looks += 1;
    const next = LOOKS[one.looks];
    if (stat && !changed && next !== undefined) {
      one.atMs = one.sinceMs + next * this.#waitMs;
      return;
    }
    await this.#tree.remove(lookPath(file.intakeId));
    this.#awaited = this.#awaited.filter((other) => other !== one);
  }

  async #textOf(path: string): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#tree.open(path)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }
}

function parse(text: string, intakeId: string): ArchivedFile | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return undefined;
    const { name, path, sizeBytes, mtimeMs } = value;
    if (typeof name !== 'string' || typeof path !== 'string') return undefined;
    if (typeof sizeBytes !== 'number' || typeof mtimeMs !== 'number') return undefined;
    return { intakeId, name, path, sizeBytes, mtimeMs };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
