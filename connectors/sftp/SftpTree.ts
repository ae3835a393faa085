/** A folder of an SFTP server as a tree of files. */
import type { FileEntry } from 'ssh2';
import { Backoff } from '../../core/backoff.ts';
import { StockbusError } from '../../core/errors.ts';
import type { Runtime } from '../../core/runtime.ts';
import { sideBySide } from '../../core/sideBySide.ts';
import type { FileContent, FileStat, FileTree, Survives } from '../files/FileTree.ts';
import { isUnchanged } from '../files/SettledFiles.ts';
import { readPipelined, writePipelined } from './pipelined.ts';
import { RemoteFolders } from './RemoteFolders.ts';
import { listRemote, removeRemote, renameOver, renameToFree, statRemote } from './remoteFile.ts';
import type { SftpConnection } from './SftpConnection.ts';
import type { SftpSession } from './SftpSession.ts';
import { FAILURE, isLost, isStatus, NO_SUCH_FILE, refusedBy } from './sftpError.ts';
import { statOf } from './statOf.ts';

/** Times that a read is gone on with over a new connection, each after a longer wait, without a byte in between. */
const MOST_RESUMES = 6;
/** Looks at once, where the server does not tell with the names what each of them is. */
const LOOKS_AT_ONCE = 32;
const NO_RENAME =
  'Let this user rename and remove files there: on OpenSSH neither -P nor -p of sftp-server may take rename, posix-rename and remove away. Files are claimed by renaming them.';

/**
 * What was asked when the connection broke may have been done or not: each call asks once more over a new
 * connection, and then takes what it finds for its own doing. Where that connection cannot be had it
 * throws SFTP_UNREACHABLE.
 */
export class SftpTree implements FileTree {
  readonly name: string;
  readonly #connection: SftpConnection;
  readonly #runtime: Runtime;
  readonly #where: string;
  readonly #folders: RemoteFolders;

  constructor(root: string, connection: SftpConnection, runtime: Runtime) {
    this.name = root;
    this.#connection = connection;
    this.#runtime = runtime;
    this.#where = `${connection.where}: '${root}'`;
    this.#folders = new RemoteFolders(root, this.#where, runtime);
  }

  async list(folder: string): Promise<string[] | undefined> {
    return (await this.#entries(folder))?.map(({ filename }) => filename);
  }

  async listWithStats(folder: string): Promise<Map<string, FileStat> | undefined> {
    const entries = await this.#entries(folder);
    if (!entries) return undefined;
    const inside = folder === '' ? '' : `${folder}/`;
    const stats = await sideBySide(entries, LOOKS_AT_ONCE, async ({ filename, attrs }) => {
      // The protocol leaves it to the server what it tells of each.
      const isTold = attrs.mode !== undefined && attrs.size !== undefined;
      return [filename, isTold ? statOf(attrs) : await this.stat(inside + filename)] as const;
    });
    return new Map(stats.flatMap(([name, stat]) => (stat ? [[name, stat]] : [])));
  }

  async #entries(folder: string): Promise<FileEntry[] | undefined> {
    return this.#twice('FOLDER_READ_FAILED', async (session) => {
      if (!(await this.#folders.find(session, folder))) return undefined;
      const path = this.#folders.pathOf(folder);
      try {
        return await listRemote(session, path);
      } catch (error) {
        if (isStatus(error, NO_SUCH_FILE)) return undefined;
        throw error;
      }
    });
  }

