import { readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { StockbusError } from '../errors.ts';
import { closeToOthers, makePrivateFolder } from '../privateFiles.ts';
import type { Runtime } from '../runtime.ts';
import { type BackupManifest, backupManifest, MANIFEST, writeManifest } from './BackupManifest.ts';
import type { BooksPlace } from './BooksPlace.ts';

/**
 * Makes a backup of books into a folder that is not there, or empty; whether or not a hub writes them.
 * One that fails leaves nothing behind. Throws BACKUP_FOLDER_TAKEN, DATA_FOLDER_MISSING, DATA_FOLDER_UNUSABLE,
 * STORE_SCHEMA, and what the store throws.
 */
export async function backupBooks(
  books: BooksPlace,
  folder: string,
  { stockbus, mask, runtime }: { stockbus: string; mask: number; runtime: Runtime },
): Promise<BackupManifest> {
  const isNew = !isEmptyFolder(folder);
  makePrivateFolder(folder, mask);
  closeToOthers([folder], mask);
  try {
    const madeAt = new Date(runtime.now()).toISOString();
    const manifest = backupManifest({ stockbus, madeAt, ...(await books.copy(folder)) });
    writeManifest(folder, manifest);
    return manifest;
  } catch (error) {
    for (const name of [...books.files, MANIFEST]) rmSync(join(folder, name), { force: true });
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
