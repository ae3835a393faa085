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
import { leased, type VersionDocument } from './leased.ts';

/** Instead of a version, until all documents of a backup are there. */
export const RESTORING = 0;

export interface MigrationParts {
  runtime: Runtime;
  /** Ends all sessions that processes of an older version write with: they commit nothing any more. */
  endSessions(): Promise<void>;
}

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
  const schema = versionIn(database);
  return leased(schema, { version: from }, runtime, async (mine) => {
    runtime.log('info', 'store.migrating', { from, to: version, about });
    await endSessions();
    await up(database);
    const done = await schema.updateOne(mine, { $set: { version }, $unset: { lease: '' } });
    // Who stood still for too long finds another at it: what both wrote is the same.
    if (done.matchedCount === 1) runtime.log('info', 'store.migrated', { from, to: version });
  });
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