  async stat(path: string): Promise<FileStat | undefined> {
    return this.#twice('FOLDER_READ_FAILED', async (session) => {
      if (!(await this.#folders.find(session, folderOf(path)))) return undefined;
      return statRemote(session, this.#folders.pathOf(path));
    });
  }

  async *open(path: string, offset = 0): AsyncGenerator<Uint8Array> {
    const backoff = new Backoff(this.#runtime);
    let at = offset;
    let first: FileStat | undefined;
    for (;;) {
      try {
        const { session, handle, stat } = await this.#openFile(path);
        try {
          if (first && !isUnchanged(first, stat))
            throw new StockbusError('PAYLOAD_GREW', `'${path}' changed while it was read`);
          first = stat;
          for await (const chunk of readPipelined(session, handle, at, first.sizeBytes)) {
            at += chunk.byteLength;
            backoff.reset();
            yield chunk;
          }
          return;
        } finally {
          await session.ask((sftp, done) => sftp.close(handle, done)).catch(() => undefined);
        }
      } catch (error) {
        if (!first || !isLost(error) || backoff.attempts >= MOST_RESUMES)
          throw refusedBy('FOLDER_READ_FAILED', `cannot read '${path}' in ${this.#where}`, error);
        const message = error instanceof Error ? error.message : String(error);
        this.#runtime.log('warn', 'sftp.read_resumed', { file: path, readBytes: at, message });
        await backoff.wait();
      }
    }
  }

  async #openFile(path: string): Promise<{ session: SftpSession; handle: Buffer; stat: FileStat }> {
    const session = await this.#connection.session();
    await this.#folders.find(session, folderOf(path));
    const remote = this.#folders.pathOf(path);
    // Both on one way: what is no plain file is closed again, unread.
    const [stat, handle] = await Promise.allSettled([
      statRemote(session, remote),
      session.ask<Buffer>((sftp, done) => sftp.open(remote, 'r', done)),
    ]);
    if (stat.status === 'fulfilled' && stat.value?.kind === 'file') {
      if (handle.status === 'rejected') throw handle.reason;
      return { session, handle: handle.value, stat: stat.value };
    }
    if (handle.status === 'fulfilled')
      await session.ask((sftp, done) => sftp.close(handle.value, done));
    if (stat.status === 'rejected') throw stat.reason;
    throw new Error(stat.value ? 'it is no plain file' : 'it is not there');
  }

  async claim(from: string, to: string): Promise<boolean> {
    return this.#between(from, to, async (session, source, target, again) => {
      // Nobody else knows the name: what is there is what an answer was lost of.
      if (again && (await statRemote(session, target))) return true;
      await renameOver(session, source, target);
      return true;
    }).then((taken) => taken ?? false);
  }

  async move(from: string, to: string): Promise<'moved' | 'taken' | 'gone'> {
    const moved = await this.#between(from, to, async (session, source, target, again) => {
      const lost = again && !(await statRemote(session, source));
      if (lost && (await statRemote(session, target))) return true;
      return renameToFree(session, source, target);
    });
    return moved === undefined ? 'gone' : moved ? 'moved' : 'taken';
  }

  async write(path: string, content: FileContent, survives?: Survives): Promise<void> {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const folder = folderOf(path);
    const inside = folder === '' ? '' : `${folder}/`;
    const part = this.#folders.pathOf(`${inside}.${name.replace(/^\./, '')}.tmp`);
    const act = async (session: SftpSession): Promise<void> => {
      await this.#folders.make(session, folder);
      try {
        await this.#writeNew(session, part, content, survives !== undefined);
        await renameOver(session, part, this.#folders.pathOf(path)).catch((error: unknown) => {
          throw this.#notRenamed(part, path, error);
        });
      } catch (error) {
        await removeRemote(session, part).catch(() => false);
        throw error;
      }
    };
    // What comes from a stream comes once: its sender sends it again.
    if (Array.isArray(content)) await this.#twice('FOLDER_WRITE_FAILED', act);
    else await this.#once('FOLDER_WRITE_FAILED', act);
  }

  async #writeNew(
    session: SftpSession,
    path: string,
    content: FileContent,
    isDurable: boolean,
  ): Promise<void> {
    const open = (): Promise<Buffer> =>
      session.ask<Buffer>((sftp, done) => sftp.open(path, 'wx', done));
    // What an attempt that was cut off left there, or somebody else put there, makes room.
    const handle = await open().catch(async (error: unknown) => {
      if (!isStatus(error, FAILURE) || !(await removeRemote(session, path))) throw error;
      return open();
    });
    await writePipelined(session, handle, content, isDurable);
  }

  async remove(path: string): Promise<boolean> {
    return this.#twice('FOLDER_WRITE_FAILED', async (session, again) => {
      if (!(await this.#folders.find(session, folderOf(path)))) return false;
      return (await removeRemote(session, this.#folders.pathOf(path))) || again;
    });
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  /** Undefined when the file is gone. */
  async #between<T>(
    from: string,
    to: string,
    act: (session: SftpSession, source: string, target: string, again: boolean) => Promise<T>,
  ): Promise<T | undefined> {
    const [source, target] = [this.#folders.pathOf(from), this.#folders.pathOf(to)];
    return this.#twice('FOLDER_WRITE_FAILED', async (session, again) => {
      if (!(await this.#folders.find(session, folderOf(from)))) return undefined;
      for (let attempt = 1; ; attempt += 1) {
        await this.#folders.make(session, folderOf(to));
        try {
          return await act(session, source, target, again);
        } catch (error) {
          if (isLost(error)) throw error;
          if (!(await statRemote(session, source))) return undefined;
          // Somebody removed a folder that was known to be there.
          this.#folders.forget();
          if (isStatus(error, NO_SUCH_FILE) && attempt === 1) continue;
          throw this.#notRenamed(from, to, error);
        }
      }
    });
  }

  #notRenamed(from: string, to: string, error: unknown): StockbusError {
    const what = `cannot rename '${from}' to '${to}' in ${this.#where}`;
    return refusedBy('FOLDER_WRITE_FAILED', what, error, NO_RENAME);
  }

  async #twice<T>(
    code: 'FOLDER_READ_FAILED' | 'FOLDER_WRITE_FAILED',
    act: (session: SftpSession, again: boolean) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.#once(code, (session) => act(session, false));
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    return this.#once(code, (session) => act(session, true));
  }

  async #once<T>(
    code: 'FOLDER_READ_FAILED' | 'FOLDER_WRITE_FAILED',
    act: (session: SftpSession) => Promise<T>,
  ): Promise<T> {
    const session = await this.#connection.session();
    try {
      return await act(session);
    } catch (error) {
      throw refusedBy(code, this.#where, error);
    }
  }
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
