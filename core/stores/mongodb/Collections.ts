/** The collections and indexes of a store: declared on open, and checked where they exist. */
import type { Collection, CreateCollectionOptions, Db, IndexDirection } from 'mongodb';
import { StockbusError } from '../../errors.ts';
import type {
  BatchDocument,
  ClosingDocument,
  ClosingPartDocument,
  ControlDocument,
  DeadLetterDocument,
  DeliveryDocument,
  EventDocument,
  InboxDocument,
  Keyed,
  LocationDocument,
  LogDocument,
  OutboxDocument,
  ParkedDocument,
  PayloadDocument,
  ProducerDocument,
  SeenDocument,
  SessionDocument,
  SnapshotDocument,
  SourceDocument,
  StageMemberDocument,
  StageOutDocument,
  StageRowDocument,
} from './documents.ts';
import { type MigrationParts, migrateDatabase } from './migrations/migrateDatabase.ts';
import type {
  CheckpointDocument,
  OpenOrderDocument,
  PeriodDocument,
  ReservationDocument,
} from './orderDocuments.ts';
import type { PackDocument, PartDocument, SkuDocument } from './packDocuments.ts';
import { type View, views } from './views.ts';

interface Index {
  name: string;
  key: Record<string, IndexDirection>;
  /** Only documents that have the field. */
  sparse?: true;
}

/** What a collection of such documents has beside the index on `_id`, which serves all else. */
const of = <Row>(...indexes: Index[]): { indexes: Index[]; row?: Row } => ({ indexes });

const DECLARED = {
  sessions: of<SessionDocument>(),
  /** The ledger: only inserted, never changed. */
  packs: of<PackDocument>(
    { name: 'lots', key: { lots: 1 }, sparse: true },
    { name: 'returns', key: { returns: 1 }, sparse: true },
  ),
  documents: of<PartDocument>(
    { name: 'numbers', key: { numbers: 1 } },
    { name: 'partners', key: { partners: 1 }, sparse: true },
    { name: 'references', key: { references: 1 }, sparse: true },
  ),
  skus: of<SkuDocument>(
    { name: 'sku', key: { sku: 1 } },
    { name: 'places', key: { places: 1, sku: 1 } },
  ),
  /** SKUs that wait to be costed anew, after their last pack. */
  recosts: of<SkuDocument>({ name: 'sku', key: { sku: 1 } }),
  checkpoints: of<CheckpointDocument>({ name: 'sku', key: { sku: 1, _id: 1 } }),
  closings: of<ClosingDocument>(),
  closingParts: of<ClosingPartDocument>(),
  reservations: of<ReservationDocument>(
    { name: 'due', key: { due: 1 }, sparse: true },
    { name: 'id', key: { id: 1 } },
    { name: 'state', key: { state: 1, id: 1 } },
    { name: 'sku', key: { 'lines.sku': 1, id: 1 } },
    { name: 'reference', key: { reference: 1, id: 1 } },
  ),
  openOrders: of<OpenOrderDocument>({ name: 'order', key: { order: 1 } }),
  period: of<PeriodDocument>(),
  log: of<LogDocument>({ name: 'line', key: { about: 1, name: 1, version: 1 } }),
  inbox: of<InboxDocument>(),
  sources: of<SourceDocument>(),
  batches: of<BatchDocument>({ name: 'intake', key: { intakeId: 1 } }),
  parked: of<ParkedDocument>(
    { name: 'parkedAt', key: { parkedAt: 1, id: 1 } },
    { name: 'flow', key: { flow: 1, parkedAt: 1, id: 1 } },
    { name: 'word', key: { words: 1, parkedAt: 1, id: 1 } },
  ),
  locations: of<LocationDocument>(),
  outbox: of<OutboxDocument>({ name: 'order', key: { order: 1 } }),
  /** What was relayed of it. */
  events: of<EventDocument>(),
  stageRows: of<StageRowDocument>(
    // With the key: all records of a payload may be due at once, and are taken by and by.
    { name: 'dueByKey', key: { stage: 1, dueAt: 1, key: 1 } },
    { name: 'key', key: { stage: 1, key: 1 } },
    { name: 'waiting', key: { waiting: 1, stage: 1, since: 1 } },
  ),
  stages: of<Keyed>(),
  stageMembers: of<StageMemberDocument>({ name: 'number', key: { stage: 1, key: 1, number: 1 } }),
  stageOuts: of<StageOutDocument>({ name: 'id', key: { stage: 1, id: 1 } }),
  /** What the hub keeps about its own work. */
  control: of<ControlDocument>(
    { name: 'due', key: { kind: 1, dueAt: 1, id: 1 } },
    { name: 'since', key: { kind: 1, since: 1, id: 1 } },
    { name: 'state', key: { kind: 1, state: 1, since: 1, id: 1 } },
    { name: 'word', key: { kind: 1, words: 1, since: 1, id: 1 } },
  ),
  /** What is known of the way of payloads and events, for a while. */
  payloads: of<PayloadDocument>(
    { name: 'name', key: { name: 1, at: 1 } },
    { name: 'digest', key: { digest: 1 } },
    { name: 'at', key: { at: 1 } },
  ),
  deliveries: of<DeliveryDocument>({ name: 'at', key: { at: 1 } }),
  snapshots: of<SnapshotDocument>({ name: 'at', key: { at: 1 } }),
  producers: of<ProducerDocument>(),
  seenNumbers: of<SeenDocument>(),
  /** What ended among the dead letters of the broker. */
  deadLetters: of<DeadLetterDocument>(
    { name: 'deadAt', key: { deadAt: 1, id: 1 } },
    { name: 'words', key: { words: 1, deadAt: 1 } },
  ),
};

