import type { Db, MongoClient } from 'mongodb';
import { bucketOf } from '../../bucketOf.ts';
import { type Commit, type CommitMaker, earlierOf, madeAfter } from '../../commit.ts';
import { batchKey } from '../../ledger.ts';
import type { BookedMessage } from '../../pack.ts';
import type { CommitChapter, CommitResult } from '../../ports.ts';
import { retried } from '../../retried.ts';
import type { Runtime } from '../../runtime.ts';
import { batchesOf } from './batchesOf.ts';
import type { Collections } from './Collections.ts';
import { batchDocumentKey, inboxFrom } from './documents.ts';
import { findKeys, ONLY_KEYS } from './findKeys.ts';
import type { KnownPacks } from './KnownPacks.ts';
import { messageKey, messageOfKey } from './keys.ts';
import { loadSnapshot } from './loadSnapshot.ts';
import type { MongodbPacks } from './MongodbPacks.ts';
import { refuseChangedDocuments } from './migrations/migrateDatabase.ts';
import { firstPartKey } from './packDocuments.ts';
import type { RecordingFloors } from './RecordingFloors.ts';
import { isTransient } from './storeError.ts';
import type { Transactions } from './Transactions.ts';
import type { WriterSessions } from './WriterSessions.ts';
import { writeCommit } from './writeCommit.ts';

/** The more, the fewer packs there are of the same rows; beyond this little is gained. */
const COMMIT_BATCHES = 16;

export interface StoreParts {
  client: MongoClient;
  database: Db;
  collections: Collections;
  runtime: Runtime;
  /** Writes nothing, since that may be refused. */
  isReader: boolean;
  floors: RecordingFloors;
  sessions: WriterSessions;
  transactions: Transactions;
  known: KnownPacks;
  packs: MongodbPacks;
}

export function commitsInDatabase(parts: StoreParts): CommitChapter {
  const { client, database, collections: all, runtime, isReader } = parts;
  const { floors, sessions, known, packs } = parts;
  return {
    commitBatches: COMMIT_BATCHES,
    answersAtOnce: false,

    async load(request) {
      const loaded = await retried(runtime, isTransient, () =>
        loadSnapshot(client, all, packs, request),
      );
      for (const { head } of loaded.skus) known.see(head.sku, head.version, head.sinceBase.packs);
      return loaded;
    },

    inbox: async (keys) => (await findKeys(all.inbox, keys.map(messageKey))).map(inboxFrom),

    async *bookedMessages() {
      for await (const documents of batchesOf(all.inbox.find())) {
        const found = documents.filter(({ _id }) => messageKey(messageOfKey(_id)) === _id);
        yield found.map(inboxFrom).map(({ source, id, contenthash, recordedAt }): BookedMessage => {
          return [source, id, contenthash, recordedAt];
        });
      }
    },

    async appliedBatches(batches, partition) {
      const keys = batches.map((batch) => [batchDocumentKey(batch, partition), batchKey(batch)]);
      const byKey = new Map(keys as [string, string][]);
      const found = await findKeys(all.batches, [...byKey.keys()], ONLY_KEYS);
      return new Set(found.map(({ _id }) => byKey.get(_id)!));
    },

    commit: (decided) => commitIn(parts, decided),

    /** Waits for commits that are on their way: the look will see them. Whoever looks already does so in vain. */
    async mark() {
      const look = runtime.newId();
      // The registry first. Each says whose mark wiped it, so that whoever began meanwhile knows.
      const marked = { $set: { look }, $unset: { seenFrom: 1 } } as const;
      await all.sessions.updateMany({}, marked, { hint: { _id: 1 } });
      return look;
    },

    async finalUntil(until) {
      const final = await floors.final();
      if (isReader || (until !== undefined && until <= final)) return earlierOf(final, until);
      return earlierOf(await floors.raise(), until);
    },

    async ping() {
      await database.command({ ping: 1 });
    },

    async close() {
      floors.stop();
      try {
        await sessions.forget();
      } catch (error) {
        // Harmless: the next process on this host finds them dead.
        runtime.log('debug', 'store.sessions_kept', { reason: String(error) });
      }
      await client.close();
    },
  };
}

async function commitIn(parts: StoreParts, decided: Commit | CommitMaker): Promise<CommitResult> {
  const { floors, known, collections: to, database, runtime } = parts;
  const last = await floors.lastRecorded();
  const commit = madeAfter(decided, last);
  if (commit.recordedAt <= last) return { outcome: 'conflict' };
  const id = runtime.newId();
  const isWritten = await parts.transactions.run(
    (session) => writeCommit({ ...parts, to, commit, id, options: { session, ordered: false } }),
    // Every commit has a part of documents.
    async () => (await to.documents.findOne({ _id: firstPartKey(commit, id) })) !== null,
  );
  if (!isWritten) {
    await refuseChangedDocuments(database);
    return { outcome: 'conflict' };
  }
  floors.committed();
  for (const { sku, version, sinceBase } of commit.packs) known.see(sku, version, sinceBase);
  for (const { source } of commit.inbox) known.sources.add(source);
  countSpread(commit, runtime);
  return { outcome: 'committed' };
}

/** Documents whose SKUs are of several buckets: on a sharded cluster their commit may span shards. */
function countSpread({ documents }: Commit, { metrics }: Runtime): void {
  const isSpread = ({ skus }: { skus: string[] }): boolean =>
    skus.length > 1 && new Set(skus.map(bucketOf)).size > 1;
  const count = documents.filter(isSpread).length;
  if (count > 0) metrics.count('stockbus_store_documents_of_several_buckets_total', count);
}
