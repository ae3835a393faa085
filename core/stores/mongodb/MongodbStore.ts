import type { MongoClient } from 'mongodb';
import { type Commit, type CommitMaker, earlierOf, madeAfter } from '../../commit.ts';
import { batchKey } from '../../ledger.ts';
import { compareUtf8 } from '../../order.ts';
import type { CommitResult, Loaded, LoadRequest, Store } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import { PackLists } from '../packs/PackLists.ts';
import {
  type Collections,
  collectionsOf,
  declareCollections,
  refuseOtherVersion,
} from './Collections.ts';
import { CommitTransaction } from './CommitTransaction.ts';
import { batchDocumentKey, inboxFrom } from './documents.ts';
import { findIntakeReport } from './findIntakeReport.ts';
import { KnownPacks } from './KnownPacks.ts';
import { bucketOf, messageKey } from './keys.ts';
import { Lists } from './Lists.ts';
import { loadSnapshot } from './loadSnapshot.ts';
import { MongodbClosings } from './MongodbClosings.ts';
import { MongodbEvents } from './MongodbEvents.ts';
import { MongodbPacks } from './MongodbPacks.ts';
import { RecordingFloors } from './RecordingFloors.ts';
import { refuseStandalone } from './refuseStandalone.ts';
import { retried } from './retried.ts';
import { WriterSessions } from './WriterSessions.ts';

/** The more, the fewer packs there are of the same rows; beyond this little is gained. */
const COMMIT_BATCHES = 16;

/**
 * Stock in a MongoDB database: a replica set or a sharded cluster, each commit one transaction. Throws
 * what the driver throws (see inHubWords).
 */
export class MongodbStore implements Store {
  readonly commitBatches = COMMIT_BATCHES;
  readonly #client: MongoClient;
  /** For messages: without user and password. */
  readonly #address: string;
  readonly #collections: Collections;
  readonly #runtime: Runtime;
  readonly #floors: RecordingFloors;
  readonly #sessions: WriterSessions;
  readonly #transaction: CommitTransaction;
  readonly #known = new KnownPacks();
  readonly #events: MongodbEvents;
  readonly #packs: MongodbPacks;
  readonly #closings: MongodbClosings;
  readonly #packLists: PackLists;
  readonly #lists: Lists;
  #isReader = false;

  constructor(client: MongoClient, databaseName: string, address: string, runtime: Runtime) {
    this.#client = client;
    this.#address = address;
    this.#collections = collectionsOf(client.db(databaseName, { promoteLongs: false }));
    this.#runtime = runtime;
    this.#floors = new RecordingFloors(this.#collections, runtime);
    this.#sessions = new WriterSessions(client, this.#collections, this.#floors);
    this.#transaction = new CommitTransaction({
      ...{ client, runtime, collections: this.#collections },
      ...{ known: this.#known, sessions: this.#sessions },
    });
    this.#events = new MongodbEvents(client, this.#collections, this.#sessions, runtime);
    this.#packs = new MongodbPacks(this.#collections, this.#known);
    this.#closings = new MongodbClosings(this.#collections);
    this.#packLists = new PackLists(this.#packs, this.#closings);
    this.#lists = new Lists(this.#collections);
  }

