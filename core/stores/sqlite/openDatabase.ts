/** Opens store.db in a folder, and says in the hub's words what SQLite refuses. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StockbusError } from '../../errors.ts';
import { closeToOthers, databaseFiles, makePrivateFolder } from '../../privateFiles.ts';
import { type Log, silentLog } from '../../runtime.ts';
import { migrateFile } from './migrations/migrateFile.ts';

/** How long a commit waits for that of another process. */
const BUSY_TIMEOUT_MS = 10_000;

/** Half the calls of 4 KiB for a tenth more bytes; a commit of one document writes about ten pages. */
const PAGE_BYTES = 8 * 1024;

/** 32 MiB of log between checkpoints: each balance page is then written back once for several
 *  commits, and a checkpoint still takes less than 100 ms. */
const CHECKPOINT_PAGES = 4 * 1024;

/** What the log keeps of the disk after it had to grow because somebody read for long. */
const LOG_BYTES = 2 * CHECKPOINT_PAGES * PAGE_BYTES;

const CACHE_KIB = 16 * 1024;

const SYNCED = `PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};`;
const UNSYNCED = 'PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;';

export interface OpenDatabase {
  database: DatabaseSync;
  /** True once what was read may be of two moments: it is to be opened and read again. */
  isOutdated(): boolean;
  close(): void;
}

export const opened = (
  database: DatabaseSync,
  isOutdated: () => boolean = () => false,
): OpenDatabase => ({ database, isOutdated, close: () => database.close() });

export function openDatabase(folder: string, log: Log = silentLog): OpenDatabase {
  makePrivateFolder(folder);
  const file = join(folder, 'store.db');
  return translated(file, () => {
    const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      database.exec(`
        PRAGMA page_size = ${PAGE_BYTES};
        PRAGMA journal_mode = WAL;
        ${SYNCED}
        PRAGMA journal_size_limit = ${LOG_BYTES};
        PRAGMA cache_size = -${CACHE_KIB};
        PRAGMA temp_store = MEMORY;
      `);
      migrateFile(database, file, log);
      closeToOthers(databaseFiles(file));
      return opened(database);
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/**
 * Commits of `write` are not waited for until the disk has them: the next that is brings them there, too, and copies the log into
 * the file. What is lost with the power is the last of them, and never a part of one.
 */
export function withoutSync<T>(database: DatabaseSync, write: () => T): T {
  database.exec(UNSYNCED);
  try {
    return write();
  } finally {
    database.exec(SYNCED);
  }
}

/** Runs `action`; what SQLite throws becomes a StockbusError that names the file. */
export function translated<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw storeError(error, file);
  }
}

interface SqliteError extends Error {
  code: string;
  errcode?: number;
}

/** By primary result code, https://sqlite.org/rescode.html. */
const CODES = {
  5: ['STORE_CONTENDED', 'another process holds the write lock of'],
  6: ['STORE_CONTENDED', 'another process holds the write lock of'],
  8: ['DATA_FOLDER_UNUSABLE', 'this user may not write'],
  10: ['STORE_DISK', 'the disk failed under'],
  11: ['STORE_CORRUPT', 'SQLite finds damage in'],
  13: ['STORE_DISK', 'the disk is full under'],
  14: ['DATA_FOLDER_UNUSABLE', 'SQLite cannot open'],
  19: ['STORE_CORRUPT', 'a rule of the tables is broken in'],
  26: ['STORE_CORRUPT', 'there is no database in'],
} as const;

function storeError(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof StockbusError) return error;
  const { code, errcode, message } = error as SqliteError;
  if (code === 'ERR_INVALID_STATE') {
    return new StockbusError('SHUTTING_DOWN', `${file} is closed`, undefined, { cause: error });
  }
  if (code === 'ERR_INVALID_ARG_VALUE' && message.includes('BigInt')) {
    return new StockbusError('STOCK_OUT_OF_RANGE', message, undefined, { cause: error });
  }
  const primary = message === 'malformed JSON' ? 11 : (errcode ?? 0) & 0xff;
  const known = CODES[primary as keyof typeof CODES];
  if (code !== 'ERR_SQLITE_ERROR' || !known) return error;
  const [codeName, what] = known;
  return new StockbusError(codeName, `${what} ${file}: ${message}`, undefined, { cause: error });
}
