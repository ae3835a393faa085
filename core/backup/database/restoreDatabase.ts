import { join } from 'node:path';
import type { Db, Filter } from 'mongodb';
import { BEGINNING } from '../../commit.ts';
import { StockbusError } from '../../errors.ts';
import type { Runtime } from '../../runtime.ts';
import { newestVersion } from '../../stores/migrations/StoreVersions.ts';
import { type Collections, declareCollections } from '../../stores/mongodb/Collections.ts';
import type { InboxDocument, LogDocument } from '../../stores/mongodb/documents.ts';
import { databaseVersions } from '../../stores/mongodb/migrations/databaseVersions.ts';
import { leased, type VersionDocument } from '../../stores/mongodb/migrations/leased.ts';
import { RESTORING, versionIn } from '../../stores/mongodb/migrations/migrateDatabase.ts';
import type { PackDocument } from '../../stores/mongodb/packDocuments.ts';
import { REGISTRY } from '../../stores/mongodb/RecordingFloors.ts';
import { isDuplicateKey } from '../../stores/mongodb/storeError.ts';
import {
  type BackupManifest,
  hashOfFile,
  MANIFEST,
  readManifest,
  requireSchema,
  requireStore,
  unusable,
} from '../BackupManifest.ts';
import { readBsonFile } from './bsonFile.ts';
import { type CopiedName, copiedNames, decoded } from './copiedRows.ts';
import { digestOfDatabase } from './digestOfDatabase.ts';
import { Insertion } from './Insertion.ts';
import { type RebuiltName, RebuiltRows } from './RebuiltRows.ts';

export const fileOf = (name: CopiedName): string => `${name}.bson.gz`;

/** Of which a server says nothing to anybody. */
const isOurs = ({ name }: { name: string }): boolean => !name.startsWith('system.');

/**
 * Puts the rows of a backup into a database that is empty, and makes what follows from them. Until all are there,
 * and are what the backup says of itself, the database is marked so that no hub starts on it; one that was
 * left so is restored anew. Throws DATABASE_TAKEN, BACKUP_UNUSABLE, FORMAT_UNKNOWN, STORE_SCHEMA.
 */
export async function restoreDatabase(
  folder: string,
  { database, collections }: { database: Db; collections: Collections },
  runtime: Runtime,
): Promise<BackupManifest> {
  const manifest = checkedBackup(folder);
  await mark(database);
  const schema = versionIn(database);
  const isMine = await leased(schema, { version: RESTORING }, runtime, async (mine) => {
    try {
      await dropRows(database);
      await load(folder, collections, manifest);
      await declareCollections(database);
      await compare(folder, collections, manifest);
      const { knownAt } = manifest;
      const moment = { floor: knownAt ?? BEGINNING, next: knownAt ?? BEGINNING };
      await collections.sessions.updateOne({ _id: REGISTRY }, { $set: moment }, { upsert: true });
      await finish(database, mine);
    } catch (error) {
      if (await schema.findOne(mine)) await dropAll(database);
      throw error;
    }
  });
  if (!isMine) throw taken(database, AT_IT);
  return manifest;
}

/** Nothing was written before all files are what they were. */
function checkedBackup(folder: string): BackupManifest {
  const manifest = readManifest(folder);
  requireStore(manifest, 'mongodb');
  requireSchema(manifest, newestVersion(databaseVersions), folder);
  for (const name of copiedNames.map(fileOf)) {
    const file = join(folder, name);
    if (hashOf(file) === manifest.files[name]?.sha256) continue;
    const what = `${name} does not have the SHA-256 that ${MANIFEST} says`;
    throw unusable(`the backup in ${folder} is damaged or was changed: ${what}`);
  }
  return manifest;
}

function hashOf(file: string): string {
  try {
    return hashOfFile(file);
  } catch (error) {
    throw unusable(`${file} cannot be read: ${String(error)}`, error);
  }
}

