/** Opens store.db to read it only: nothing is made or changed, also where nothing could be. */
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { StockbusError } from '../../errors.ts';
import { isThere } from '../../privateFiles.ts';
import { silentLog } from '../../runtime.ts';
import { migrateFile, refuseOtherTables } from './migrations/migrateFile.ts';
import { type OpenDatabase, opened, translated } from './openDatabase.ts';

/**
 * SQLite wants to write beside a database in WAL mode even to read it. Where no log lies there the file
 * itself is complete, and is read as one that does not change; a log with its index is read as the hub
 * that writes it sees it; a log without its index (a backup) is read from a copy. Throws
 * DATA_FOLDER_MISSING, DATA_FOLDER_UNUSABLE, STORE_SCHEMA, STORE_CORRUPT.
 */
export function readDatabase(folder: string): OpenDatabase {
  const file = join(folder, 'store.db');
  if (!isThere(file)) {
    const what = isThere(folder) ? `are no books in ${folder}: no ${file}` : `is no ${folder}`;
    throw new StockbusError('DATA_FOLDER_MISSING', `there ${what}`);
  }
  return translated(file, () => {
    const books = sizeOf(`${file}-wal`) === 0 ? openStill(file) : openLogged(file);
    try {
      refuseOtherTables(books.database, file);
      books.database.exec('PRAGMA temp_store = MEMORY; PRAGMA cache_size = -4096');
      return books;
    } catch (error) {
      books.close();
      throw error;
    }
  });
}

/** Books of which nothing is written yet, for a rehearsal on them. */
export function emptyDatabase(): OpenDatabase {
  const database = new DatabaseSync(':memory:');
  migrateFile(database, 'a store in memory', silentLog);
  return opened(database);
}

/** Read without locks; whoever reads asks after each time whether a hub has begun to write meanwhile. */
function openStill(file: string): OpenDatabase {
  const before = stampOf(file);
  const address = pathToFileURL(file);
  address.searchParams.set('immutable', '1');
  const database = new DatabaseSync(address, { readOnly: true });
  return opened(database, () => stampOf(file) !== before);
}

function openLogged(file: string): OpenDatabase {
  if (existsSync(`${file}-shm`)) return opened(new DatabaseSync(file, { readOnly: true }));
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-read-'));
  try {
    for (const end of ['', '-wal']) copyFileSync(`${file}${end}`, join(folder, `store.db${end}`));
    const copy = opened(new DatabaseSync(join(folder, 'store.db')));
    const close = (): void => {
      copy.close();
      rmSync(folder, { recursive: true });
    };
    return { ...copy, close };
  } catch (error) {
    rmSync(folder, { recursive: true });
    throw error;
  }
}

/** Changes with every change of the file, and once a log holds something. */
function stampOf(file: string): string {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return [stats?.mtimeNs, stats?.size, stats?.ino, sizeOf(`${file}-wal`) > 0].join(' ');
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
