/** A folder of this machine, or a share that is mounted, as a tree of files. */
import type { Stats } from 'node:fs';
import { closeSync, constants, existsSync, fsync, open as openDescriptor } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { link, lstat, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Code } from '../../core/errors.ts';
import { StockbusError } from '../../core/errors.ts';
import type { FileContent, FileStat, FileTree, Survives } from '../files/FileTree.ts';
import { errorCode, fileError } from './fileError.ts';

const { O_RDONLY, O_DIRECTORY = 0, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
const FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
/** A pipe that somebody put in the place of a file makes nobody wait. */
const FILE_FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK;
const READ_CHUNK_BYTES = 256 * 1024;

/**
 * Where Linux names what is open, a folder that was found to be one stays the one that is used, even
 * when somebody puts a link in its place meanwhile. Elsewhere it is looked at just before.
 */
const OPEN_FOLDERS = '/proc/self/fd';
const namesOpenFolders = existsSync(OPEN_FOLDERS);

/** An open folder. Nothing of it is written, so that to close it waits for no disk, and is done at once. */
type Folder = number;

const openFolder = (path: string, flags: number): Promise<Folder> =>
  new Promise((resolve, reject) => {
    openDescriptor(path, flags, (error, folder) => (error ? reject(error) : resolve(folder)));
  });

export class LocalTree implements FileTree {
  readonly name: string;
  readonly #where: string;

  /** `where` says for messages who uses the folder. */
  constructor(path: string, where = `'${path}'`) {
    this.name = path;
    this.#where = where;
  }

  async list(folder: string): Promise<string[] | undefined> {
    return this.#in(folder, undefined, 'FOLDER_READ_FAILED', async (at) =>
      at === undefined ? undefined : readdir(at).catch(unlessMissing),
    );
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const { folder, name } = split(path);
    return this.#in(folder, undefined, 'FOLDER_READ_FAILED', async (at) =>
      at === undefined ? undefined : statOf(join(at, name)),
    );
  }

  async *open(path: string, offset = 0): AsyncGenerator<Uint8Array> {
    const { folder, name } = split(path);
    try {
      const handle = await this.#in(folder, undefined, 'FOLDER_READ_FAILED', (at) =>
        open(join(at ?? this.#pathOf(folder), name), FILE_FLAGS),
      );
      if (!(await handle.stat()).isFile()) {
        await handle.close();
        throw new Error('it is no plain file');
      }
      yield* handle.createReadStream({ start: offset, highWaterMark: READ_CHUNK_BYTES });
    } catch (error) {
      throw fileError('FOLDER_READ_FAILED', `cannot read '${name}' in ${this.#where}`, error);
    }
  }

  async claim(from: string, to: string): Promise<boolean> {
    return this.#between(from, to, async (source, target) => {
      await rename(source, target);
      return true;
    }).then((taken) => taken ?? false);
  }

  async move(from: string, to: string, survives?: Survives): Promise<'moved' | 'taken' | 'gone'> {
    const moved = await this.#between(from, to, async (source, target, folder) => {
      if (!(await lstat(source).catch(unlessMissing))) return undefined;
      const done = await moveUnlessTaken(source, target);
      if (done && survives === 'name') await syncFolder(folder);
      return done;
    });
    return moved === undefined ? 'gone' : moved ? 'moved' : 'taken';
  }

  async write(path: string, content: FileContent, survives?: Survives): Promise<void> {
    const { folder, name } = split(path);
    await this.#in(folder, true, 'FOLDER_WRITE_FAILED', async (at, opened) => {
      const part = join(at!, `.${name.replace(/^\./, '')}.tmp`);
      try {
        await writeNew(part, content, survives !== undefined);
        await rename(part, join(at!, name));
      } catch (error) {
        await unlink(part).catch(() => undefined);
        throw error;
      }
      if (survives === 'name') await syncFolder(opened!);
    });
  }

  async remove(path: string): Promise<boolean> {
    const { folder, name } = split(path);
    return this.#in(folder, undefined, 'FOLDER_WRITE_FAILED', async (at) => {
      if (at === undefined) return false;
      return unlink(join(at, name)).then(
        () => true,
        (error) => {
          if (errorCode(error) === 'ENOENT') return false;
          throw error;
        },
      );
    });
  }

  /** Undefined when the file is gone. */
  async #between<T>(
    from: string,
    to: string,
    act: (source: string, target: string, folder: Folder) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const [source, target] = [split(from), split(to)];
    return this.#in(source.folder, undefined, 'FOLDER_READ_FAILED', async (at) => {
      if (at === undefined) return undefined;
      return this.#in(target.folder, true, 'FOLDER_WRITE_FAILED', async (into, folder) =>
        act(join(at, source.name), join(into!, target.name), folder!).catch(unlessMissing),
      );
    });
  }

  /**
   * Uses a folder inside, which is undefined when it is not there and is not to be made. One that is made
   * where it is missing is open.
   */
  async #in<T>(
    folder: string,
    make: boolean | undefined,
    code: Code,
    use: (path: string | undefined, folder: Folder | undefined) => Promise<T> | T,
  ): Promise<T> {
    const opened: Folder[] = [];
    try {
      return await use(await this.#openFolder(folder, make ?? false, opened), opened.at(-1));
    } catch (error) {
      throw fileError(code, this.#where, error);
    } finally {
      for (const one of opened) closeSync(one);
    }
  }

  async #openFolder(folder: string, make: boolean, opened: Folder[]): Promise<string | undefined> {
    const parts = folder === '' ? [] : folder.split('/');
    // Each name of the folder is asked for at each look, and no part of its path is a stranger's.
    if (parts.length === 0 && !make) return this.name;
    const first = await this.#openFirst(parts, opened);
    let path = this.name;
    let at = first ?? (await stepInto(path, make, false, opened));
    for (const [index, part] of parts.entries()) {
      if (at === undefined) return undefined;
      if (part === '' || part === '.' || part === '..') throw new Error(`'${folder}' is no path`);
      path = join(path, part);
      if (index === 0 && first !== undefined) continue;
      at = await stepInto(join(at, part), make, true, opened).catch((error: unknown) => {
        if (!NO_FOLDER.has(errorCode(error))) throw error;
        throw new StockbusError('FOLDER_IN_THE_WAY', `'${path}' is no folder, or a link to one`);
      });
    }
    return at;
  }

  /** The first folder inside, which nearly always is there, at once; what is wrong shows step by step. */
  async #openFirst([first]: readonly string[], opened: Folder[]): Promise<string | undefined> {
    if (first === undefined || first === '' || first.startsWith('..')) return undefined;
    return stepInto(join(this.name, first), false, true, opened).catch(() => undefined);
  }

  #pathOf(folder: string): string {
    return join(this.name, folder);
  }
}