type Declared = typeof DECLARED;
export type Collections = {
  [Name in keyof Declared]: Collection<NonNullable<Declared[Name]['row']>>;
};

export const collectionsOf = (database: Db): Collections =>
  Object.fromEntries(
    Object.keys(DECLARED).map((name) => [name, database.collection(name)]),
  ) as unknown as Collections;

/**
 * Throws STORE_SCHEMA where documents are of another version, or an index has another key. Without `migration` nothing
 * is said of the version.
 */
export async function declareCollections(database: Db, migration?: MigrationParts): Promise<void> {
  const found = await database.listCollections().toArray();
  const existing = new Map(
    found.map((info) => [info.name, (info as { options?: object }).options]),
  );
  if (migration) await migrateDatabase(database, existing, migration);
  for (const [name, { indexes }] of Object.entries(DECLARED)) {
    if (!existing.has(name)) await createCollection(database, name);
    if (indexes.length > 0) await declareIndexes(database, name, indexes);
  }
  for (const [name, view] of Object.entries(views)) {
    await declareView(database, name, view, existing.get(name));
  }
}

/** One of another version is made anew: nothing is lost with it. */
async function declareView(
  database: Db,
  name: string,
  { on: viewOn, pipeline }: View,
  found: { pipeline?: object } | undefined,
): Promise<void> {
  if (found && JSON.stringify(found.pipeline) === JSON.stringify(pipeline)) return;
  if (found) await database.dropCollection(name);
  await createCollection(database, name, { viewOn, pipeline });
}

const NAMESPACE_EXISTS = 48;

/** Another process may open the same store at the same moment. */
async function createCollection(
  database: Db,
  name: string,
  options: CreateCollectionOptions = {},
): Promise<void> {
  try {
    await database.createCollection(name, options);
  } catch (error) {
    if ((error as { code?: unknown }).code !== NAMESPACE_EXISTS) throw error;
  }
}

async function declareIndexes(database: Db, name: string, indexes: readonly Index[]) {
  const collection = database.collection(name);
  const found = await collection.listIndexes().toArray();
  for (const { name: index, key, sparse = false } of indexes) {
    const there = found.find((one) => one.name === index);
    const [is, needed] = [JSON.stringify(there?.key), JSON.stringify(key)];
    if (!there) await collection.createIndex(key, { name: index, sparse });
    else if (is !== needed) {
      throw new StockbusError(
        'STORE_SCHEMA',
        `index '${index}' of collection '${database.databaseName}.${name}' is ${is}, this version needs ${needed}`,
        undefined,
        { todo: 'drop that index and start again, which makes it anew; or use another database' },
      );
    }
  }
}
