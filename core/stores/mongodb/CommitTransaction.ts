/** Writes a commit as one transaction, and finds out what became of it when the answer is lost. */
import type { ClientSession, MongoClient } from 'mongodb';
import { Backoff } from '../../backoff.ts';
import type { Commit } from '../../commit.ts';
import { StockbusError } from '../../errors.ts';
import type { CommitResult } from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import type { Collections } from './Collections.ts';
import type { KnownPacks } from './KnownPacks.ts';
import { firstPartKey } from './packDocuments.ts';
import { isTransient, isUnknownCommit, isUnreachable } from './storeError.ts';
import type { WriterSessions } from './WriterSessions.ts';
import { writeCommit } from './writeCommit.ts';

/** Attempts of one commit, over about four seconds: longer than an election usually takes. */
const ATTEMPTS = 9;
const WAITS = { firstMs: 30, maxMs: 1_500 };
/** What is in the way that long may be the transaction of a process that was killed. */
const LONG = 3;
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

type Attempt = CommitResult['outcome'] | Failure;

interface TransactionParts {
  client: MongoClient;
  collections: Collections;
  known: KnownPacks;
  sessions: WriterSessions;
  runtime: Runtime;
}

export class CommitTransaction {
  readonly #parts: TransactionParts;

  constructor(parts: TransactionParts) {
    this.#parts = parts;
  }

  /** Throws what the driver throws, or STORE_CONTENDED. */
  async write(commit: Commit): Promise<CommitResult> {
    const { runtime, sessions } = this.#parts;
    const id = runtime.newId();
    const backoff = new Backoff(runtime, WAITS);
    const lost: SessionId[] = [];
    let unsettled = false;
    let last: unknown;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (attempt > 0) await backoff.wait();
      try {
        // What was lost is ended first, so that it can neither be written later nor be in the way.
        await sessions.end(lost);
        if (attempt === LONG) await sessions.endThoseOfTheDead();
        if (unsettled && (await this.#isWritten(commit, id))) return { outcome: 'committed' };
        const result = await this.#attempt(commit, id);
        if (typeof result === 'string') return { outcome: result };
        if (result.lost) lost.push(result.lost);
        unsettled ||= result.unknown;
        last = result.error;
      } catch (error) {
        if (!isTransient(error)) throw error;
        last = error;
      }
      runtime.metrics.count('stockbus_store_commit_retries_total');
    }
    if ((last as { code?: unknown }).code !== WRITE_CONFLICT) throw last;
    const what = 'other commits kept changing the same SKUs';
    throw new StockbusError('STORE_CONTENDED', what, undefined, { cause: last });
  }

  async #attempt(commit: Commit, id: string): Promise<Attempt> {
    const { client, collections, known, sessions } = this.#parts;
    const session = client.startSession();
    try {
      await sessions.register(session);
      session.startTransaction({
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority' },
        readPreference: 'primary',
      });
      const options = { session, ordered: false };
      const good = await writeCommit({ to: collections, known, commit, id, options });
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

  /** Whether an attempt of this commit was written: every one has a part of documents. */
  async #isWritten(commit: Commit, id: string): Promise<boolean> {
    const _id = firstPartKey(commit, id);
    const first = await this.#parts.collections.documents.findOne({ _id });
    return first !== null;
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
