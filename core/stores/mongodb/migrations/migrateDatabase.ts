import type { Collection, Db } from 'mongodb';
import { StockbusError } from '../../../errors.ts';
import type { Runtime } from '../../../runtime.ts';
import {
  type Migration,
  migrationsFrom,
  newestVersion,
  otherVersion,
  refuseOutdated,
  refuseUpgraded,
} from '../../migrations/StoreVersions.ts';
import { isDuplicateKey } from '../storeError.ts';
import { databaseVersions } from './databaseVersions.ts';

interface VersionDocument {
  _id: 'schema';
  version: number;
  /** Who brings it up to date, and until when he is to be left alone; he says so again and again. */
  lease?: { by: string; until: number };
  /** While it is RESTORING: which attempt. */
  restoredBy?: string;
}

/** Instead of a version, until all documents of a backup are there. */
export const RESTORING = 0;

export interface MigrationParts {
  runtime: Runtime;
  /** Ends all sessions that processes of an older version write with: they commit nothing any more. */
  endSessions(): Promise<void>;
}

/** Whoever died with the lease keeps others waiting so long. */
const LEASE_MS = 30_000;
const WAIT_MS = 500;

export const versionIn = (database: Db): Collection<VersionDocument> =>
  database.collection('schema');
const what = ({ databaseName }: Db): string => `database '${databaseName}' has documents`;

/**
 * Notes the version in an empty database, before anything else is written there: a store without it is of a version that did
 * not write it. Brings documents of an older version up to date, a version at a time, which is noted last. Throws STORE_SCHEMA.
 */
export async function migrateDatabase(
  database: Db,
  existing: ReadonlyMap<string, unknown>,
  parts: MigrationParts,
): Promise<void> {
  if (existing.has('heads') && !existing.has('schema')) {
    throw otherVersion(databaseVersions, 'before 3', what(database));
  }
  try {
    await versionIn(database).insertOne({
      _id: 'schema',
      version: newestVersion(databaseVersions),
    });
    return;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  for (let waits = 0; !(await isCurrent(database)); ) {
    if (await migrateOnce(database, parts)) continue;
    if (waits === 0) parts.runtime.log('info', 'store.migration_awaited', {});
    waits += 1;
    await parts.runtime.sleep(WAIT_MS);
  }
}

async function isCurrent(database: Db): Promise<boolean> {
  return (await waiting(database)).length === 0;
}

async function waiting(database: Db): Promise<readonly Migration<Db>[]> {
  const version = await foundIn(database);
  return version === undefined ? [] : migrationsFrom(databaseVersions, version, what(database));
}

/** Throws RESTORE_UNFINISHED. */
async function foundIn(database: Db): Promise<number | undefined> {
  const version = (await versionIn(database).findOne({ _id: 'schema' }))?.version;
  if (version !== RESTORING) return version;
  const what = `a restore into database '${database.databaseName}' has not come to its end`;
  throw new StockbusError('RESTORE_UNFINISHED', what);
}

/** The next version; false where somebody else is at it. */
async function migrateOnce(database: Db, parts: MigrationParts): Promise<boolean> {
  const { runtime, endSessions } = parts;
  const [next] = await waiting(database);
  if (!next) return true;
  const { version, about, up } = next;
  const from = version - 1;
  const by = runtime.newId();
  const schema = versionIn(database);
  const lease = () => ({ by, until: runtime.now() + LEASE_MS });
  const isFree = [{ lease: { $exists: false } }, { 'lease.until': { $lt: runtime.now() } }];
  const free = { _id: 'schema', version: from, $or: isFree } as const;
  const mine = { _id: 'schema', version: from, 'lease.by': by } as const;
  const taken = await schema.updateOne(free, { $set: { lease: lease() } });
  if (taken.matchedCount === 0) return false;
  const renewal = runtime.every(LEASE_MS / 3, () => {
    schema.updateOne(mine, { $set: { lease: lease() } }).catch((error: unknown) => {
      runtime.log('warn', 'store.lease_kept', { reason: String(error) });
    });
  });
  try {
    runtime.log('info', 'store.migrating', { from, to: version, about });
    await endSessions();
    await up(database);
    const done = await schema.updateOne(mine, { $set: { version }, $unset: { lease: '' } });
    // Who stood still for too long finds another at it: what both wrote is the same.
    if (done.matchedCount === 1) runtime.log('info', 'store.migrated', { from, to: version });
  } catch (error) {
    await schema.updateOne(mine, { $unset: { lease: '' } });
    throw error;
  } finally {
    renewal.stop();
  }
  return true;
}

/** Throws STORE_SCHEMA for documents of another version. */
export async function refuseOtherDocuments(database: Db): Promise<void> {
  const version = await foundIn(database);
  if (version !== undefined) refuseOutdated(databaseVersions, version, what(database));
}

/** Throws STORE_UPGRADED once the documents are not those that this process opened, or about to be others. */
export async function refuseChangedDocuments(database: Db): Promise<void> {
  const found = await versionIn(database).findOne({ _id: 'schema' });
  const newest = newestVersion(databaseVersions);
  const version = found?.lease ? newest + 1 : (found?.version ?? newest);
  refuseUpgraded(newest, version, what(database));
}
