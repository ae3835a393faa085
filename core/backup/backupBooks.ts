import { readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StockbusError } from '../errors.ts';
import { closeToOthers, databaseFiles, makePrivateFolder } from '../privateFiles.ts';
import type { Runtime } from '../runtime.ts';
import { type BackupManifest, backupManifest, MANIFEST, writeManifest } from './BackupManifest.ts';
import { checkedBooks } from './checkedBooks.ts';
import { copyBooks } from './copyBooks.ts';

/**
 * Makes a backup of the books in `books` into a folder that is not there, or empty; whether or not a hub writes
 * them. What is in the copy is looked at in the copy. One that fails leaves nothing behind. Throws
 * BACKUP_FOLDER_TAKEN, DATA_FOLDER_MISSING, DATA_FOLDER_UNUSABLE, STORE_CORRUPT, STORE_DISK, STORE_SCHEMA.
 */
export async function backupBooks(
  books: string,
  folder: string,
  { stockbus, mask, runtime }: { stockbus: string; mask: number; runtime: Runtime },
): Promise<BackupManifest> {
  const isNew = !isEmptyFolder(folder);
  makePrivateFolder(folder, mask);
  closeToOthers([folder], mask);
  try {
    const madeAt = new Date(runtime.now()).toISOString();
    await copyBooks(books, folder);
    const facts = await checkedBooks(folder, runtime);
    const manifest = backupManifest({ stockbus, madeAt, ...facts });
    writeManifest(folder, manifest);
    return manifest;
  } catch (error) {
    const file = join(folder, 'store.db');
    for (const one of [...databaseFiles(file), `${file}-journal`, join(folder, MANIFEST)]) {
      rmSync(one, { force: true });
    }
    if (isNew) rmdirSync(folder);
    throw error;
  }
}

/** False where nothing is; throws BACKUP_FOLDER_TAKEN where something else is. */
function isEmptyFolder(folder: string): boolean {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (!stats) return false;
  if (stats.isDirectory() && readdirSync(folder).length === 0) return true;
  const why = stats.isDirectory() ? 'is not empty' : 'is no folder';
  throw new StockbusError('BACKUP_FOLDER_TAKEN', `${folder} ${why}`);
}
