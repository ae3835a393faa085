/**
 * A migration that no release has: outbox rows get the day on which they were made, and an index on it. It goes row by row
 * and calls between them, so that a test can stop it, or the process, half done.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Db } from 'mongodb';
import { newestVersion } from '../../../core/stores/migrations/StoreVersions.ts';
import { databaseVersions as ofDatabase } from '../../../core/stores/mongodb/migrations/databaseVersions.ts';
import { fileVersions as ofFile } from '../../../core/stores/sqlite/migrations/fileVersions.ts';

export const DAY = '2025-03-01';

type Between = (done: number) => void | Promise<void>;
type List = { push(...of: object[]): void; pop(): void };

/** From now on this process works on the version after the newest, as a newer program would. */
export function addMigration(between: Between = () => undefined): void {
  const migration = { about: 'a day for each row of the outbox' };
  const file = { version: newestVersion(ofFile) + 1, up: fileUp(between) };
  (ofFile.migrations as unknown as List).push({ ...migration, ...file });
  const database = { version: newestVersion(ofDatabase) + 1, up: databaseUp(between) };
  (ofDatabase.migrations as unknown as List).push({ ...migration, ...database });
}

export function removeMigration(): void {
  for (const { migrations } of [ofFile, ofDatabase]) (migrations as unknown as List).pop();
}

const fileUp = (between: Between) => (database: DatabaseSync) => {
  database.exec(`ALTER TABLE outbox ADD COLUMN day TEXT NOT NULL DEFAULT ''`);
  const rows = database.prepare('SELECT position FROM outbox').all();
  rows.forEach(({ position }, index) => {
    database.prepare('UPDATE outbox SET day = day || ? WHERE position = ?').run(DAY, position!);
    between(index + 1);
  });
  database.exec('CREATE INDEX outbox_day ON outbox (day)');
};

const databaseUp = (between: Between) => async (database: Db) => {
  const outbox = database.collection('outbox');
  const rows = await outbox.find({ day: { $exists: false } }).toArray();
  for (const [index, { _id }] of rows.entries()) {
    await outbox.updateOne({ _id }, { $set: { day: DAY } });
    await between(index + 1);
  }
  await outbox.createIndex({ day: 1 }, { name: 'day' });
};
