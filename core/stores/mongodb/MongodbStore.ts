import type { MongoClient } from 'mongodb';
import { batchKey, type Commit } from '../../ledger.ts';
import type { IntakeReport } from '../../message.ts';
import type {
  CommitResult,
  LedgerFilter,
  Loaded,
  LoadRequest,
  Page,
  ReservationFilter,
  StockFilter,
  Store,
} from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import { entryFrom } from './bookDocuments.ts';
import { type Collections, collectionsOf, declareCollections } from './Collections.ts';
import { CommitTransaction } from './CommitTransaction.ts';
import { batchDocumentKey, inboxFrom, locationFrom, outboxFrom, parkedFrom } from './documents.ts';
import { findIntakeReport } from './findIntakeReport.ts';
import { afterSku, keyOf, MAX_SEQ, seqText, upTo } from './keys.ts';
import { Lists } from './Lists.ts';
import { loadSnapshot } from './loadSnapshot.ts';
import { checkpointFrom, periodFrom, periodKey } from './orderDocuments.ts';
import { refuseStandalone } from './refuseStandalone.ts';
import { retried } from './retried.ts';
import { SumFolder } from './SumFolder.ts';
import { storeError } from './storeError.ts';
import { WriterSessions } from './WriterSessions.ts';

/**
 * A transaction is kept in the server's cache until it ends: few documents at once are better than
 * many. These are some 20,000, where each command is of a SKU of its own.
 */
const COMMIT_BATCHES = 4;

/** Stock in a MongoDB database: a replica set or a sharded cluster, each commit one transaction. */
export class MongodbStore implements Store {
  readonly commitBatches = COMMIT_BATCHES;
  readonly #client: MongoClient;
  /** For messages: without user and password. */
  readonly #address: string;
  readonly #collections: Collections;
  readonly #runtime: Runtime;
  readonly #sessions: WriterSessions;
  readonly #transaction: CommitTransaction;
  readonly #folder: SumFolder;
  readonly #lists: Lists;

  constructor(client: MongoClient, databaseName: string, address: string, runtime: Runtime) {
    this.#client = client;
    this.#address = address;
    this.#collections = collectionsOf(client.db(databaseName, { promoteLongs: false }));
    this.#runtime = runtime;
    this.#sessions = new WriterSessions(client, this.#collections);
    this.#transaction = new CommitTransaction(client, this.#collections, this.#sessions, runtime);
    this.#folder = new SumFolder(client, this.#collections, this.#sessions, runtime);
    this.#lists = new Lists(client, this.#collections, runtime);
  }

