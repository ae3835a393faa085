import type { Db, MongoClient } from 'mongodb';
import { bucketOf } from '../../bucketOf.ts';
import { type Commit, type CommitMaker, earlierOf, madeAfter } from '../../commit.ts';
import { StockbusError } from '../../errors.ts';
import { batchKey } from '../../ledger.ts';
import type { BookedMessage } from '../../pack.ts';
import type { CommitResult, Loaded, LoadRequest, Store } from '../../ports.ts';
import { retried } from '../../retried.ts';
import type { Runtime } from '../../runtime.ts';
import { batchesOf } from './batchesOf.ts';
import { type Collections, declareCollections } from './Collections.ts';
import { batchDocumentKey, inboxFrom } from './documents.ts';
import { findKeys, ONLY_KEYS } from './findKeys.ts';
import type { KnownPacks } from './KnownPacks.ts';
import { messageKey } from './keys.ts';
import { loadSnapshot } from './loadSnapshot.ts';
import type { MongodbPacks } from './MongodbPacks.ts';
import { refuseChangedDocuments, refuseOtherDocuments } from './migrations/migrateDatabase.ts';
import { firstPartKey } from './packDocuments.ts';
import { REGISTRY, type RecordingFloors } from './RecordingFloors.ts';
import { isTransient } from './storeError.ts';
import type { Transactions } from './Transactions.ts';
import type { WriterSessions } from './WriterSessions.ts';
import { writeCommit } from './writeCommit.ts';

/** The more, the fewer packs there are of the same rows; beyond this little is gained. */
const COMMIT_BATCHES = 16;

export interface CommitParts {
  client: MongoClient;
  /** For messages: without user and password. */
  address: string;
  collections: Collections;
  runtime: Runtime;
  floors: RecordingFloors;
  sessions: WriterSessions;
  transactions: Transactions;
  known: KnownPacks;
  packs: MongodbPacks;
}

/** Commits, and what is to be known before one. */
export class MongodbCommits {
  readonly commitBatches = COMMIT_BATCHES;
  readonly answersAtOnce = false;
  readonly #parts: CommitParts;
  #isReader = false;

  constructor(parts: CommitParts) {
    this.#parts = parts;
  }

  async open(): Promise<void> {
    const { sessions, floors, runtime } = this.#parts;
    const endSessions = () => retried(runtime, isTransient, () => sessions.endAll());
    await declareCollections(await this.#connected(), { runtime, endSessions });
    await sessions.endThoseOfTheDead();
    await floors.raise();
  }

  /** Makes no collection and no index, for a user who may only read. */
  async openToRead(): Promise<void> {
    this.#isReader = true;
    await refuseOtherDocuments(await this.#connected());
  }

  /** As the driver gives it where nothing is set, for what is asked once. */
  get #database(): Db {
    const { client, collections } = this.#parts;
    return client.db(collections.packs.dbName);
  }

  /** Transactions need a replica set or a sharded cluster. Throws STORE_STANDALONE. */
  async #connected(): Promise<Db> {
    const { client, address } = this.#parts;
    await client.connect();
    const hello = await this.#database.command({ hello: 1 });
    if (hello.setName !== undefined || hello.msg === 'isdbgrid') return this.#database;
    const what = `${address} is a standalone server, which has no transactions`;
    throw new StockbusError('STORE_STANDALONE', what);
  }

  async load(request: LoadRequest): Promise<Loaded> {
    const { client, collections, packs, known, runtime } = this.#parts;
    const loaded = await retried(runtime, isTransient, () =>
      loadSnapshot(client, collections, packs, request),
    );
    for (const { head, balances } of loaded.skus) {
      const { sku, version, recost, sinceBase } = head;
      const places = [...new Set(balances.map(({ place }) => place))];
      const recosts = recost !== undefined;
      known.seePack({ sku, version, recosts, sinceBase: sinceBase.packs, places });
    }
    return loaded;
  }

  readonly inbox: Store['inbox'] = async (keys) => {
    return (await findKeys(this.#parts.collections.inbox, keys.map(messageKey))).map(inboxFrom);
  };

  async *bookedMessages(): AsyncIterable<readonly BookedMessage[]> {
    for await (const documents of batchesOf(this.#parts.collections.inbox.find())) {
      yield documents.flatMap((document): BookedMessage[] => {
        const { source, id, contenthash, recordedAt } = inboxFrom(document);
        return messageKey({ source, id }) === document._id
          ? [[source, id, contenthash, recordedAt]]
          : [];
      });
    }
  }

  readonly appliedBatches: Store['appliedBatches'] = async (batches, partition) => {
    const keys = batches.map((batch) => [batchDocumentKey(batch, partition), batchKey(batch)]);
    const byKey = new Map(keys as [string, string][]);
    const found = await findKeys(this.#parts.collections.batches, [...byKey.keys()], ONLY_KEYS);
    return new Set(found.map(({ _id }) => byKey.get(_id)!));
  };

  async commit(decided: Commit | CommitMaker): Promise<CommitResult> {
    const { floors, known, collections: to, runtime } = this.#parts;
    const last = await floors.lastRecorded();
    const commit = madeAfter(decided, last);
    if (commit.recordedAt <= last) return { outcome: 'conflict' };
    const id = runtime.newId();
    const isWritten = await this.#parts.transactions.run(
      (session) => writeCommit({ to, known, commit, id, options: { session, ordered: false } }),
      // Every commit has a part of documents.
      async () => (await to.documents.findOne({ _id: firstPartKey(commit, id) })) !== null,
    );
    if (!isWritten) {
      await refuseChangedDocuments(this.#database);
      return { outcome: 'conflict' };
    }
    floors.committed();
    for (const pack of commit.packs) known.seePack(pack);
    for (const { source } of commit.inbox) known.sources.add(source);
    this.#countSpread(commit);
    return { outcome: 'committed' };
  }

  /** Documents whose SKUs are of several buckets: on a sharded cluster their commit may span shards. */
  #countSpread({ documents }: Commit): void {
    const isSpread = ({ skus }: { skus: string[] }): boolean =>
      skus.length > 1 && new Set(skus.map(bucketOf)).size > 1;
    const count = documents.filter(isSpread).length;
    if (count === 0) return;
    this.#parts.runtime.metrics.count('stockbus_store_documents_of_several_buckets_total', count);
  }

  /** Waits for commits that are on their way: the look will see them. Whoever looks already does so in vain. */
  async mark(): Promise<string> {
    const { collections, runtime } = this.#parts;
    const look = runtime.newId();
    await collections.sessions.updateOne({ _id: REGISTRY }, { $set: { look } }, { upsert: true });
    await collections.sessions.updateMany({}, { $unset: { seenFrom: 1 } });
    return look;
  }

  async finalUntil(until?: string): Promise<string> {
    const { floors } = this.#parts;
    const final = await floors.final();
    if (this.#isReader || (until !== undefined && until <= final)) return earlierOf(final, until);
    return earlierOf(await floors.raise(), until);
  }

  async ping(): Promise<void> {
    await this.#database.command({ ping: 1 });
  }

  async close(): Promise<void> {
    const { floors, sessions, runtime, client } = this.#parts;
    floors.stop();
    try {
      await sessions.forget();
    } catch (error) {
      // Harmless: the next process on this host finds them dead.
      runtime.log('debug', 'store_sessions_kept', { reason: String(error) });
    }
    await client.close();
  }
}
