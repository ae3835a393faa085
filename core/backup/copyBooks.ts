import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { backup } from 'node:sqlite';
import { StockbusError } from '../errors.ts';
import { databaseFiles } from '../privateFiles.ts';
import { translated } from '../stores/sqlite/openDatabase.ts';
import { readDatabase } from '../stores/sqlite/readDatabase.ts';

/** Copied at once; memory is what SQLite caches, however large the file. */
const PAGES_A_STEP = 4096;

/** Times that books which a hub began to write while they were read as still are copied anew. */
const MAX_COPIES = 3;

interface CopyProgress {
  totalPages: number;
  remainingPages: number;
}

/**
 * Copies store.db from one folder into another as it was at one moment. A hub goes on committing meanwhile: what
 * it writes goes to its log, which grows until the copy is through. VACUUM INTO takes as long and holds up as little,
 * but writes all tables anew: here pages are copied as they lie.
 */
export async function copyBooks(
  from: string,
  to: string,
  tell: (done: number) => void,
): Promise<void> {
  const file = join(to, 'store.db');
  for (let copies = 1; ; copies += 1) {
    // SQLite keeps the mode of a file that is there.
    closeSync(openSync(file, 'wx', 0o600));
    const { database, isOutdated, close } = readDatabase(from);
    try {
      // One view for all steps: by itself a copy begins anew with each commit of another process.
      database.exec('BEGIN');
      database.prepare('SELECT count(*) FROM sqlite_schema').get();
      const progress = ({ totalPages, remainingPages }: CopyProgress): void =>
        tell(1 - remainingPages / Math.max(1, totalPages));
      await backup(database, file, { rate: PAGES_A_STEP, progress });
      database.exec('COMMIT');
      if (!isOutdated()) return;
      if (copies === MAX_COPIES) throw contended(from);
    } catch (error) {
      translated(file, () => {
        throw error;
      });
    } finally {
      close();
    }
    for (const one of [...databaseFiles(file), `${file}-journal`]) rmSync(one, { force: true });
  }
}

const contended = (folder: string): StockbusError =>
  new StockbusError(
    'STORE_CONTENDED',
    `the books in ${folder} changed during each of ${MAX_COPIES} copies`,
  );
