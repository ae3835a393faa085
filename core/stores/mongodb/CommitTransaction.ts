/**
 * Writes a commit as one transaction, and finds out what became of it when the answer is lost.
 * A transaction takes its commands one after another, so a commit is as few of them as can be: one
 * or two a collection, none for what is empty. Heads come first: they meet a conflict soonest.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { AnyBulkWriteOperation, ClientSession, MongoClient } from 'mongodb';
import { StockbusError } from '../../errors.ts';
import type { Commit } from '../../ledger.ts';
import type { CommitResult } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import type { Collections } from './Collections.ts';
import {
  balanceDocument,
  batchDocument,
  batchDocumentKey,
  entryDocument,
  type HeadDocument,
  headDocument,
  inboxDocument,
  type LayerDocument,
  layerDocument,
  layerKey,
  locationDocument,
  outboxDocument,
  parkedDocument,
} from './documents.ts';
import { keyOf, seqText } from './keys.ts';
import { isDuplicateKey, isTransient, isUnknownCommit, isUnreachable } from './storeError.ts';
import type { WriterSessions } from './WriterSessions.ts';

/** Attempts of one commit, over about four seconds: longer than an election usually takes. */
const ATTEMPTS = 9;
const FIRST_WAIT_MS = 15;
const MAX_WAIT_MS = 1_500;
/** Times that the commit command itself is sent again when its answer is lost. */
const COMMIT_RETRIES = 2;

type SessionId = ClientSession['id'];

interface Failure {
  error: unknown;
  /** True where it may have been written all the same. */
  unknown: boolean;
  /** Session whose transaction may still be open on the server. */
  lost?: SessionId;
}

type Attempt = 'committed' | 'conflict' | Failure;

export class CommitTransaction {
  readonly #client: MongoClient;
  readonly #collections: Collections;
  readonly #sessions: WriterSessions;
  readonly #runtime: Runtime;

  constructor(
    client: MongoClient,
    collections: Collections,
    sessions: WriterSessions,
    runtime: Runtime,
  ) {
    this.#client = client;
    this.#sessions = sessions;
    this.#collections = collections;
    this.#runtime = runtime;
  }

  /** Throws what the driver throws, or STORE_CONTENDED. */
  async write(commit: Commit): Promise<CommitResult> {
    const id = this.#runtime.newId();
    const lost: SessionId[] = [];
    let unsettled = false;
    let last: unknown;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (attempt > 0) await this.#pause(attempt);
      try {
        // What was lost is ended first, so that it can neither be written later nor be in the way.
        await this.#sessions.end(lost);
        if (unsettled && (await this.#isWritten(commit, id))) return { outcome: 'committed' };
        const result = await this.#attempt(commit, id);
        if (result === 'committed') return { outcome: 'committed' };
        if (result === 'conflict') {
          return { outcome: 'conflict', skus: await this.#conflicts(commit) };
        }
        if (result.lost) lost.push(result.lost);
        unsettled ||= result.unknown;
        last = result.error;
      } catch (error) {
        if (!isTransient(error)) throw error;
        last = error;
      }
      this.#runtime.metrics.count('stockbus_store_commit_retries_total');
    }
    const skus = await this.#conflicts(commit);
    if (skus.length > 0 && !unsettled) return { outcome: 'conflict', skus };
    if ((last as { code?: unknown }).code !== WRITE_CONFLICT) throw last;
    throw new StockbusError(
      'STORE_CONTENDED',
      'other commits kept changing the same SKUs',
      undefined,
      {
        cause: last,
      },
    );
  }

  async #pause(attempt: number): Promise<void> {
    const longest = Math.min(FIRST_WAIT_MS * 2 ** attempt, MAX_WAIT_MS);
    await wait(longest * (0.5 + this.#runtime.random() / 2));
  }

  async #attempt(commit: Commit, id: string): Promise<Attempt> {
    const session = this.#client.startSession();
    try {
      await this.#sessions.register(session);
      session.startTransaction({
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority' },
        readPreference: 'primary',
      });
      const good = await this.#writeAll(commit, id, session);
      if (good) return (await commitOf(session)) ?? 'committed';
      await session.abortTransaction();
      return 'conflict';
    } catch (error) {
      // Without it the server would hold the documents until its own time limit.
      if (session.inTransaction()) await session.abortTransaction();
      if (!isTransient(error)) throw error;
      return { error, unknown: false, ...(isUnreachable(error) ? { lost: session.id } : {}) };
    } finally {
      await session.endSession();
    }
  }

  /** False where a head has another version, or a key is taken. */
  async #writeAll(commit: Commit, id: string, session: ClientSession): Promise<boolean> {
    const options = { session, ordered: false };
    const to = this.#collections;
    const { recordedAt, tallies, inbox, entries, outbox } = commit;
    try {
      if (!(await this.#writeHeads(commit, session))) return false;
      if (tallies.length > 0) {
        const batches = tallies.map((tally) => batchDocument(tally, recordedAt, id));
        await to.batches.insertMany(batches, options);
      }
      if (inbox.length > 0) await to.inbox.insertMany(inbox.map(inboxDocument), options);
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
    if (entries.length > 0) await to.entries.insertMany(entries.map(entryDocument), options);
    await this.#writeBooks(commit, session);
    await this.#writeRest(commit, session);
    if (outbox.length > 0) {
      const order = (index: number): string => `${recordedAt} ${id} ${seqText(index)}`;
      const records = outbox.map((record, index) => outboxDocument(record, order(index)));
      await to.outbox.insertMany(records, options);
    }
    return true;
  }

  async #writeHeads({ heads }: Commit, session: ClientSession): Promise<boolean> {
    if (heads.length === 0) return true;
    const operations = heads.map(
      ({ head, expectedVersion }): AnyBulkWriteOperation<HeadDocument> => {
        const document = headDocument(head);
        if (expectedVersion === 0) return { insertOne: { document } };
        const { _id, ...replacement } = document;
        return { replaceOne: { filter: { _id, version: expectedVersion }, replacement } };
      },
    );
    const written = await this.#collections.heads.bulkWrite(operations, {
      session,
      ordered: false,
    });
    return written.matchedCount + written.insertedCount === heads.length;
  }

  async #writeBooks({ balances, layers }: Commit, session: ClientSession): Promise<void> {
    const options = { session, ordered: false };
    if (balances.length > 0) {
      const operations = balances.map((balance) => {
        const { _id, ...replacement } = balanceDocument(balance);
        return { replaceOne: { filter: { _id }, replacement, upsert: true } };
      });
      await this.#collections.balances.bulkWrite(operations, options);
    }
    if (layers.length > 0) {
      const operations = layers.map((layer): AnyBulkWriteOperation<LayerDocument> => {
        if (layer.quantity === 0n) return { deleteOne: { filter: { _id: layerKey(layer) } } };
        const { _id, ...replacement } = layerDocument(layer);
        return { replaceOne: { filter: { _id }, replacement, upsert: true } };
      });
      await this.#collections.layers.bulkWrite(operations, options);
    }
  }

