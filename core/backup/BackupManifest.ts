/** What a backup says of itself, beside the copy of the books. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StockbusError } from '../errors.ts';
import { isObject } from '../spec.ts';

const FORMAT = 2;

export const MANIFEST = 'backup.json';

export interface BackupManifest {
  format: typeof FORMAT;
  /** Version of Stockbus that made it. */
  stockbus: string;
  /** Kind of store that the books lay in, and that they can be restored into. */
  store: 'sqlite' | 'mongodb';
  /** Version of its tables, or documents. */
  schema: number;
  madeAt: string;
  /** All that was recorded up to this moment is in it, and nothing else; null of books without a commit. */
  knownAt: string | null;
  skus: number;
  /** As `stockbus verify --known-at` prints it for that moment; null where there are no packs. */
  digest: string | null;
  /** By their names. */
  files: Record<string, FileFacts>;
}

export interface FileFacts {
  /** In hex. */
  sha256: string;
  /** How many are in it, where it is a collection. */
  documents?: number;
}

/** What there is to say of books themselves. */
export type BooksFacts = Omit<BackupManifest, 'format' | 'stockbus' | 'madeAt'>;

export const backupManifest = (facts: Omit<BackupManifest, 'format'>): BackupManifest => ({
  format: FORMAT,
  ...facts,
});

/** Durable before it returns. The last file of a backup: a folder without it holds none. */
export function writeManifest(folder: string, manifest: BackupManifest): void {
  const file = join(folder, MANIFEST);
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`;
  writeFileSync(file, text, { flag: 'wx', mode: 0o600, flush: true });
  syncFolder(folder);
}

/** Throws BACKUP_UNUSABLE and FORMAT_UNKNOWN. */
export function readManifest(folder: string): BackupManifest {
  const file = join(folder, MANIFEST);
  let manifest: unknown;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw unusable(`${file} cannot be read: ${String(error)}`, error);
  }
  if (isObject(manifest) && typeof manifest.format === 'number' && manifest.format !== FORMAT) {
    const message = `${file} has format ${manifest.format}, this Stockbus reads ${FORMAT}`;
    throw new StockbusError('FORMAT_UNKNOWN', message);
  }
  if (!isManifest(manifest)) throw unusable(`${file} does not say what a backup says of itself`);
  return manifest;
}

function isManifest(value: unknown): value is BackupManifest {
  if (!isObject(value) || !isObject(value.files)) return false;
  const { format, stockbus, store, schema, madeAt, knownAt, skus, digest, files } = value;
  const sums = Object.values(files).map((file) => isObject(file) && file.sha256);
  const texts = [stockbus, store, madeAt, knownAt ?? '', digest ?? '', ...sums];
  const numbers = [format, schema, skus];
  return (
    texts.every((text) => typeof text === 'string') && numbers.every((one) => Number.isInteger(one))
  );
}

/** Throws BACKUP_UNUSABLE where what lies in the folder is of another kind of store. */
export function requireStore({ store }: BackupManifest, wanted: BackupManifest['store']): void {
  if (store === wanted) return;
  throw unusable(`it is of books in ${store}, and is restored there, not into ${wanted}`);
}

/** Throws STORE_SCHEMA for a backup of another version: who made it restores it, and the books are brought up to date then. */
export function requireSchema(
  { schema, stockbus }: BackupManifest,
  newest: number,
  folder: string,
): void {
  if (schema === newest) return;
  const message = `the backup in ${folder} is of version ${schema}, this Stockbus restores version ${newest}`;
  throw new StockbusError('STORE_SCHEMA', message, undefined, {
    todo: `Restore it with Stockbus ${stockbus}, which made it; a newer one brings the books up to date then (docs/upgrading.md).`,
  });
}

export const unusable = (message: string, cause?: unknown): StockbusError =>
  new StockbusError('BACKUP_UNUSABLE', message, undefined, cause === undefined ? {} : { cause });

const BLOCK_BYTES = 1024 * 1024;

/** SHA-256 of a file, in hex, a block at a time. */
export function hashOfFile(file: string): string {
  const hash = createHash('sha256');
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    for (;;) {
      const bytes = readSync(descriptor, block);
      if (bytes === 0) return hash.digest('hex');
      hash.update(block.subarray(0, bytes));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** What was put into a folder, or took another name there, is so after a crash, too. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
