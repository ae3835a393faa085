/** The collections and indexes of a store: declared on open, and checked where they exist. */
import type { Collection, Db, IndexDirection } from 'mongodb';
import { StockbusError } from '../../errors.ts';
import type {
  BalanceDocument,
  EntryDocument,
  HeadDocument,
  LayerDocument,
} from './bookDocuments.ts';
import type {
  BatchDocument,
  InboxDocument,
  LocationDocument,
  OutboxDocument,
  ParkedDocument,
  PoolSumDocument,
  SessionDocument,
} from './documents.ts';
import type {
  CheckpointDocument,
  OpenOrderDocument,
  PeriodDocument,
  ReservationDocument,
} from './orderDocuments.ts';
import { isDuplicateKey } from './storeError.ts';
import type { UnsummedDocument } from './unsummed.ts';

export interface Collections {
  sessions: Collection<SessionDocument>;
  heads: Collection<HeadDocument>;
  entries: Collection<EntryDocument>;
  unsummed: Collection<UnsummedDocument>;
  monthSums: Collection<PoolSumDocument>;
  daySums: Collection<PoolSumDocument>;
  balances: Collection<BalanceDocument>;
  layers: Collection<LayerDocument>;
  checkpoints: Collection<CheckpointDocument>;
  reservations: Collection<ReservationDocument>;
  openOrders: Collection<OpenOrderDocument>;
  period: Collection<PeriodDocument>;
  inbox: Collection<InboxDocument>;
  batches: Collection<BatchDocument>;
  parked: Collection<ParkedDocument>;
  locations: Collection<LocationDocument>;
  outbox: Collection<OutboxDocument>;
}

interface Index {
  name: string;
  key: Record<string, IndexDirection>;
  /** Only documents that have the field. */
  sparse?: true;
  /** Only documents with these values. */
  partial?: Record<string, string>;
}

/** What a collection has beside the index on `_id`, which serves all else. */
const INDEXES: Record<keyof Collections, Index[]> = {
  sessions: [],
  heads: [{ name: 'recost', key: { 'recost.at': 1 }, sparse: true }],
  entries: [
    { name: 'document', key: { document: 1 } },
    { name: 'at', key: { at: 1 } },
    { name: 'recordedAt', key: { recordedAt: 1 } },
    // Changes of method are few, and every valuation asks for them.
    { name: 'method', key: { kind: 1, _id: 1 }, partial: { kind: 'method' } },
  ],
  unsummed: [],
  monthSums: [],
  daySums: [],
  balances: [],
  layers: [{ name: 'sku', key: { sku: 1 } }],
  checkpoints: [],
  reservations: [
    { name: 'due', key: { due: 1 }, sparse: true },
    { name: 'state', key: { state: 1, _id: 1 } },
    { name: 'sku', key: { 'lines.sku': 1, _id: 1 } },
  ],
  openOrders: [
    { name: 'document', key: { document: 1 } },
    { name: 'order', key: { order: 1 } },
  ],
  period: [],
  inbox: [],
  batches: [],
  parked: [
    { name: 'parkedAt', key: { parkedAt: 1, _id: 1 } },
    { name: 'flow', key: { flow: 1, parkedAt: 1, _id: 1 } },
  ],
  locations: [],
  outbox: [{ name: 'order', key: { order: 1 } }],
};

export const collectionsOf = (database: Db): Collections =>
  Object.fromEntries(
    Object.keys(INDEXES).map((name) => [name, database.collection(name)]),
  ) as unknown as Collections;

/** Of the documents, as they lie in the collections. */
const SCHEMA_VERSION = 4;

/** Throws STORE_SCHEMA where documents are of another version, or an index has another key. */
export async function declareCollections(database: Db): Promise<void> {
  const existing = new Set(
    (await database.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name),
  );
  await declareVersion(database, existing);
  for (const [name, indexes] of Object.entries(INDEXES)) {
    if (!existing.has(name)) await createCollection(database, name);
    if (indexes.length > 0) await declareIndexes(database, name, indexes);
  }
}

/** Written before anything else is: a store without it is of a version that did not write it. */
async function declareVersion(database: Db, existing: ReadonlySet<string>): Promise<void> {
  const schema = database.collection<{ _id: string; version: number }>('schema');
  if (existing.has('heads') && !existing.has('schema')) throw otherVersion(database, 'before 3');
  try {
    await schema.insertOne({ _id: 'schema', version: SCHEMA_VERSION });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const version = (await schema.findOne({ _id: 'schema' }))?.version;
    if (version !== SCHEMA_VERSION) throw otherVersion(database, `${version}`);
  }
}

const otherVersion = ({ databaseName }: Db, version: string): StockbusError =>
  new StockbusError(
    'STORE_SCHEMA',
    `database '${databaseName}' has documents of version ${version}, this Stockbus reads version ${SCHEMA_VERSION}`,
  );

const NAMESPACE_EXISTS = 48;

/** Another process may open the same store at the same moment. */
async function createCollection(database: Db, name: string): Promise<void> {
  try {
    await database.createCollection(name);
  } catch (error) {
    if ((error as { code?: unknown }).code !== NAMESPACE_EXISTS) throw error;
  }
}

async function declareIndexes(
  database: Db,
  name: string,
  indexes: readonly Index[],
): Promise<void> {
  const collection = database.collection(name);
  const found = new Map(
    (await collection.listIndexes().toArray()).map((index) => [index.name as string, index.key]),
  );
  for (const index of indexes) {
    const key: unknown = found.get(index.name);
    if (key !== undefined && JSON.stringify(key) !== JSON.stringify(index.key)) {
      throw new StockbusError(
        'STORE_SCHEMA',
        `index '${index.name}' of collection '${database.databaseName}.${name}' is ${JSON.stringify(key)}, this version needs ${JSON.stringify(index.key)}`,
        undefined,
        { todo: 'drop that index and start again, which makes it anew; or use another database' },
      );
    }
    if (key !== undefined) continue;
    const { name: indexName, sparse = false, partial } = index;
    await collection.createIndex(index.key, {
      ...{ name: indexName, sparse },
      ...(partial ? { partialFilterExpression: partial } : {}),
    });
  }
}