  open(): Promise<void> {
    return this.#translated(async () => {
      const database = this.#client.db(this.#collections.heads.dbName);
      await this.#client.connect();
      await refuseStandalone(database, this.#address);
      await declareCollections(database);
      await this.#sessions.endThoseOfTheDead();
      await this.#folder.open();
    });
  }

  /** Makes no collection and no index, for a user who may only read. */
  openToRead(): Promise<void> {
    return this.#translated(async () => {
      await this.#client.connect();
      await refuseStandalone(this.#client.db(this.#collections.heads.dbName), this.#address);
    });
  }

  load(request: LoadRequest): Promise<Loaded> {
    return this.#translated(() =>
      retried(this.#runtime, () => loadSnapshot(this.#client, this.#collections, request)),
    );
  }

  sources(): Promise<string[]> {
    return this.#translated(async () => {
      const found: string[] = [];
      const order = { sort: { _id: 1 }, projection: { source: 1 } } as const;
      for (let from = ''; ; from = afterSku(keyOf(found.at(-1)!))) {
        const next = await this.#collections.inbox.findOne({ _id: { $gte: from } }, order);
        if (!next) return found;
        found.push(next.source);
      }
    });
  }

  inbox(keys: readonly { source: string; id: string }[]) {
    const ids = keys.map(({ source, id }) => keyOf(source, id));
    return this.#translated(async () => {
      if (ids.length === 0) return [];
      const found = await this.#collections.inbox.find({ _id: { $in: ids } }).toArray();
      return found.map(inboxFrom);
    });
  }

  appliedBatches(
    batches: readonly { intakeId: string; index: number; digest: string }[],
  ): Promise<Set<string>> {
    return this.#translated(async () => {
      if (batches.length === 0) return new Set();
      const found = await this.#collections.batches
        .find({ _id: { $in: batches.map(batchDocumentKey) } })
        .project<{ _id: string }>({ _id: 1 })
        .toArray();
      const ids = new Set(found.map(({ _id }) => _id));
      return new Set(batches.filter((batch) => ids.has(batchDocumentKey(batch))).map(batchKey));
    });
  }

  commit(commit: Commit): Promise<CommitResult> {
    return this.#translated(async () => {
      const result = await this.#transaction.write(commit);
      if (result.outcome === 'committed') this.#folder.written(commit.entries);
      return result;
    });
  }

  checkpoint(sku: string, at: string) {
    return this.#translated(async () => {
      const [found] = await this.#collections.checkpoints
        .find({ _id: upTo(sku, at) })
        .sort({ _id: -1 })
        .limit(1)
        .toArray();
      return found && checkpointFrom(found);
    });
  }

  entriesAfter(sku: string, seq: number, limit: number) {
    return this.#translated(async () => {
      // Entries have no gap, so that the range has as many as are asked for.
      const last = Math.min(seq + limit, MAX_SEQ);
      const _id = { $gt: keyOf(sku, seqText(seq)), $lte: keyOf(sku, seqText(last)) };
      const found = await this.#collections.entries.find({ _id }).sort({ _id: 1 }).toArray();
      return found.map(entryFrom);
    });
  }

  recosts(page: Page) {
    return this.#translated(() => this.#lists.recosts(page));
  }

  dueReservations(now: string, limit: number): Promise<string[]> {
    return this.#translated(async () => {
      const found = await this.#collections.reservations
        .find({ due: { $lte: now } }, { projection: { _id: 1 } })
        .sort({ due: 1, _id: 1 })
        .limit(limit)
        .toArray();
      return found.map(({ _id }) => _id);
    });
  }

  outbox(limit: number) {
    return this.#translated(async () => {
      const found = await this.#collections.outbox.find().sort({ order: 1 }).limit(limit).toArray();
      return found.map(outboxFrom);
    });
  }

  published(ids: readonly string[]): Promise<void> {
    return this.#translated(async () => {
      if (ids.length > 0) await this.#collections.outbox.deleteMany({ _id: { $in: [...ids] } });
    });
  }

  stock(filter: StockFilter, page: Page) {
    return this.#translated(() => this.#lists.stock(filter, page));
  }

  ledger(filter: LedgerFilter, page: Page) {
    return this.#translated(() => this.#lists.ledger(filter, page));
  }

  valuation(filter: { sku?: string; asOf?: string; knownAt?: string }, page: Page) {
    return this.#translated(() =>
      retried(this.#runtime, () => this.#lists.valuation(filter, page)),
    );
  }

  reservations(filter: ReservationFilter, page: Page) {
    return this.#translated(() => this.#lists.reservations(filter, page));
  }

  openOrders(filter: { sku?: string }, page: Page) {
    return this.#translated(() => this.#lists.openOrders(filter, page));
  }

  period() {
    return this.#translated(async () =>
      periodFrom(await this.#collections.period.findOne({ _id: periodKey })),
    );
  }

  intake(intakeId: string): Promise<IntakeReport | undefined> {
    return this.#translated(() => findIntakeReport(this.#collections, intakeId));
  }

  parked(filter: { flow?: string }, page: Page) {
    return this.#translated(() => this.#lists.parked(filter, page));
  }

  parkedRecord(id: string) {
    return this.#translated(async () => {
      const found = await this.#collections.parked.findOne({ _id: id });
      return found ? parkedFrom(found) : undefined;
    });
  }

  location(code: string) {
    return this.#translated(async () => {
      const found = await this.#collections.locations.findOne({ _id: code });
      return found ? locationFrom(found) : undefined;
    });
  }

  heads(page: Page) {
    return this.#translated(() => this.#lists.heads(page));
  }

  layers(page: Page) {
    return this.#translated(() => this.#lists.layers(page));
  }

  checkpoints(page: Page) {
    return this.#translated(() => this.#lists.checkpoints(page));
  }

  ping(): Promise<void> {
    return this.#translated(async () => {
      await this.#client.db(this.#collections.heads.dbName).command({ ping: 1 });
    });
  }

  close(): Promise<void> {
    return this.#translated(async () => {
      await this.#folder.close();
      try {
        await this.#sessions.forget();
      } catch (error) {
        // Harmless: the next process on this host finds them dead.
        this.#runtime.log('debug', 'store_sessions_kept', { reason: String(error) });
      }
      await this.#client.close();
    });
  }

  async #translated<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw storeError(error, this.#address);
    }
  }
}
