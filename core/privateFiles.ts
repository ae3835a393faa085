/** How the hub makes what it keeps for itself: nobody else of this machine may read it. */
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StockbusError } from './errors.ts';

const OTHERS = 0o077;

/**
 * Makes a folder that this user may write, with those above it; `mask` says from whom it is kept.
 * Throws DATA_FOLDER_UNUSABLE.
 */
export function makePrivateFolder(folder: string, mask = OTHERS): void {
  try {
    for (const missing of missingOf(resolve(folder))) makeOne(missing, 0o777 & ~mask);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the data folder ${folder} cannot be used: ${reason}`;
    throw new StockbusError('DATA_FOLDER_UNUSABLE', message, undefined, { cause: error });
  }
}

/** Those that are to be made, the outermost first: a recursive mkdir of Node never ends in /proc. */
function missingOf(folder: string): string[] {
  const missing: string[] = [];
  for (let next = folder; !existsSync(next); next = dirname(next)) missing.unshift(next);
  return missing;
}

/**
 * Whether something is at a path of the data folder. Where this user may not look, that is no `no`:
 * throws DATA_FOLDER_UNUSABLE.
 */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const isDenied = code === 'EACCES' || code === 'EPERM';
    const why = isDenied ? `this user may not look there (${code})` : String(error);
    const todo = isDenied
      ? 'run the command as the user that the data folder belongs to, or let this one in'
      : undefined;
    throw new StockbusError('DATA_FOLDER_UNUSABLE', `${path} cannot be read: ${why}`, undefined, {
      ...(todo === undefined ? {} : { todo }),
      cause: error,
    });
  }
}

function makeOne(folder: string, mode: number): void {
  try {
    mkdirSync(folder, mode);
  } catch (error) {
    const made = (error as NodeJS.ErrnoException).code === 'EEXIST';
    if (!made || !statSync(folder).isDirectory()) throw error;
  }
}

/**
 * Takes from others what they may do with these files, where they are there and ours. By name only: to
 * open and close a database beside SQLite would drop the locks that this process has on it.
 */
export function closeToOthers(files: readonly string[], mask = OTHERS): string[] {
  return files.filter((file) => {
    const stats = statsOf(file);
    if (!stats?.isFile() && !stats?.isDirectory()) return false;
    if (stats.uid !== process.getuid?.() || (stats.mode & mask) === 0) return false;
    chmodSync(file, stats.mode & 0o7777 & ~mask);
    return true;
  });
}

function statsOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** A database with what SQLite keeps beside it. */
export const databaseFiles = (file: string): string[] => [file, `${file}-wal`, `${file}-shm`];
