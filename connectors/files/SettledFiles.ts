/** Which files in a folder are complete, as far as one can tell from outside. */
import type { Time } from '../../core/runtime.ts';
import type { FileStat, FileTree } from './FileTree.ts';
import type { ReadyMarker } from './readyMarker.ts';

/** A file as it stood when it was looked at. */
export interface SettledFile {
  name: string;
  stat: FileStat;
  /** Since when it has stood still, by a clock that nobody sets. */
  sinceMs: number;
  /** True where its sender has said so: by a marker file, or by the name that it got at last. */
  complete: boolean;
}

export interface SettledOptions {
  settleMs: number;
  marker: ReadyMarker | undefined;
}

export interface FolderLook {
  /** All names in the folder, and those of plain files that match. */
  names: string[];
  /** What is known of each, where the tree told that with the names. */
  stats: ReadonlyMap<string, FileStat> | undefined;
  matching: ReadonlySet<string>;
  /** Complete files by (time of change, name). */
  ready: SettledFile[];
  /** The wait until the next one may be complete. */
  nextMs: number | undefined;
}

/**
 * A file is complete when its marker says so, or where there are none, when size and time of change
 * stood still for `settleMs`. The wait is measured here: the clock that stamps a shared folder may be
 * another.
 */
export class SettledFiles {
  readonly #tree: FileTree;
  readonly #matches: (name: string) => boolean;
  readonly #options: SettledOptions;
  readonly #time: Time;
  #seen = new Map<string, SettledFile>();
  /** Names under which somebody worked on a file where it lies. */
  readonly #changed = new Set<string>();

  constructor(
    tree: FileTree,
    matches: (name: string) => boolean,
    options: SettledOptions,
    time: Time,
  ) {
    this.#tree = tree;
    this.#matches = matches;
    this.#options = options;
    this.#time = time;
  }

  noteChanged(name: string): void {
    this.#changed.add(name);
  }

  /** Undefined when the folder is not there. */
  async scan(): Promise<FolderLook | undefined> {
    const { settleMs, marker } = this.#options;
    const stats = await this.#tree.listWithStats?.('');
    const names = this.#tree.listWithStats ? stats && [...stats.keys()] : await this.#tree.list('');
    if (!names) return undefined;
    const statOf = async (name: string): Promise<FileStat | undefined> =>
      stats ? stats.get(name) : this.#tree.stat(name);
    const there = marker ? new Set(names) : undefined;
    const seen = new Map<string, SettledFile>();
    const ready: SettledFile[] = [];
    let nextMs: number | undefined;
    for (const name of names) {
      if (!this.#matches(name)) continue;
      const file = this.#look(name, await statOf(name));
      if (!file) continue;
      seen.set(name, file);
      if (marker) {
        file.complete =
          there!.has(marker.of(name)) && isMarked(file, await statOf(marker.of(name)));
        if (file.complete) ready.push(file);
        continue;
      }
      const waitMs = settleMs - (this.#time.monotonic() - file.sinceMs);
      if (waitMs <= 0) ready.push(file);
      else nextMs = Math.min(nextMs ?? waitMs, waitMs);
    }
    this.#seen = seen;
    for (const name of this.#changed) if (!seen.has(name)) this.#changed.delete(name);
    ready.sort((a, b) => a.stat.mtimeMs - b.stat.mtimeMs || (a.name < b.name ? -1 : 1));
    return { names, stats, matching: new Set(seen.keys()), ready, nextMs };
  }

  /** True when the file is still as it was when `scan` named it: much may have happened since. */
  async stands({ name, stat }: SettledFile): Promise<boolean> {
    const now = await this.#tree.stat(name);
    return now?.kind === 'file' && isUnchanged(now, stat);
  }

  /** Plain files only: what a symbolic link leads to is none of the folder's business. */
  #look(name: string, stat: FileStat | undefined): SettledFile | undefined {
    if (stat?.kind !== 'file') return undefined;
    const before = this.#seen.get(name);
    const complete = this.#cameComplete(stat, name, before);
    if (before && isUnchanged(before.stat, stat)) return { ...before, stat, complete };
    return { name, stat, sinceMs: this.#time.monotonic(), complete };
  }

  /**
   * What came under its name by a rename was written before. A file that was seen here before that, or
   * worked on, was not: that its time of change moved alone means new permissions. Only whoever sets its
   * times back, as a copy does that keeps them, has written all of it.
   */
  #cameComplete(stat: FileStat, name: string, before: SettledFile | undefined): boolean {
    const isSame = before?.stat.id === stat.id;
    if (before && (!isSame || stat.mtimeMs < before.stat.mtimeMs)) {
      this.#changed.delete(name);
      return wasRenamed(stat);
    }
    if (this.#changed.has(name)) return false;
    return before ? before.complete && isUnchanged(before.stat, stat) : wasRenamed(stat);
  }
}

/** A marker that is older than the file was meant for one that had the name before. */
const isMarked = ({ stat }: SettledFile, sign: FileStat | undefined): boolean =>
  sign?.kind === 'file' && sign.mtimeMs >= stat.mtimeMs;

export const isUnchanged = (one: Written, other: Written): boolean =>
  one.sizeBytes === other.sizeBytes && one.mtimeMs === other.mtimeMs;

/** Its name, its times or its permissions changed after its content was last written, of which it has some. */
const wasRenamed = ({ sizeBytes, ctimeMs, mtimeMs }: FileStat): boolean =>
  sizeBytes > 0 && ctimeMs !== undefined && ctimeMs > mtimeMs;

type Written = Pick<FileStat, 'sizeBytes' | 'mtimeMs'>;
