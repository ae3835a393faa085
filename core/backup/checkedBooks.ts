import { join } from 'node:path';
import { BEGINNING } from '../commit.ts';
import { StockbusError } from '../errors.ts';
import { backendOf } from '../hub/backendOf.ts';
import type { Runtime } from '../runtime.ts';
import { stores } from '../storeKinds.ts';
import { readDatabase } from '../stores/sqlite/readDatabase.ts';
import { digestOf } from '../verify/LedgerDigest.ts';
import { type BooksFacts, hashOfFile } from './BackupManifest.ts';

/**
 * What there is to say of store.db in a folder where nobody writes it. Nothing is written there.
 * Throws STORE_CORRUPT where SQLite finds damage, STORE_SCHEMA for tables of another version.
 */
export async function checkedBooks(folder: string, runtime: Runtime): Promise<BooksFacts> {
  const schema = checkTables(folder);
  const address = `file:${folder}`;
  const kind = backendOf('store', stores, address);
  const books = await kind.openToRead(address, runtime, { orEmpty: false });
  try {
    const { digest, skus } = await digestOf(books);
    const knownAt = await books.finalUntil();
    return {
      ...{ store: 'sqlite', schema, skus },
      knownAt: knownAt === BEGINNING ? null : knownAt,
      digest: digest === '' ? null : digest,
      files: { 'store.db': { sha256: hashOfFile(join(folder, 'store.db')) } },
    };
  } finally {
    await books.close();
  }
}

/** Their version. */
function checkTables(folder: string): number {
  const { database, close } = readDatabase(folder);
  try {
    const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
    if (found !== 'ok') {
      const message = `SQLite finds damage in ${join(folder, 'store.db')}: ${String(found)}`;
      throw new StockbusError('STORE_CORRUPT', message);
    }
    return Number(database.prepare('PRAGMA user_version').get()?.user_version);
  } finally {
    close();
  }
}
