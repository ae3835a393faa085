import type { MongoClient } from 'mongodb';
import type { Runtime } from '../../runtime.ts';
import type { Collections } from './Collections.ts';
import { daySumsFrom } from './daySums.ts';
import { PoolSums } from './PoolSums.ts';
import type { WriterSessions } from './WriterSessions.ts';

/** Entries, and commits, whose sums may wait: a valuation reads them all. */
const MOST_WAITING = { entries: 100_000, commits: 2_000 };

/** Documents of sums that are written in one transaction. */
const SUMS_PER_FOLD = 20_000;

/**
 * Adds what commits left in `unsummed` to the sums of months and days, many commits at once and beside those that
 * follow. Each fold is a transaction, so that a reader finds every movement in one of the two places.
 */
export class SumFolder {
  readonly #client: MongoClient;
  readonly #collections: Collections;
  readonly #sessions: WriterSessions;
  readonly #runtime: Runtime;
  readonly #most: { entries: number; commits: number };
  #entries = 0;
  #commits = 0;
  #folding: Promise<void> | undefined;

  constructor(
    client: MongoClient,
    collections: Collections,
    sessions: WriterSessions,
    runtime: Runtime,
    most = MOST_WAITING,
  ) {
    this.#client = client;
    this.#collections = collections;
    this.#sessions = sessions;
    this.#runtime = runtime;
    this.#most = most;
  }

  /** Counts what waits from processes before. */
  async open(): Promise<void> {
    this.#commits = await this.#collections.unsummed.estimatedDocumentCount();
  }

  /** A commit with so many entries was written. */
  written(entries: number): void {
    if (entries === 0) return;
    this.#entries += entries;
    this.#commits += 1;
    const isDue = this.#entries >= this.#most.entries || this.#commits >= this.#most.commits;
    if (this.#folding || !isDue) return;
    this.#entries = 0;
    this.#commits = 0;
    this.#folding = this.#foldAll().finally(() => {
      this.#folding = undefined;
    });
  }

  /** Waits for the fold that is under way. */
  async close(): Promise<void> {
    await this.#folding;
  }

  async #foldAll(): Promise<void> {
    try {
      while (await this.#fold());
    } catch (error) {
      // Nothing is lost: what waits is read where it is, and folded another time.
      this.#runtime.log('debug', 'store_sums_wait', { reason: String(error) });
    }
  }

  /** Folds the oldest documents; true where there were more than one transaction should take. */
  async #fold(): Promise<boolean> {
    const { unsummed } = this.#collections;
    const session = this.#client.startSession();
    try {
      await this.#sessions.register(session);
      session.startTransaction({
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority' },
        readPreference: 'primary',
      });
      const sums = new PoolSums();
      const folded: string[] = [];
      const waiting = unsummed.find({}, { session }).sort({ _id: 1 }).limit(this.#most.commits);
      for await (const document of waiting) {
        for (const sum of daySumsFrom(document)) sums.add(sum);
        folded.push(document._id);
        if (sums.size >= SUMS_PER_FOLD) break;
      }
      if (folded.length > 0) {
        await unsummed.deleteMany({ _id: { $in: folded } }, { session });
        await sums.write(this.#collections, { session, ordered: false });
      }
      await session.commitTransaction();
      return folded.length === this.#most.commits || sums.size >= SUMS_PER_FOLD;
    } finally {
      if (session.inTransaction()) await session.abortTransaction();
      await session.endSession();
    }
  }
}
