/**
 * Writes commits. Every statement is prepared once; a row each, which is faster than many a row, and
 * by `get` where nobody asks what changed, because `run` makes an object for each row.
 */
import type { DatabaseSync } from 'node:sqlite';
import { BEGINNING, type Commit, type CommitMaker, madeAfter } from '../../commit.ts';
import { type LogHead, lineAfter, noLines } from '../../logLine.ts';
import { logOf } from '../../logOf.ts';
import type { CommitResult } from '../../ports.ts';
import type { InboxTable } from './InboxTable.ts';
import { refuseChangedTables } from './migrations/migrateFile.ts';
import { PackWriter } from './PackWriter.ts';
import type { Statements } from './Statements.ts';
import { DOCUMENTS_PER_COMMIT } from './schema.ts';
import { writeClaims } from './writeClaims.ts';

/** Another process has appended that version of a SKU meanwhile. */
const VERSION_TAKEN = 'UNIQUE constraint failed: packs.sku_id, packs.version';
const LAST_LINE =
  'SELECT version, hash FROM log WHERE about = ? AND name = ? ORDER BY version DESC LIMIT 1';
const SEEN_SINCE = `SELECT 1 FROM documents WHERE at <= ?2 AND id >= ${DOCUMENTS_PER_COMMIT} * (1 +
    coalesce((SELECT no FROM commits WHERE recorded_at <= ?1 ORDER BY no DESC LIMIT 1), 0))
  UNION ALL SELECT 1 FROM parked WHERE parked_at > ?1 AND stage = 'apply'`;

export class CommitWriter {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly packs: PackWriter;
  readonly #inbox: InboxTable;

  constructor(database: DatabaseSync, statements: Statements, inbox: InboxTable) {
    this.#database = database;
    this.#statements = statements;
    this.packs = new PackWriter(database);
    this.#inbox = inbox;
  }

  /**
   * All or nothing, durable on return. It is made under the write lock, so that no other process can
   * commit a later moment before it. Throws what SQLite throws, after a rollback.
   */
  write(decided: Commit | CommitMaker): CommitResult {
    this.#statements.run('BEGIN IMMEDIATE');
    try {
      refuseChangedTables(this.#database);
      const last = this.lastRecorded();
      const commit = madeAfter(decided, last);
      const { look } = commit;
      const isSeen = !look || !this.#statements.get(SEEN_SINCE, [look.mark, look.until]);
      const isNew = commit.recordedAt > last && isSeen && this.packs.write(commit);
      if (!isNew || !this.#writeKeys(commit) || !writeClaims(this.#statements, commit)) {
        this.#rollBack();
        return { outcome: 'conflict' };
      }
      this.#writeRest(commit);
      this.#inbox.bound();
      this.#statements.run('COMMIT');
      this.#inbox.committed();
      return { outcome: 'committed' };
    } catch (error) {
      this.#rollBack();
      if ((error as Error).message === VERSION_TAKEN) return { outcome: 'conflict' };
      throw error;
    }
  }

  /** When the last commit was recorded. */
  lastRecorded(): string {
    const sql = 'SELECT recorded_at FROM commits ORDER BY no DESC LIMIT 1';
    return this.#statements.column(sql)[0] ?? BEGINNING;
  }

  /** After some errors, such as a full disk, SQLite has rolled back by itself. */
  #rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    this.packs.forget();
    this.#inbox.undo();
  }

  /** False when a message or a batch was booked before. */
  #writeKeys(commit: Commit): boolean {
    if (!this.#inbox.write(commit.inbox)) return false;
    const { recordedAt } = commit;
    return commit.tallies.every(({ origin, index: batch, exists: existing, ...tally }) => {
      const row = { ...origin, batch, existing, ...tally, recordedAt };
      return this.#statements.insert('applied_batches', row, 'keep') === 1;
    });
  }

  #writeRest(commit: Commit): void {
    const stale = 'DELETE FROM checkpoints WHERE sku = ? AND at > ?';
    for (const { sku, at } of commit.staleCheckpoints) this.#statements.run(stale, [sku, at]);
    for (const one of commit.checkpoints) this.#statements.insert('checkpoints', one, 'replace');
    for (const { origin, ...record } of commit.parked) {
      const row = { ...record, ...origin, parkedAt: commit.recordedAt };
      this.#statements.insert('parked', row, 'keep');
    }
    for (const one of commit.locations) this.#statements.insert('locations', one, 'replace');
    for (const said of logOf(commit)) {
      const last = this.#statements.get(LAST_LINE, [said.about, said.name]) as LogHead | undefined;
      this.#statements.insert('log', lineAfter(last ?? noLines, said));
    }
    for (const record of commit.outbox) this.#statements.insert('outbox', record);
  }
}
