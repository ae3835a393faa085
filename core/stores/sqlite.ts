import { resolve } from 'node:path';
import { StockbusError } from '../errors.ts';
import type { BackendSpec, Store } from '../ports.ts';
import { SqliteStore } from './sqlite/SqliteStore.ts';

const SCHEME = 'file:';

/** The embedded store: one file, nothing to install. Address: `file:<folder>`. */
export const sqlite: BackendSpec<Store> = {
  name: 'sqlite',
  about: 'Stock in store.db in the data folder. One machine; durable at every commit.',
  schemes: [SCHEME],
  async open(address) {
    const folder = address.startsWith(SCHEME) ? address.slice(SCHEME.length) : '';
    if (folder === '') {
      throw new StockbusError(
        'CONFIG_BAD_VALUE',
        `'${address}' is not the address of a folder`,
        undefined,
        {
          todo: 'write file:<folder>, such as file:./data',
        },
      );
    }
    const store = new SqliteStore(resolve(folder));
    await store.open();
    return store;
  },
};
