import type { DatabaseSync } from 'node:sqlite';
import { StockbusError } from '../../../errors.ts';
import type { Log } from '../../../runtime.ts';
import {
  migrationsFrom,
  newestVersion,
  refuseOutdated,
  refuseUpgraded,
} from '../../migrations/StoreVersions.ts';
import { allOrNothing, TABLES } from '../schema.ts';
import { fileVersions } from './fileVersions.ts';

/**
 * Makes the tables in an empty file, and brings those of an older version up to date: all of it in one transaction
 * under the write lock, so that it is done once, whoever else opens the file, and not at all when it is cut short.
 * Refuses those of another program, of a newer version, or too old, with STORE_SCHEMA.
 */
export function migrateFile(database: DatabaseSync, file: string, log: Log): void {
  const newest = newestVersion(fileVersions);
  if (userVersion(database) === newest) return;
  allOrNothing(database, () => {
    const found = userVersion(database);
    if (found === 0) {
      refuseForeign(database, file);
      database.exec(TABLES);
    }
    for (const { version, about, up } of migrationsFrom(
      fileVersions,
      found || fileVersions.first,
      what(file),
    )) {
      up(database);
      if (found !== 0) log('info', 'store.migrating', { file, version, about });
    }
    database.exec(`PRAGMA user_version = ${newest}`);
    if (found !== 0) log('info', 'store.migrated', { file, from: found, to: newest });
  });
}

/** Throws STORE_SCHEMA for tables of another version, and of another program. */
export function refuseOtherTables(database: DatabaseSync, file: string): void {
  refuseOutdated(fileVersions, userVersion(database), what(file));
}

/** Throws STORE_UPGRADED once the tables are not those that this process opened. */
export function refuseChangedTables(database: DatabaseSync): void {
  refuseUpgraded(newestVersion(fileVersions), userVersion(database), 'store.db has tables');
}

const what = (file: string): string => `${file} has tables`;

const userVersion = (database: DatabaseSync): number =>
  Number(database.prepare('PRAGMA user_version').get()?.user_version);

function refuseForeign(database: DatabaseSync, file: string): void {
  const table = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).get();
  if (!table) return;
  const message = `${file} is a database of another program: it has a table '${table.name}'`;
  throw new StockbusError('STORE_SCHEMA', message);
}
