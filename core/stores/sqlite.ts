import { join, resolve } from 'node:path';
import { StockbusError } from '../errors.ts';
import type { StoreSpec } from '../ports.ts';
import { isThere } from '../privateFiles.ts';
import { openDatabase } from './sqlite/openDatabase.ts';
import { openSqlite } from './sqlite/openSqlite.ts';
import { emptyDatabase, readDatabase } from './sqlite/readDatabase.ts';

const SCHEME = 'file:';

/** The embedded store: one file, nothing to install. Address: `file:<folder>`. */
export const sqlite: StoreSpec = {
  name: 'sqlite',
  about: 'Stock in store.db in the data folder. One machine; durable at every commit.',
  schemes: [SCHEME],
  open: async (address, { log, now }) =>
    openSqlite(folderOf(address), (folder) => openDatabase(folder, log), now),
  openToRead: async (address, _runtime, { orEmpty }) =>
    openSqlite(folderOf(address), (folder) => {
      const isEmpty = orEmpty && !isThere(join(folder, 'store.db'));
      return isEmpty ? emptyDatabase() : readDatabase(folder);
    }),
};

function folderOf(address: string): string {
  const folder = address.startsWith(SCHEME) ? address.slice(SCHEME.length) : '';
  if (folder !== '') return resolve(folder);
  const message = 'the address of the store names no folder';
  throw new StockbusError('CONFIG_BAD_VALUE', message, undefined, {
    todo: 'write file:<folder>, such as file:./data',
  });
}
