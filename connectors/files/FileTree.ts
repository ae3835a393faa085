/**
 * Files as connectors see them, whatever holds them: a disk, an SFTP server, a bucket. Sources and
 * sinks of files are written over this alone.
 */
import { extname } from 'node:path';

/** What is at a path, never what a link there leads to. */
export interface FileStat {
  kind: 'file' | 'folder' | 'link' | 'other';
  sizeBytes: number;
  /** When its content was last written, by the clock of whoever holds it. */
  mtimeMs: number;
  /** When anything of it was last changed, its name included; undefined where nobody knows. */
  ctimeMs?: number | undefined;
  /** What tells it from a file that had the name before; undefined where nobody knows. */
  id?: string | undefined;
  /** How many names it has; undefined where nobody knows. */
  names?: number | undefined;
}

/**
 * Paths are relative, with `/` between names. No part of one is ever followed through a link: where a
 * folder should be and something else is, the call fails. Folders that a call needs to put something
 * into are made by it. Failures are StockbusErrors with a reason for people.
 */
export interface FileTree {
  /** What people call it. */
  readonly name: string;
  /** Names in a folder (`''` for the whole), in no order; undefined where it is not there. */
  list(folder: string): Promise<string[] | undefined>;
  /** The same with what `stat` says of each, where the tree can tell without a call for each name. */
  listWithStats?(folder: string): Promise<Map<string, FileStat> | undefined>;
  /** Undefined where nothing is there. */
  stat(path: string): Promise<FileStat | undefined>;
  /** The bytes of a file from `offset` on; nothing is opened before the first is asked for. */
  open(path: string, offset?: number): AsyncIterable<Uint8Array>;
  /** Takes a file away from all others by giving it a name that nobody else uses; false when it is gone. */
  claim(from: string, to: string): Promise<boolean>;
  /** Gives a file another name, never one that is taken. After a move cut off by a crash, the same call ends it. */
  move(from: string, to: string, survives?: Survives): Promise<'moved' | 'taken' | 'gone'>;
  /** A file that appears whole or not at all, instead of what is there under that name. */
  write(path: string, content: FileContent, survives?: Survives): Promise<void>;
  /** False when it was gone. */
  remove(path: string): Promise<boolean>;
  /** Lets go of what is open; a later call opens it again. */
  close?(): Promise<void>;
}

/** What a bucket can be as well: a place for files in which nobody can claim one. */
export type KeptTree = Omit<FileTree, 'claim'>;

/**
 * What is still there after a power failure, where the tree can see to that: the content of a file, or
 * its name too. Nothing asked for is lost with a process alone.
 */
export type Survives = 'content' | 'name';

export type FileContent = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Most files of one name that a folder numbers apart. */
const MOST_NUMBERED = 10_000;

/** `a.csv`, 2 → `a-2.csv` */
export function numbered(name: string, number: number): string {
  if (number === 1) return name;
  const extension = extname(name);
  return `${name.slice(0, name.length - extension.length)}-${number}${extension}`;
}

/**
 * Moves a file into a folder under `name`, or under the next free number of it. Says where it is
 * then; undefined when the file was gone.
 */
export async function moveUnderFreeName(
  tree: Pick<FileTree, 'move'>,
  from: string,
  folder: string,
  name: string,
  before: (path: string) => Promise<void> = async () => undefined,
): Promise<string | undefined> {
  for (let number = 1; number <= MOST_NUMBERED; number += 1) {
    const path = `${folder}/${numbered(name, number)}`;
    await before(path);
    const outcome = await tree.move(from, path);
    if (outcome !== 'taken') return outcome === 'moved' ? path : undefined;
  }
  throw new Error(`'${folder}' holds ${MOST_NUMBERED} files called '${name}'`);
}
