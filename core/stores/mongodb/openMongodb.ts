import { MongoClient } from 'mongodb';
import { StockbusError } from '../../errors.ts';
import type { Store } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import { MongodbStore } from './MongodbStore.ts';
import { addressWithoutSecrets } from './storeError.ts';

/** Used where the address names no database; the driver's own default is `test`. */
const DATABASE = 'stockbus';

/** How long an operation looks for a primary. */
const SERVER_SELECTION_TIMEOUT_MS = 5_000;
const SOCKET_TIMEOUT_MS = 60_000;

/** Connects; `open` makes what is missing, or not. Throws STORE_UNREACHABLE, STORE_STANDALONE, CONFIG_BAD_VALUE. */
export async function openMongodb(
  address: string,
  runtime: Runtime,
  open: (store: MongodbStore) => Promise<void>,
): Promise<Store> {
  const client = clientOf(address);
  const named = /^[^/]*\/\/[^/]+\/([^?]+)/.exec(address)?.[1];
  const database = named === undefined ? DATABASE : decodeURIComponent(named);
  const store = new MongodbStore(client, database, addressWithoutSecrets(address), runtime);
  try {
    await open(store);
  } catch (error) {
    await client.close();
    throw error;
  }
  return store;
}

function clientOf(address: string): MongoClient {
  try {
    return new MongoClient(address, {
      appName: 'stockbus',
      ignoreUndefined: true,
      readConcernLevel: 'majority',
      readPreference: 'primary',
      w: 'majority',
      serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MS,
      socketTimeoutMS: SOCKET_TIMEOUT_MS,
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const name = addressWithoutSecrets(address);
    throw new StockbusError(
      'CONFIG_BAD_VALUE',
      `'${name}' is not an address: ${reason}`,
      undefined,
      {
        cause: error,
        todo: 'write mongodb://host:27017/stockbus?replicaSet=name',
      },
    );
  }
}