/** Answers for what is there and is no folder, or is a link. */
const NO_FOLDER = new Set(['ENOTDIR', 'ELOOP', 'EEXIST', 'EMLINK']);

/** A path by which the folder can be used; undefined where it is not there and is not to be made. */
async function stepInto(
  path: string,
  make: boolean,
  inside: boolean,
  opened: Folder[],
): Promise<string | undefined> {
  const flags = inside ? FOLDER_FLAGS : O_RDONLY | O_DIRECTORY;
  for (let made = false; ; made = true) {
    try {
      if (inside && !namesOpenFolders && !(await lstat(path)).isDirectory()) throw notFolder();
      const folder = await openFolder(path, flags);
      opened.push(folder);
      return namesOpenFolders ? `${OPEN_FOLDERS}/${folder}` : path;
    } catch (error) {
      const missing = errorCode(error) === 'ENOENT';
      // Of the whole path, an ENOTDIR may mean a part before the last, which making it tells apart.
      const unclear = errorCode(error) === 'ENOTDIR' && !inside && make && !made;
      if (!missing && !unclear) throw error;
      if (!make) return undefined;
      if (made) throw error;
      await (inside ? makeFolder(path) : makeRoot(path));
    }
  }
}

async function makeFolder(path: string, recursive = false): Promise<void> {
  try {
    await mkdir(path, { recursive });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
}

async function makeRoot(path: string): Promise<void> {
  try {
    // The whole way only where it is missing: Node's own never ends where a folder takes no others.
    await makeFolder(path).catch((error) => {
      if (errorCode(error) !== 'ENOENT') throw error;
      return makeFolder(path, true);
    });
  } catch (error) {
    throw fileError('FOLDER_MISSING', `'${path}'`, error);
  }
}

const notFolder = (): Error => Object.assign(new Error('no folder'), { code: 'ENOTDIR' });

function split(path: string): { folder: string; name: string } {
  const folder = dirname(path);
  return { folder: folder === '.' ? '' : folder, name: basename(path) };
}

async function statOf(path: string): Promise<FileStat | undefined> {
  const stats = await lstat(path).catch(unlessMissing);
  if (!stats) return undefined;
  const { size: sizeBytes, mtimeMs, ctimeMs, nlink: names, ino } = stats;
  return { kind: kindOf(stats), sizeBytes, mtimeMs, ctimeMs, names, id: String(ino) };
}

function kindOf(stats: Stats): FileStat['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

function unlessMissing(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error;
  return undefined;
}

async function writeNew(path: string, content: FileContent, sync: boolean): Promise<void> {
  const handle = await openNew(path);
  try {
    for await (const chunk of content) await handle.appendFile(chunk);
    if (sync) await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What an attempt that was cut off left there, or somebody else put there, makes room. */
async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    await unlink(path).catch(unlessMissing);
    return open(path, 'wx');
  }
}

/** Makes names in a folder survive a power failure. Windows has no such call and needs none. */
async function syncFolder(folder: Folder): Promise<void> {
  if (process.platform === 'win32') return;
  await new Promise<void>((resolve, reject) => {
    fsync(folder, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * Moves a file within its file system, or says false when the name is taken by another one. A hard
 * link is the only call that settles this against another process; without links it looks first.
 */
async function moveUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      if (!(await isSameFile(from, to))) return false;
    } else if (NO_LINKS.has(errorCode(error))) {
      if (await lstat(to).catch(unlessMissing)) return false;
      await rename(from, to);
      return true;
    } else {
      throw error;
    }
  }
  await unlink(from);
  return true;
}

/** Answers of file systems that have no hard links, or refuse them for other people's files. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK']);

/** True when a move was cut off between its two halves: both names lead to one file. */
async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([lstat(a), lstat(b)]);
  return one.ino !== 0 && one.ino === other.ino && one.dev === other.dev;
}
