/** What lies in a folder that no flow takes in: told once each, and counted. */
import type { Runtime } from '../../core/runtime.ts';
import { isUnfinishedName } from './commonName.ts';
import { FAILED, REJECTED } from './FileClaims.ts';
import type { FileStat, FileTree } from './FileTree.ts';
import { type FileGlob, fileGlob } from './fileGlob.ts';
import { type ReadyMarker, readyMarker } from './readyMarker.ts';

/** What one flow takes from the folder. */
export interface WantedFiles {
  glob: FileGlob;
  marker: ReadyMarker | undefined;
  /** Folders inside that are the hub's own. */
  folders: readonly string[];
}

/** By what flows say of one folder, and the names of folders inside that are of others. */
export const wantedBy = (
  froms: readonly { pattern: string; ready: string | undefined; archive: string }[],
  inside: readonly string[],
): WantedFiles[] =>
  froms.map(({ pattern, ready, archive }) => ({
    glob: fileGlob(pattern),
    marker: ready === undefined ? undefined : readyMarker(ready),
    folders: [archive, REJECTED, FAILED, ...inside],
  }));

/** Files told by name at one look; of more only the number is told. */
const MOST_TOLD = 20;
/** The hub's own, whatever the flow. */
const OWN = /^\.(?:claimed$|probe-|stockbus-)/;

export class UnwantedFiles {
  readonly #tree: FileTree;
  readonly #wanted: readonly WantedFiles[];
  readonly #patienceMs: number;
  readonly #runtime: Runtime;
  /** By name; those that were told have no time left. */
  #seen = new Map<string, { sinceMs: number; told: boolean }>();

  /** What may yet become a file that is wanted (hidden, unfinished, without its marker) gets `patienceMs`. */
  constructor(
    tree: FileTree,
    wanted: readonly WantedFiles[],
    patienceMs: number,
    runtime: Runtime,
  ) {
    this.#tree = tree;
    this.#wanted = wanted;
    this.#patienceMs = patienceMs;
    this.#runtime = runtime;
  }

  /**
   * Tells what is new among the names of the folder; gives how many nobody wants. What is known of a name
   * is not asked again.
   */
  async look(
    names: readonly string[],
    tell: (file: string, why: Reason) => void,
    known: (name: string) => FileStat['kind'] | undefined = () => undefined,
  ): Promise<number> {
    const nowMs = this.#runtime.monotonic();
    const seen = new Map<string, { sinceMs: number; told: boolean }>();
    const there = new Set(names);
    let told = 0;
    let silent = 0;
    let unwanted = 0;
    for (const name of names) {
      const before = this.#seen.get(name);
      const judged = before?.told ? 'told' : await this.#judge(name, there, known(name));
      if (!judged) continue;
      const { sinceMs } = before ?? { sinceMs: nowMs };
      const due = judged === 'told' || !judged.waits || nowMs - sinceMs >= this.#patienceMs;
      seen.set(name, { sinceMs, told: due });
      if (!due) continue;
      unwanted += 1;
      if (judged === 'told') continue;
      if (told < MOST_TOLD) tell(name, judged);
      else silent += 1;
      told += 1;
    }
    if (silent > 0) tell(`${silent} more`, { why: 'no flow takes them in either' });
    this.#seen = seen;
    return unwanted;
  }

  /** Undefined for what some flow takes, or the hub put there. */
  async #judge(
    name: string,
    there: ReadonlySet<string>,
    known: FileStat['kind'] | undefined,
  ): Promise<Reason | undefined> {
    if (OWN.test(name) || this.#wanted.some(({ folders }) => folders.includes(name))) {
      return undefined;
    }
    const kind = known ?? (await this.#tree.stat(name))?.kind;
    if (kind === undefined) return undefined;
    if (kind !== 'file') return { why: `it is ${KINDS[kind]}` };
    if (isUnfinishedName(name)) {
      return { why: 'its name says that it is hidden or not finished', waits: true };
    }
    const taking = this.#wanted.find(({ glob, marker }) => {
      return glob.matches(name) && marker?.fileOf(name) === undefined;
    });
    if (taking) return this.#missing(taking, name, there);
    return this.#stray(name, there) ?? this.#unmatched(name);
  }

  /** A file that is wanted, and whose marker has not come. */
  #missing({ marker }: WantedFiles, name: string, there: ReadonlySet<string>): Reason | undefined {
    if (!marker || there.has(marker.of(name))) return undefined;
    return { why: `it waits for '${marker.of(name)}'`, waits: true };
  }

  /** A marker, which goes with its file. */
  #stray(name: string, there: ReadonlySet<string>): Reason | undefined {
    for (const { glob, marker } of this.#wanted) {
      const file = marker?.fileOf(name);
      if (file === undefined || !glob.matches(file)) continue;
      const why = there.has(file) ? 'its file is newer than itself' : `there is no file '${file}'`;
      return { why, waits: true };
    }
    return undefined;
  }

  #unmatched(name: string): Reason {
    const lower = name.toLowerCase();
    const globs = this.#wanted.map(({ glob }) => glob);
    const apart = globs.find(({ pattern }) => fileGlob(pattern.toLowerCase()).matches(lower));
    const { pattern } = apart ?? nearest(globs, name);
    const why = apart
      ? `it matches '${pattern}' only if case is ignored`
      : `no flow's pattern matches; the nearest is '${pattern}'`;
    return { why, pattern };
  }
}

export interface Reason {
  why: string;
  pattern?: string;
  /** True where that may pass. */
  waits?: true;
}

const KINDS: Record<Exclude<FileStat['kind'], 'file'>, string> = {
  folder: 'a folder, and those inside are not looked through',
  link: 'a symbolic link, and none is followed',
  other: 'no plain file',
};

/** The pattern that has most in common with the name, at its beginning and its end. */
function nearest(globs: readonly FileGlob[], name: string): FileGlob {
  const common = ({ pattern }: FileGlob): number =>
    shared([...name], [...pattern]) + shared([...name].toReversed(), [...pattern].toReversed());
  return globs.reduce((best, glob) => (common(glob) > common(best) ? glob : best));
}

function shared(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((character, index) => character !== other[index]);
  return at === -1 ? one.length : at;
}