  async #writeRest(commit: Commit, session: ClientSession): Promise<void> {
    const options = { session, ordered: false };
    if (commit.parked.length > 0) {
      const operations = commit.parked.map((record) => {
        const { _id, ...document } = parkedDocument(record, commit.recordedAt);
        return { updateOne: { filter: { _id }, update: { $setOnInsert: document }, upsert: true } };
      });
      await this.#collections.parked.bulkWrite(operations, options);
    }
    if (commit.locations.length > 0) {
      const operations = commit.locations.map((location) => {
        const { _id, ...replacement } = locationDocument(location);
        return { replaceOne: { filter: { _id }, replacement, upsert: true } };
      });
      await this.#collections.locations.bulkWrite(operations, options);
    }
  }

  /** SKUs that have another version than the commit expects. */
  async #conflicts({ heads }: Commit): Promise<string[]> {
    const versions = await this.#versions(heads.map(({ head }) => keyOf(head.sku)));
    return heads
      .filter(({ head, expectedVersion }) => {
        return (versions.get(keyOf(head.sku))?.version ?? 0) !== expectedVersion;
      })
      .map(({ head }) => head.sku);
  }

  async #versions(keys: string[]): Promise<Map<string, { version: number; recordedAt: string }>> {
    const found = await this.#collections.heads
      .find({ _id: { $in: keys } }, { projection: { version: 1, recordedAt: 1 } })
      .toArray();
    return new Map(found.map((head) => [head._id, head]));
  }

  /** Whether an attempt of this commit was written, judged by a key that only it can have made. */
  async #isWritten(commit: Commit, id: string): Promise<boolean> {
    const [tally] = commit.tallies;
    if (tally) {
      const _id = batchDocumentKey({ ...tally, intakeId: tally.origin.intakeId });
      return (await this.#collections.batches.findOne({ _id }))?.commit === id;
    }
    const [message] = commit.inbox;
    if (message) {
      const { _id, ...fields } = inboxDocument(message);
      return (await this.#collections.inbox.findOne({ _id, ...fields })) !== null;
    }
    const [first] = commit.heads;
    if (!first) return false;
    const key = keyOf(first.head.sku);
    const found = (await this.#versions([key])).get(key);
    return found?.version === first.head.version && found.recordedAt === first.head.recordedAt;
  }
}

const WRITE_CONFLICT = 112;

/**
 * Sends the commit command; again while its answer is lost, which the server takes as one. Once an
 * answer may be lost (the driver, too, sends it twice), no error proves that nothing was written.
 */
async function commitOf(session: ClientSession): Promise<Failure | undefined> {
  for (let retry = 0; ; retry += 1) {
    try {
      await session.commitTransaction();
      return undefined;
    } catch (error) {
      const unknown = isUnknownCommit(error);
      if (!unknown && !isTransient(error)) throw error;
      if (!unknown || retry === COMMIT_RETRIES) return { error, unknown: true, lost: session.id };
    }
  }
}
