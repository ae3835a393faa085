/** Folders below the root of a tree: found, made, and never a link that somebody put in the place of one. */
import type { Stats } from 'ssh2';
import { StockbusError } from '../../core/errors.ts';
import type { Time } from '../../core/runtime.ts';
import { statRemote } from './remoteFile.ts';
import type { SftpSession } from './SftpSession.ts';
import { FAILURE, isStatus, NO_SUCH_FILE } from './sftpError.ts';
import { statOf } from './statOf.ts';

/** So long a folder that was one is taken for one: SFTP has no way to hold on to it. */
const KNOWN_MS = 1_000;

export class RemoteFolders {
  readonly #root: string;
  readonly #where: string;
  readonly #time: Time;
  readonly #known = new Map<string, number>();

  constructor(root: string, where: string, time: Time) {
    this.#root = root;
    this.#where = where;
    this.#time = time;
  }

  /** As the server has it. Throws for what climbs out. */
  pathOf(path: string): string {
    if (path === '') return this.#root;
    const parts = path.split('/');
    if (parts.some((part) => part === '' || part === '.' || part === '..'))
      throw new Error(`'${path}' is no path`);
    return `${this.#root === '/' ? '' : this.#root}/${path}`;
  }

  /** False where it is not there. Throws FOLDER_IN_THE_WAY for what is no folder, or a link to one. */
  find(session: SftpSession, folder: string): Promise<boolean> {
    return this.#walk(session, folder, false);
  }

  /** Makes what is missing below the root. */
  async make(session: SftpSession, folder: string): Promise<void> {
    if (await this.#walk(session, folder, true)) return;
    const todo = 'Create it on the server, or correct `path` in config/hub.yaml.';
    const message = `${this.#where} is not there`;
    throw new StockbusError('FOLDER_WRITE_FAILED', message, undefined, { todo });
  }

  /** What is known of folders is out of date. */
  forget(): void {
    this.#known.clear();
  }

  async #walk(session: SftpSession, folder: string, make: boolean): Promise<boolean> {
    const remote = this.pathOf(folder);
    const nowMs = this.#time.monotonic();
    if ((this.#known.get(folder) ?? Number.NEGATIVE_INFINITY) > nowMs) return true;
    if (folder === '') {
      const root = await lookThrough(session, remote);
      if (root === undefined) return false;
      if (root !== 'folder') throw this.#inTheWay(remote);
    } else {
      const slash = folder.lastIndexOf('/');
      if (!(await this.#walk(session, folder.slice(0, Math.max(0, slash)), make))) return false;
      let stat = await statRemote(session, remote);
      if (!stat && !make) return false;
      if (!stat) {
        await makeFolder(session, remote);
        stat = await statRemote(session, remote);
      }
      if (stat?.kind !== 'folder') throw this.#inTheWay(remote);
    }
    this.#known.set(folder, nowMs + KNOWN_MS);
    return true;
  }

  #inTheWay(path: string): StockbusError {
    const code = path === this.#root ? 'FOLDER_WRITE_FAILED' : 'FOLDER_IN_THE_WAY';
    return new StockbusError(code, `'${path}' is no folder, or a link to one`);
  }
}

/** The root alone may be reached through a link: its own path is nobody's but the operator's. */
async function lookThrough(session: SftpSession, path: string): Promise<string | undefined> {
  try {
    return statOf(await session.ask<Stats>((sftp, done) => sftp.stat(path, done))).kind;
  } catch (error) {
    if (isStatus(error, NO_SUCH_FILE)) return undefined;
    throw error;
  }
}

/** Another may have been first. */
async function makeFolder(session: SftpSession, path: string): Promise<void> {
  try {
    await session.ask((sftp, done) => sftp.mkdir(path, done));
  } catch (error) {
    if (!isStatus(error, FAILURE)) throw error;
  }
}
