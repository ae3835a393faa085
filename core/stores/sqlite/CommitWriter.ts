/**
 * Writes commits. Every statement is prepared once; a row each, which is faster than many a row, and
 * by `get` where nobody asks what changed, because `run` makes an object for each row.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { BEGINNING, type Commit, type CommitMaker, madeAfter } from '../../commit.ts';
import type { CommitResult } from '../../ports.ts';
import { ClaimWriter } from './ClaimWriter.ts';
import type { InboxTable } from './InboxTable.ts';
import { PackWriter } from './PackWriter.ts';

const marks = (count: number): string => Array(count).fill('?').join(', ');

export class CommitWriter {
  readonly #database: DatabaseSync;
  readonly #packs: PackWriter;
  readonly #claims: ClaimWriter;
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  readonly #last: StatementSync;
  readonly #inbox: InboxTable;
  readonly #batch: StatementSync;
  readonly #parked: StatementSync;
  readonly #stale: StatementSync;
  readonly #checkpoint: StatementSync;
  readonly #location: StatementSync;
  readonly #outbox: StatementSync;

  constructor(database: DatabaseSync, inbox: InboxTable) {
    this.#database = database;
    this.#packs = new PackWriter(database);
    this.#claims = new ClaimWriter(database);
    const prepare = (sql: string): StatementSync => database.prepare(sql);
    this.#begin = prepare('BEGIN IMMEDIATE');
    this.#end = prepare('COMMIT');
    this.#last = prepare('SELECT recorded_at FROM commits ORDER BY no DESC LIMIT 1');
    this.#inbox = inbox;
    this.#batch = prepare(
      `INSERT INTO applied_batches VALUES (${marks(14)}) ON CONFLICT DO NOTHING`,
    );
    this.#parked = prepare(`INSERT INTO parked VALUES (${marks(12)}) ON CONFLICT DO NOTHING`);
    this.#stale = prepare('DELETE FROM checkpoints WHERE sku = ? AND at > ?');
    this.#checkpoint = prepare(`INSERT OR REPLACE INTO checkpoints VALUES (${marks(5)})`);
    this.#location = prepare(`INSERT OR REPLACE INTO locations VALUES (${marks(5)})`);
    this.#outbox = prepare('INSERT INTO outbox (id, topic, count, body) VALUES (?, ?, ?, ?)');
  }

  /**
   * All or nothing, durable on return. It is made under the write lock, so that no other process can
   * commit a later moment before it. Throws what SQLite throws, after a rollback.
   */
  write(decided: Commit | CommitMaker): CommitResult {
    this.#begin.run();
    try {
      const last = this.lastRecorded();
      const commit = madeAfter(decided, last);
      const skus = this.#packs.write(commit);
      const isLate = commit.recordedAt <= last || skus.length > 0;
      if (isLate || !this.#writeKeys(commit) || !this.#claims.write(commit)) {
        this.#rollBack();
        return { outcome: 'conflict', skus };
      }
      this.#writeCheckpoints(commit);
      this.#writeRest(commit);
      this.#inbox.bound();
      this.#end.run();
      this.#inbox.committed();
      return { outcome: 'committed' };
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** When the last commit was recorded. */
  lastRecorded(): string {
    const last = this.#last.get() as { recorded_at: string } | undefined;
    return last?.recorded_at ?? BEGINNING;
  }

  /** After some errors, such as a full disk, SQLite has rolled back by itself. */
  #rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    this.#packs.forget();
    this.#inbox.undo();
  }

  /** False when a message or a batch was booked before. */
  #writeKeys(commit: Commit): boolean {
    if (!this.#inbox.write(commit.inbox)) return false;
    for (const tally of commit.tallies) {
      const written = this.#batch.run(
        tally.origin.intakeId,
        tally.index,
        tally.digest,
        tally.origin.flow,
        tally.origin.name,
        tally.records,
        tally.filtered,
        tally.messages,
        tally.booked,
        tally.exists,
        tally.parked,
        tally.answers ? JSON.stringify(tally.answers) : null,
        tally.batches ?? null,
        commit.recordedAt,
      );
      if (written.changes !== 1) return false;
    }
    return true;
  }

  #writeCheckpoints(commit: Commit): void {
    for (const { sku, at } of commit.staleCheckpoints) this.#stale.run(sku, at);
    for (const { sku, at, seq, afterSeq, state } of commit.checkpoints) {
      this.#checkpoint.run(sku, at, seq, afterSeq, state);
    }
  }

  #writeRest(commit: Commit): void {
    for (const record of commit.parked) {
      this.#parked.run(
        record.id,
        commit.recordedAt,
        record.origin.intakeId,
        record.origin.flow,
        record.origin.name,
        record.stage,
        JSON.stringify(record.faults),
        record.record,
        record.content,
        record.type ?? null,
        record.source ?? null,
        record.messageId ?? null,
      );
    }
    for (const { location, name, kind, parent, attributes } of commit.locations) {
      this.#location.run(location, name, kind, parent, JSON.stringify(attributes));
    }
    for (const { id, topic, count, body } of commit.outbox) {
      this.#outbox.run(id, topic, count, body);
    }
  }
}
