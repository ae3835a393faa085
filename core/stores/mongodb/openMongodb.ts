import { MongoClient } from 'mongodb';
import { StockbusError } from '../../errors.ts';
import { joined } from '../../joined.ts';
import type { Store } from '../../ports.ts';
import { retried } from '../../retried.ts';
import type { Runtime } from '../../runtime.ts';
import { isServerAddress, shownAddress } from '../../serverAddress.ts';
import { PackLists } from '../packs/PackLists.ts';
import { collectionsOf, declareCollections } from './Collections.ts';
import { closingsInDatabase } from './closingsInDatabase.ts';
import { commitsInDatabase } from './commitsInDatabase.ts';
import { controlInDatabase } from './controlInDatabase.ts';
import { deadLettersInDatabase } from './deadLettersInDatabase.ts';
import { figuresInDatabase } from './figuresInDatabase.ts';
import { historyInDatabase } from './historyInDatabase.ts';
import { inHubWords } from './inHubWords.ts';
import { KnownPacks } from './KnownPacks.ts';
import { listsInDatabase } from './listsInDatabase.ts';
import { MongodbEvents } from './MongodbEvents.ts';
import { MongodbPacks } from './MongodbPacks.ts';
import { refuseOtherDocuments } from './migrations/migrateDatabase.ts';
import { namesInDatabase } from './namesInDatabase.ts';
import { producersInDatabase } from './producersInDatabase.ts';
import { RecordingFloors } from './RecordingFloors.ts';
import { stagesInDatabase } from './stagesInDatabase.ts';
import { isTransient } from './storeError.ts';
import { Transactions } from './Transactions.ts';
import { WriterSessions } from './WriterSessions.ts';

/** Used where the address names no database; the driver's own default is `test`. */
const DATABASE = 'stockbus';

/** How long an operation looks for a primary. */
const SERVER_SELECTION_TIMEOUT_MS = 5_000;
/** Over half a minute: a process that commits without a pause is in the way of each of them. */
const END_ATTEMPTS = 40;
const SOCKET_TIMEOUT_MS = 60_000;
/** After so long at most it is seen that a server is a primary again. */
const HEARTBEAT_FREQUENCY_MS = 2_000;

/** Connects; who only reads makes nothing that is missing. Throws STORE_UNREACHABLE, STORE_STANDALONE, CONFIG_BAD_VALUE. */
export async function openMongodb(
  address: string,
  runtime: Runtime,
  isReader: boolean,
): Promise<Store> {
  const connection = connectionTo(address);
  const { client } = connection;
  const store = inHubWords(storeOf(connection, runtime, isReader), connection.address);
  try {
    await store.open();
  } catch (error) {
    await client.close();
    throw error;
  }
  return store;
}

/** A database, before anything is asked of it; `address` is for messages. Throws CONFIG_BAD_VALUE. */
export function connectionTo(address: string) {
  const client = clientOf(address);
  const named = /^[^/]*\/\/[^/]+\/([^?]+)/.exec(address)?.[1];
  const name = named === undefined ? DATABASE : decodeURIComponent(named);
  const collections = collectionsOf(client.db(name, { promoteLongs: false }));
  return { client, database: client.db(name), collections, address: shownAddress(address) };
}

/** A replica set or a sharded cluster, each commit one transaction. Throws what the driver throws. */
function storeOf(connection: Connection, runtime: Runtime, isReader: boolean) {
  const { client, database, collections } = connection;
  const known = new KnownPacks();
  const floors = new RecordingFloors(collections, runtime);
  const sessions = new WriterSessions(client, collections, floors);
  const transactions = new Transactions(client, sessions, runtime);
  const packs = new MongodbPacks(collections, known);
  const closings = closingsInDatabase(collections);
  const parts = { ...connection, runtime, isReader, floors, sessions, transactions, known, packs };
  const open = async (): Promise<void> => {
    await requireTransactions(connection);
    if (isReader) return refuseOtherDocuments(database);
    const endSessions = () => retried(runtime, isTransient, () => sessions.endAll(), END_ATTEMPTS);
    await declareCollections(database, { runtime, endSessions });
    await sessions.endThoseOfTheDead();
    await floors.raise();
  };
  return joined(
    { open },
    commitsInDatabase(parts),
    new PackLists(packs, closings),
    listsInDatabase(collections),
    new MongodbEvents(parts),
    closings,
    stagesInDatabase(parts),
    controlInDatabase(parts),
    historyInDatabase(parts),
    figuresInDatabase(collections),
    namesInDatabase(collections),
    producersInDatabase(collections),
    deadLettersInDatabase(collections),
    packs,
  );
}

/** They need a replica set or a sharded cluster. Throws STORE_STANDALONE. */
async function requireTransactions({ client, database, address }: Connection): Promise<void> {
  await client.connect();
  const hello = await database.command({ hello: 1 });
  if (hello.setName !== undefined || hello.msg === 'isdbgrid') return;
  const what = `${address} is a standalone server, which has no transactions`;
  throw new StockbusError('STORE_STANDALONE', what);
}

type Connection = ReturnType<typeof connectionTo>;

function clientOf(address: string): MongoClient {
  try {
    // The driver would take a part of the password for a host, and name it.
    if (!isServerAddress(address)) throw new Error('it is not plain where its password ends');
    return new MongoClient(address, {
      appName: 'stockbus',
      ignoreUndefined: true,
      heartbeatFrequencyMS: HEARTBEAT_FREQUENCY_MS,
      // The driver would look at each character for what no driver writes, a sixth of `verify`; hashes tell.
      enableUtf8Validation: false,
      readConcernLevel: 'majority',
      readPreference: 'primary',
      w: 'majority',
      serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MS,
      socketTimeoutMS: SOCKET_TIMEOUT_MS,
    });
  } catch (error) {
    throw badAddress(address, error);
  }
}

/** The driver's reason may quote the address: it is told only where there is nothing in it to hide. */
function badAddress(address: string, error: unknown): StockbusError {
  const reason = error instanceof Error ? error.message : String(error);
  const hides = /@|password|secret|token|properties/i.test(address);
  const what = `the store's address (${shownAddress(address)}) is not one of MongoDB`;
  const message = hides ? what : `${what}: ${reason}`;
  return new StockbusError('CONFIG_BAD_VALUE', message, undefined, {
    ...(hides ? {} : { cause: error }),
    todo: 'write mongodb://host:27017/stockbus?replicaSet=name, with special characters of user and password as %XX',
  });
}
