import type { Collection, Document, Filter, MongoClient } from 'mongodb';
import { pageOf, readCursor } from '../../cursor.ts';
import type { Commit } from '../../ledger.ts';
import { batchKey, virtualPlaces } from '../../ledger.ts';
import type { IntakeReport } from '../../message.ts';
import type {
  CommitResult,
  LedgerFilter,
  Loaded,
  LoadRequest,
  Page,
  StockFilter,
  Store,
} from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import { balanceKeyParts, stockAsOf, valuationAsOf, valuationKeyParts } from './asOf.ts';
import { type Collections, collectionsOf, declareCollections } from './Collections.ts';
import { CommitTransaction } from './CommitTransaction.ts';
import { currentPools } from './currentPools.ts';
import {
  balanceFrom,
  batchDocumentKey,
  entryFrom,
  headFrom,
  inboxFrom,
  layerFrom,
  layerKey,
  locationFrom,
  outboxFrom,
  parkedFrom,
} from './documents.ts';
import { intakeReport } from './intakeReport.ts';
import { keyOf, under } from './keys.ts';
import { ledgerPage } from './ledgerPage.ts';
import { loadSnapshot } from './loadSnapshot.ts';
import { refuseStandalone } from './refuseStandalone.ts';
import { retried } from './retried.ts';
import { storeError } from './storeError.ts';
import { WriterSessions } from './WriterSessions.ts';

/** Stock in a MongoDB database: a replica set or a sharded cluster, each commit one transaction. */
export class MongodbStore implements Store {
  readonly #client: MongoClient;
  /** For messages: without user and password. */
  readonly #address: string;
  readonly #collections: Collections;
  readonly #runtime: Runtime;
  readonly #sessions: WriterSessions;
  readonly #transaction: CommitTransaction;

  constructor(client: MongoClient, databaseName: string, address: string, runtime: Runtime) {
    this.#client = client;
    this.#address = address;
    this.#collections = collectionsOf(client.db(databaseName, { promoteLongs: false }));
    this.#runtime = runtime;
    this.#sessions = new WriterSessions(client, this.#collections);
    this.#transaction = new CommitTransaction(client, this.#collections, this.#sessions, runtime);
  }

  open(): Promise<void> {
    return this.#translated(async () => {
      const database = this.#client.db(this.#collections.heads.dbName);
      await this.#client.connect();
      await refuseStandalone(database, this.#address);
      await declareCollections(database);
      await this.#sessions.endThoseOfTheDead();
    });
  }

  load(request: LoadRequest): Promise<Loaded> {
    return this.#translated(() =>
      retried(() => loadSnapshot(this.#client, this.#collections, request)),
    );
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
    return this.#translated(() => this.#transaction.write(commit));
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
    return this.#translated(async () => {
      const after = readCursor(page.after, ['string', 'string', 'string', 'string']);
      const { sku, place, asOf } = filter;
      if (asOf !== undefined) {
        const wanted = page.limit + 1;
        const rows = await stockAsOf(this.#collections, { ...filter, asOf }, after, wanted);
        return pageOf(rows, page.limit, balanceKeyParts);
      }
      const found = await rowsAfter(
        this.#collections.balances,
        [
          sku === undefined ? {} : { _id: under(sku) },
          { place: place ?? { $nin: [...virtualPlaces] } },
        ],
        after && keyOf(...(after as string[])),
        page,
      );
      return pageOf(found.map(balanceFrom), page.limit, balanceKeyParts);
    });
  }

  ledger(filter: LedgerFilter, page: Page) {
    return this.#translated(async () => {
      const after = readCursor(page.after, ['string', 'number']);
      const found = await ledgerPage(this.#collections, filter, after, page.limit + 1);
      return pageOf(found.map(entryFrom), page.limit, ({ sku, seq }) => [sku, seq]);
    });
  }

  valuation(filter: { sku?: string; asOf?: string }, page: Page) {
    return this.#translated(async () => {
      const after = readCursor(page.after, ['string', 'string']);
      const { sku, asOf } = filter;
      const wanted = page.limit + 1;
      const rows =
        asOf === undefined
          ? await currentPools(
              this.#collections,
              sku,
              after as [string, string] | undefined,
              wanted,
            )
          : await valuationAsOf(this.#collections, { ...filter, asOf }, after, wanted);
      return pageOf(rows, page.limit, valuationKeyParts);
    });
  }

  intake(intakeId: string): Promise<IntakeReport | undefined> {
    return this.#translated(() => intakeReport(this.#collections, intakeId));
  }

  parked(filter: { flow?: string }, page: Page) {
    return this.#translated(async () => {
      const after = readCursor(page.after, ['string', 'string']) as [string, string] | undefined;
      const [parkedAt, id] = after ?? [];
      const later = {
        $or: [{ parkedAt: { $gt: parkedAt! } }, { parkedAt: parkedAt!, _id: { $gt: id! } }],
      };
      const found = await this.#collections.parked
        .find({
          ...(filter.flow === undefined ? {} : { flow: filter.flow }),
          ...(after === undefined ? {} : later),
        })
        .sort({ parkedAt: 1, _id: 1 })
        .limit(page.limit + 1)
        .toArray();
      const { rows, ...rest } = pageOf(found, page.limit, (row) => [row.parkedAt, row._id]);
      return { rows: rows.map(parkedFrom), ...rest };
    });
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
    return this.#translated(async () => {
      const [after] = (readCursor(page.after, ['string']) ?? []) as string[];
      const found = await rowsAfter(this.#collections.heads, [], after && keyOf(after), page);
      const rows = found.map((head) => headFrom(head.sku, head));
      return pageOf(rows, page.limit, ({ sku }): [string] => [sku]);
    });
  }

  layers(page: Page) {
    return this.#translated(async () => {
      const after = readCursor(page.after, ['string', 'string', 'number', 'number']);
      const [sku, pool, seq, part] = (after ?? []) as [string, string, number, number];
      const key = after && layerKey({ sku, pool, seq, part });
      const found = await rowsAfter(this.#collections.layers, [], key, page);
      return pageOf(found.map(layerFrom), page.limit, (layer) => [
        layer.sku,
        layer.pool,
        layer.seq,
        layer.part,
      ]);
    });
  }

  ping(): Promise<void> {
    return this.#translated(async () => {
      await this.#client.db(this.#collections.heads.dbName).command({ ping: 1 });
    });
  }

  close(): Promise<void> {
    return this.#translated(async () => {
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

/** One document more than the page holds, where there is one, by `_id`. */
async function rowsAfter<Row extends Document & { _id: string }>(
  collection: Collection<Row>,
  filters: Filter<Row>[],
  after: string | undefined,
  page: Page,
): Promise<Row[]> {
  const later = (after === undefined ? {} : { _id: { $gt: after } }) as Filter<Row>;
  const all = [...filters, later].filter((filter) => Object.keys(filter).length > 0);
  const query = (all.length === 0 ? {} : { $and: all }) as Filter<Row>;
  const found = await collection
    .find(query)
    .sort({ _id: 1 })
    .limit(page.limit + 1)
    .toArray();
  return found as unknown as Row[];
}