/** Only what is empty, or was left unfinished, is restored into; and from here on no hub starts on it. */
async function mark(database: Db): Promise<void> {
  const schema = versionIn(database);
  const left = { _id: 'schema', version: RESTORING } as const;
  if (await schema.findOne(left)) return;
  const [found] = (await database.listCollections().toArray()).filter(isOurs);
  if (found) throw taken(database, `has a collection '${found.name}'`);
  try {
    await schema.insertOne(left);
  } catch (error) {
    if (isDuplicateKey(error)) throw taken(database, AT_IT);
    throw error;
  }
}

const AT_IT = 'is being restored by another process, or was within the last half minute';

const taken = ({ databaseName }: Db, why: string): StockbusError =>
  new StockbusError('DATABASE_TAKEN', `the database '${databaseName}' ${why}`);

async function load(folder: string, all: Collections, { files }: BackupManifest): Promise<void> {
  const into = insertionsInto(all);
  const rebuilt = new RebuiltRows(into);
  for (const name of copiedNames) {
    const file = fileOf(name);
    const { count } = into[name];
    for await (const raw of readBsonFile(join(folder, file))) {
      try {
        const row = decoded<{ _id: string }>(raw);
        await rebuildFrom(rebuilt, name, row);
        await into[name].add(row as never, raw.length);
      } catch (error) {
        throw isUnreadable(error) ? unusable(`${file} is damaged: ${error.message}`, error) : error;
      }
    }
    const added = into[name].count - count;
    const said = files[file]?.documents;
    if (added !== said) throw unusable(`${file} has ${added} documents, ${MANIFEST} says ${said}`);
  }
  await rebuilt.end();
  for (const insertion of Object.values(into)) await insertion.end();
}

type Insertions = { [Name in CopiedName | RebuiltName]: Insertion<Collections[Name]> };

const insertionsInto = (all: Collections): Insertions =>
  Object.fromEntries(
    Object.entries(all).map(([name, collection]) => [name, new Insertion(collection)]),
  ) as unknown as Insertions;

async function rebuildFrom(rebuilt: RebuiltRows, name: CopiedName, row: object): Promise<void> {
  if (name === 'packs') await rebuilt.pack(row as PackDocument);
  else if (name === 'log') await rebuilt.line(row as LogDocument);
  else if (name === 'inbox') rebuilt.message(row as InboxDocument);
}

/** No document of ours, though BSON. */
const isUnreadable = (error: unknown): error is Error =>
  error instanceof SyntaxError ||
  error instanceof TypeError ||
  (error as { name?: unknown }).name === 'BSONError';

async function compare(folder: string, all: Collections, said: BackupManifest): Promise<void> {
  const { digest, skus } = await digestOfDatabase(all, LATEST);
  const found = { digest: digest === '' ? null : digest, skus };
  for (const name of ['skus', 'digest'] as const) {
    if (found[name] === said[name]) continue;
    const what = `its books have ${name} ${found[name]}, ${MANIFEST} says ${said[name]}`;
    throw unusable(`the backup in ${folder} is damaged or was changed: ${what}`);
  }
}

/** After all moments: whatever is there counts. */
const LATEST = '9999';

/** From here on a hub may start. */
async function finish(database: Db, mine: Filter<VersionDocument>): Promise<void> {
  const version = newestVersion(databaseVersions);
  const whole = { $set: { version }, $unset: { lease: '' as const } };
  const { matchedCount } = await versionIn(database).updateOne(mine, whole);
  if (matchedCount === 0) throw taken(database, AT_IT);
}

async function dropAll(database: Db): Promise<void> {
  await dropRows(database);
  await versionIn(database).drop();
}

/** The mark stays until all else is gone. */
async function dropRows(database: Db): Promise<void> {
  for (const { name } of (await database.listCollections().toArray()).filter(isOurs)) {
    if (name !== 'schema') await database.dropCollection(name);
  }
}