  async open(): Promise<void> {
    const database = this.#client.db(this.#collections.packs.dbName);
    await this.#client.connect();
    await refuseStandalone(database, this.#address);
    await declareCollections(database);
    await this.#sessions.endThoseOfTheDead();
    await this.#floors.raise();
  }

  /** Makes no collection and no index, for a user who may only read. */
  async openToRead(): Promise<void> {
    this.#isReader = true;
    await this.#client.connect();
    const database = this.#client.db(this.#collections.packs.dbName);
    await refuseStandalone(database, this.#address);
    await refuseOtherVersion(database);
  }

  async load(request: LoadRequest): Promise<Loaded> {
    const loaded = await retried(this.#runtime, () =>
      loadSnapshot(this.#client, this.#collections, this.#packs, request),
    );
    for (const head of loaded.heads) this.#known.seeHead(head);
    for (const { sku, place } of loaded.balances) this.#known.seePlaces({ sku, places: [place] });
    return loaded;
  }

  async sources(): Promise<string[]> {
    const found = await this.#collections.sources.find().toArray();
    return found.map(({ source }) => source).sort(compareUtf8);
  }

  readonly inbox: Store['inbox'] = async (keys) => {
    if (keys.length === 0) return [];
    const wanted = { _id: { $in: keys.map(messageKey) } };
    return (await this.#collections.inbox.find(wanted).toArray()).map(inboxFrom);
  };

  readonly appliedBatches: Store['appliedBatches'] = async (batches, partition) => {
    if (batches.length === 0) return new Set();
    const keys = batches.map((batch) => [batchDocumentKey(batch, partition), batchKey(batch)]);
    const byKey = new Map(keys as [string, string][]);
    const wanted = { _id: { $in: [...byKey.keys()] } };
    const found = this.#collections.batches.find(wanted, { projection: { _id: 1 } });
    return new Set((await found.toArray()).map(({ _id }) => byKey.get(_id)!));
  };

  async commit(decided: Commit | CommitMaker): Promise<CommitResult> {
    const last = await this.#floors.lastRecorded();
    const commit = madeAfter(decided, last);
    if (commit.recordedAt <= last) return { outcome: 'conflict', skus: [] };
    const result = await this.#transaction.write(commit);
    if (result.outcome === 'committed') {
      this.#floors.committed();
      for (const pack of commit.packs) {
        this.#known.seeHead(pack.head);
        this.#known.seePlaces(pack);
      }
      for (const { source } of commit.inbox) this.#known.sources.add(source);
      this.#countSpread(commit);
    }
    return result;
  }

  /** Documents whose SKUs are of several buckets: on a sharded cluster their commit may span shards. */
  #countSpread({ documents }: Commit): void {
    const isSpread = ({ skus }: { skus: string[] }): boolean =>
      skus.length > 1 && new Set(skus.map(bucketOf)).size > 1;
    const count = documents.filter(isSpread).length;
    if (count === 0) return;
    this.#runtime.metrics.count('stockbus_store_documents_of_several_buckets_total', count);
  }

  async finalUntil(until?: string): Promise<string> {
    const final = await this.#floors.final();
    if (this.#isReader || (until !== undefined && until <= final)) return earlierOf(final, until);
    return earlierOf(await this.#floors.raise(), until);
  }

  readonly checkpoint: Store['checkpoint'] = (sku, at) => this.#lists.checkpoint(sku, at);
  readonly entriesAfter: Store['entriesAfter'] = (sku, seq, limit) =>
    this.#packLists.entriesAfter(sku, seq, limit);

  readonly recosts: Store['recosts'] = async (page) =>
    this.#packLists.recosts(await this.#lists.recosts(page));
  readonly dueReservations: Store['dueReservations'] = (now, limit) =>
    this.#lists.dueReservations(now, limit);
  readonly outbox: Store['outbox'] = (limit) => this.#events.outbox(limit);
  readonly published: Store['published'] = (ids, relayedAt) =>
    this.#events.published(ids, relayedAt);
  readonly eventGroups: Store['eventGroups'] = () => this.#events.groups();
  readonly events: Store['events'] = (from, limit) => this.#events.after(from, limit);
  readonly forgetEvents: Store['forgetEvents'] = (before, most) =>
    this.#events.forget(before, most);
  readonly stock: Store['stock'] = (filter, page) => this.#packLists.stock(filter, page);
  readonly ledger: Store['ledger'] = (filter, page) => this.#packLists.ledger(filter, page);
  readonly valuation: Store['valuation'] = (filter, page) =>
    this.#packLists.valuation(filter, page);
  readonly reservations: Store['reservations'] = (filter, page) =>
    this.#lists.reservations(filter, page);
  readonly openOrders: Store['openOrders'] = (filter, page) => this.#lists.openOrders(filter, page);
  readonly period: Store['period'] = () => this.#lists.period();
  readonly intake: Store['intake'] = (intakeId) => findIntakeReport(this.#collections, intakeId);
  readonly parked: Store['parked'] = (filter, page) => this.#lists.parked(filter, page);
  readonly parkedRecord: Store['parkedRecord'] = (id) => this.#lists.parkedRecord(id);
  readonly location: Store['location'] = (code) => this.#lists.location(code);
  readonly heads: Store['heads'] = (page) => this.#packLists.heads(page);
  readonly layers: Store['layers'] = (page) => this.#packLists.layers(page);
  readonly packs: Store['packs'] = (of) => this.#packLists.packs(of);
  readonly packTexts: Store['packTexts'] = (after) => this.#packs.texts(after);
  readonly packsByKey: Store['packsByKey'] = (keys) => this.#packs.byKey(keys);
  readonly pointers: Store['pointers'] = (filter, page) => this.#packLists.pointers(filter, page);
  readonly lostSkus: Store['lostSkus'] = () => this.#packs.lostSkus();
  readonly checkpoints: Store['checkpoints'] = (page) => this.#lists.checkpoints(page);
  readonly closings: Store['closings'] = () => this.#closings.closings();
  readonly closingParts: Store['closingParts'] = (filter) => this.#closings.closingParts(filter);
  readonly addClosingParts: Store['addClosingParts'] = (parts) =>
    this.#closings.addClosingParts(parts);
  readonly completeClosing: Store['completeClosing'] = (closing) =>
    this.#closings.completeClosing(closing);

  async ping(): Promise<void> {
    await this.#client.db(this.#collections.packs.dbName).command({ ping: 1 });
  }

  async close(): Promise<void> {
    this.#floors.stop();
    try {
      await this.#sessions.forget();
    } catch (error) {
      // Harmless: the next process on this host finds them dead.
      this.#runtime.log('debug', 'store_sessions_kept', { reason: String(error) });
    }
    await this.#client.close();
  }
}
