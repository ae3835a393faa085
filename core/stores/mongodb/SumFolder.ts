import type { MongoClient } from 'mongodb';
import type { LedgerEntry } from '../../ledger.ts';
import type { Runtime } from '../../runtime.ts';
import type { Collections } from './Collections.ts';
import { under } from './keys.ts';
import { PoolSums } from './PoolSums.ts';
import { isTransient, isUnreachable } from './storeError.ts';
import { daySumsFrom, PARTS, partOf } from './unsummed.ts';
import type { WriterSessions } from './WriterSessions.ts';

export interface FoldBounds {
  /** Entries, and documents of `unsummed`, that may wait: a valuation reads them all. */
  entries: number;
  documents: number;
  /** Documents of sums that are written in one transaction, about: the server keeps them until its end. */
  sumsPerFold: number;
}

const BOUNDS: FoldBounds = { entries: 100_000, documents: 4_000, sumsPerFold: 5_000 };

/**
 * Adds what commits left in `unsummed` to the sums of months and days: those of many commits at once, a
 * part of all SKUs after the other, beside the commits that follow. Each fold is a transaction, so that
 * a reader finds every movement in one of the two places.
 */
export class SumFolder {
  readonly #client: MongoClient;
  readonly #collections: Collections;
  readonly #sessions: WriterSessions;
  readonly #runtime: Runtime;
  readonly #most: FoldBounds;
  #entries = 0;
  #documents = 0;
  #folding: Promise<void> | undefined;
  #stopping = false;

  constructor(
    client: MongoClient,
    collections: Collections,
    sessions: WriterSessions,
    runtime: Runtime,
    most = BOUNDS,
  ) {
    this.#client = client;
    this.#collections = collections;
    this.#sessions = sessions;
    this.#runtime = runtime;
    this.#most = most;
  }

  /** Counts what waits from processes before. */
  async open(): Promise<void> {
    this.#documents = await this.#collections.unsummed.estimatedDocumentCount();
  }

  /** A commit with these entries was written. */
  written(entries: readonly Pick<LedgerEntry, 'sku'>[]): void {
    if (entries.length === 0) return;
    this.#entries += entries.length;
    this.#documents += new Set(entries.map(({ sku }) => partOf(sku))).size;
    const isDue = this.#entries >= this.#most.entries || this.#documents >= this.#most.documents;
    if (this.#folding || !isDue) return;
    this.#entries = 0;
    this.#documents = 0;
    this.#folding = this.foldAll().finally(() => {
      this.#folding = undefined;
    });
  }

  /** Ends the fold that is under way after its present transaction. */
  async close(): Promise<void> {
    this.#stopping = true;
    await this.#folding;
  }

  /** All that waits; what another process folds at the same time may be left to it. */
  async foldAll(): Promise<void> {
    for (const part of PARTS) {
      try {
        while (!this.#stopping && (await this.#fold(part)));
      } catch (error) {
        // Nothing is lost: what waits is read where it is, and folded another time.
        const level = isTransient(error) || isUnreachable(error) ? 'debug' : 'warn';
        this.#runtime.log(level, 'store.sums_wait', { part, reason: String(error) });
      }
    }
  }

  /** Folds the oldest documents; true where there were more than one transaction should take. */
  async #fold(part: string): Promise<boolean> {
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
      const { documents: most, sumsPerFold } = this.#most;
      const waiting = unsummed
        .find({ _id: under(part) }, { session })
        .sort({ _id: 1 })
        .limit(most);
      for await (const document of waiting) {
        for (const sum of daySumsFrom(document)) sums.add(sum);
        folded.push(document._id);
        if (sums.size >= sumsPerFold) break;
      }
      if (folded.length > 0) {
        await unsummed.deleteMany({ _id: { $in: folded } }, { session });
        await sums.write(this.#collections, { session, ordered: false });
      }
      await session.commitTransaction();
      return folded.length === most || sums.size >= sumsPerFold;
    } finally {
      if (session.inTransaction()) await session.abortTransaction();
      await session.endSession();
    }
  }
}
