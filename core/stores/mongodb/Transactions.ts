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

type Write = (session: ClientSession) => Promise<boolean>;

/** What attempts that failed have left. */
interface Left {
  /** Sessions whose transactions may still be open on the server. */
  sessions: ClientSession['id'][];
  /** True where one of them may have been written all the same. */
  isUnsettled: boolean;
}

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
    const left: Left = { sessions: [], isUnsettled: false };
    for (let failed = 0; ; failed += 1) {
      try {
        // What was lost is ended first, so that it can neither be written later nor be in the way.
        await this.#sessions.end(left.sessions);
        if (failed === LONG) await this.#sessions.endThoseOfTheDead();
        if (left.isUnsettled && (await isWritten())) return true;
        return await this.#client.withSession((session) => this.#attempt(session, write, left));
      } catch (error) {
        if (!isTransient(error) && !isUnknownCommit(error)) throw error;
        this.#runtime.metrics.count('stockbus_store_commit_retries_total');
        if (failed === ATTEMPTS - 1) throw contended(error);
      }
      await backoff.wait();
    }
  }

  /** What it does not commit the driver aborts with the session, so that no document stays locked for it. */
  async #attempt(session: ClientSession, write: Write, left: Left): Promise<boolean> {
    try {
      await this.#sessions.register(session);
      session.startTransaction({ readConcern: { level: 'snapshot' } });
      if (!(await write(session))) return false;
    } catch (error) {
      if (isUnreachable(error)) left.sessions.push(session.id);
      throw error;
    }
    try {
      await commit(session);
      return true;
    } catch (error) {
      // The driver, too, sends the command twice: no error proves that nothing was written.
      left.isUnsettled = true;
      left.sessions.push(session.id);
      throw error;
    }
  }
}

/** Sends the commit command; again while its answer is lost, which the server takes as one. */
async function commit(session: ClientSession): Promise<void> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await session.commitTransaction();
    } catch (error) {
      if (!isUnknownCommit(error) || retry === COMMIT_RETRIES) throw error;
    }
  }
}

const WRITE_CONFLICT = 112;

function contended(cause: unknown): unknown {
  if ((cause as { code?: unknown }).code !== WRITE_CONFLICT) return cause;
  const what = 'other commits kept changing the same SKUs';
  return new StockbusError('STORE_CONTENDED', what, undefined, { cause });
}
