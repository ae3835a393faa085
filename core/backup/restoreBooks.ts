import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { QueueLock } from '../brokers/embedded/queueLock.ts';
import { isStockbusError, StockbusError } from '../errors.ts';
import { guardDataFolder } from '../hub/guardDataFolder.ts';
import { databaseFiles, isThere, makePrivateFolder } from '../privateFiles.ts';
import type { Runtime } from '../runtime.ts';
import { newestVersion } from '../stores/migrations/StoreVersions.ts';
import { fileVersions } from '../stores/sqlite/migrations/fileVersions.ts';
import {
  type BackupManifest,
  type BooksFacts,
  hashOfFile,
  MANIFEST,
  readManifest,
  requireSchema,
  requireStore,
  syncFolder,
  unusable,
} from './BackupManifest.ts';
import type { TellCopied } from './BooksPlace.ts';
import { checkedBooks } from './checkedBooks.ts';

/** Where the copy lies until it is whole. */
const UNFINISHED = '.store.db.restored';

/**
 * Puts the copy of a backup in its place, where no books are and no hub works; it is compared with what the
 * backup says of itself first. Nothing is ever overwritten, also where a hub begins meanwhile.
 * Throws DATA_FOLDER_BUSY, DATA_FOLDER_TAKEN, BACKUP_UNUSABLE, FORMAT_UNKNOWN, STORE_SCHEMA.
 */
export async function restoreBooks(
  backup: string,
  books: string,
  { mask, runtime, tell }: { mask: number; runtime: Runtime; tell: TellCopied },
): Promise<BackupManifest> {
  const locks = locksOf(books);
  try {
    for (const file of databaseFiles(join(books, 'store.db'))) {
      if (isThere(file)) throw taken(file);
    }
    tell('checking');
    const manifest = await checkedBackup(backup, runtime);
    makePrivateFolder(books, mask);
    guardDataFolder(books, mask, runtime.log);
    tell('restoring');
    put(join(backup, 'store.db'), books, sumOf(manifest));
    return manifest;
  } finally {
    for (const lock of locks) lock.release();
  }
}

/** The queues of a hub that is not running; throws DATA_FOLDER_BUSY where one is. */
function locksOf(folder: string): QueueLock[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const queues = names.flatMap((name) => /^broker\.(.*)\.lock$/s.exec(name)?.[1] ?? []);
  const locks: QueueLock[] = [];
  try {
    for (const queue of queues) locks.push(new QueueLock(folder, queue));
    return locks;
  } catch (error) {
    for (const lock of locks) lock.release();
    throw error;
  }
}

async function checkedBackup(folder: string, runtime: Runtime): Promise<BackupManifest> {
  const manifest = readManifest(folder);
  requireStore(manifest, 'sqlite');
  requireSchema(manifest, newestVersion(fileVersions), folder);
  for (const file of databaseFiles(join(folder, 'store.db')).slice(1)) {
    if (!existsSync(file)) continue;
    throw unusable(`${file} is there: somebody has opened the copy to write it, or is doing so`);
  }
  const facts = await factsOf(folder, runtime);
  const [found, said] = [facts, manifest].map((one) => ({ sha256: sumOf(one), ...one }));
  for (const name of ['sha256', 'schema', 'knownAt', 'skus', 'digest'] as const) {
    if (found![name] === said![name]) continue;
    const what = `store.db has ${name} ${found![name]}, ${MANIFEST} says ${said![name]}`;
    throw unusable(`the backup in ${folder} is damaged or was changed: ${what}`);
  }
  return manifest;
}

const sumOf = ({ files }: BooksFacts): string => files['store.db']?.sha256 ?? '(none)';

/** That the copy is damaged is to be said of the backup. */
async function factsOf(folder: string, runtime: Runtime): Promise<BooksFacts> {
  try {
    return await checkedBooks(folder, runtime);
  } catch (error) {
    const isOfCopy = ['STORE_CORRUPT', 'DATA_FOLDER_MISSING', 'FORMAT_UNKNOWN'] as const;
    if (!isOfCopy.some((code) => isStockbusError(error, code))) throw error;
    const { message } = error as Error;
    throw unusable(`the backup in ${folder} is damaged or incomplete: ${message}`, error);
  }
}

function put(copy: string, folder: string, sha256: string): void {
  const unfinished = join(folder, UNFINISHED);
  const file = join(folder, 'store.db');
  rmSync(unfinished, { force: true });
  try {
    copyFileSync(copy, unfinished, constants.COPYFILE_EXCL);
    chmodSync(unfinished, 0o600);
    const descriptor = openSync(unfinished, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
    if (hashOfFile(unfinished) !== sha256) throw unusable(`${copy} changed while it was copied`);
    // Unlike a rename it never takes the place of another.
    linkSync(unfinished, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw taken(file);
    throw error;
  } finally {
    rmSync(unfinished, { force: true });
    syncFolder(folder);
  }
}

const taken = (file: string): StockbusError =>
  new StockbusError('DATA_FOLDER_TAKEN', `${file} is there already`);
