/** Writes what belongs together as one transaction, and finds out what became of it when the answer is lost. */
import type { ClientSession, MongoClient } from 'mongodb';
import { Backoff } from '../../backoff.ts';
import { StockbusError } from '../../errors.ts';
import type { Runtime } from '../../runtime.ts';
import { isTransient, isUnknownCommit, isUnreachable } from './storeError.ts';
import type { WriterSessions } from './WriterSessions.ts';

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

type Write = (session: ClientSession) => Promise<boolean>;

export class Transactions {
  readonly #client: MongoClient;
  readonly #sessions: WriterSessions;
  readonly #runtime: Runtime;

  constructor(client: MongoClient, sessions: WriterSessions, runtime: Runtime) {
    this.#client = client;
    this.#sessions = sessions;
    this.#runtime = runtime;
  }

  /**
   * False where `write` says so: then nothing is written. Where an answer was lost `isWritten` tells, before it is
   * tried again. Throws what the driver throws, or STORE_CONTENDED.
   */
  async run(write: Write, isWritten: () => Promise<boolean>): Promise<boolean> {
    const backoff = new Backoff(this.#runtime, WAITS);
    const lost: SessionId[] = [];
    let unsettled = false;
    let last: unknown;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (attempt > 0) await backoff.wait();
      try {
        // What was lost is ended first, so that it can neither be written later nor be in the way.
        await this.#sessions.end(lost);
        if (attempt === LONG) await this.#sessions.endThoseOfTheDead();
        if (unsettled && (await isWritten())) return true;
        const result = await this.#attempt(write);
        if (typeof result === 'boolean') return result;
        if (result.lost) lost.push(result.lost);
        unsettled ||= result.unknown;
        last = result.error;
      } catch (error) {
        if (!isTransient(error)) throw error;
        last = error;
      }
      this.#runtime.metrics.count('stockbus_store_commit_retries_total');
    }
    if ((last as { code?: unknown }).code !== WRITE_CONFLICT) throw last;
    const what = 'other commits kept changing the same SKUs';
    throw new StockbusError('STORE_CONTENDED', what, undefined, { cause: last });
  }

  async #attempt(write: Write): Promise<boolean | Failure> {
    const session = this.#client.startSession();
    try {
      await this.#sessions.register(session);
      session.startTransaction({
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority' },
        readPreference: 'primary',
      });
      if (await write(session)) return (await commitOf(session)) ?? true;
      await session.abortTransaction();
      return false;
    } catch (error) {
      // Without it the server would hold the documents until its own time limit.
      if (session.inTransaction()) await session.abortTransaction();
      if (!isTransient(error)) throw error;
      return { error, unknown: false, ...(isUnreachable(error) ? { lost: session.id } : {}) };
    } finally {
      await session.endSession();
    }
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
