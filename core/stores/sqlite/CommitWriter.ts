/**
 * Writes commits. Every statement is prepared once; a row each, which is faster than many a row, and
 * by `get` where nobody asks what changed, because `run` makes an object for each row.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Commit, CostLayer, SkuHead } from '../../ledger.ts';
import type { CommitResult } from '../../ports.ts';
import { ClaimWriter } from './ClaimWriter.ts';
import { EntryWriter } from './EntryWriter.ts';
import { HeadWriter } from './HeadWriter.ts';

const marks = (count: number): string => Array(count).fill('?').join(', ');

export class CommitWriter {
  readonly #database: DatabaseSync;
  readonly #heads: HeadWriter;
  readonly #entries: EntryWriter;
  readonly #claims: ClaimWriter;
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  readonly #inbox: StatementSync;
  readonly #batch: StatementSync;
  readonly #parked: StatementSync;
  readonly #balance: StatementSync;
  readonly #layer: StatementSync;
  readonly #spentLayer: StatementSync;
  readonly #stale: StatementSync;
  readonly #checkpoint: StatementSync;
  readonly #location: StatementSync;
  readonly #outbox: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#heads = new HeadWriter(database);
    this.#entries = new EntryWriter(database);
    this.#claims = new ClaimWriter(database);
    const prepare = (sql: string): StatementSync => database.prepare(sql);
    this.#begin = prepare('BEGIN IMMEDIATE');
    this.#end = prepare('COMMIT');
    this.#inbox = prepare(`INSERT INTO inbox VALUES (${marks(5)}) ON CONFLICT DO NOTHING`);
    this.#batch = prepare(
      `INSERT INTO applied_batches VALUES (${marks(14)}) ON CONFLICT DO NOTHING`,
    );
    this.#parked = prepare(`INSERT INTO parked VALUES (${marks(12)}) ON CONFLICT DO NOTHING`);
    this.#balance = prepare(
      `INSERT INTO balances VALUES (${marks(10)}) ON CONFLICT DO UPDATE
       SET on_hand = excluded.on_hand, reserved = excluded.reserved,
       expires_on = excluded.expires_on, since = excluded.since, version = excluded.version`,
    );
    this.#layer = prepare(`INSERT OR REPLACE INTO layers VALUES (${marks(11)})`);
    this.#spentLayer = prepare(
      'DELETE FROM layers WHERE sku = ? AND pool = ? AND at = ? AND seq = ? AND part = ?',
    );
    this.#stale = prepare('DELETE FROM checkpoints WHERE sku = ? AND at > ?');
    this.#checkpoint = prepare(`INSERT OR REPLACE INTO checkpoints VALUES (${marks(5)})`);
    this.#location = prepare(`INSERT OR REPLACE INTO locations VALUES (${marks(5)})`);
    this.#outbox = prepare('INSERT INTO outbox (id, topic, count, body) VALUES (?, ?, ?, ?)');
  }

  /** All or nothing, durable on return. Throws what SQLite throws, after a rollback. */
  write(commit: Commit): CommitResult {
    this.#begin.run();
    try {
      const skus = this.#heads.write(commit.heads);
      if (skus.length > 0 || !this.#writeKeys(commit) || !this.#claims.write(commit)) {
        this.#rollBack();
        return { outcome: 'conflict', skus };
      }
      this.#writeBooks(commit);
      this.#writeRest(commit);
      this.#end.run();
      this.#heads.remember(commit.heads.map(({ head }) => head));
      return { outcome: 'committed' };
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /** Heads as they were read. */
  remember(heads: readonly SkuHead[]): void {
    this.#heads.remember(heads);
  }

  /** After some errors, such as a full disk, SQLite has rolled back by itself. */
  #rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    this.#entries.forget();
  }

  /** False when a message or a batch was booked before. */
  #writeKeys(commit: Commit): boolean {
    for (const { source, id, contenthash, intakeId, recordedAt } of commit.inbox) {
      const written = this.#inbox.run(source, id, contenthash, intakeId, recordedAt);
      if (written.changes !== 1) return false;
    }
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

  #writeBooks(commit: Commit): void {
    this.#entries.write(commit.entries, commit.recordedAt);
    for (const row of commit.balances) {
      this.#balance.get(
        row.sku,
        row.place,
        row.lot,
        row.status,
        row.owner,
        row.onHand,
        row.reserved,
        row.expiresOn,
        row.since,
        row.version,
      );
    }
    for (const layer of commit.layers) this.#writeLayer(layer);
    for (const { sku, at } of commit.staleCheckpoints) this.#stale.run(sku, at);
    for (const { sku, at, seq, afterSeq, state } of commit.checkpoints) {
      this.#checkpoint.run(sku, at, seq, afterSeq, state);
    }
  }

  #writeLayer(layer: CostLayer): void {
    const { sku, pool, at, seq, part, since, origin, lot, owed, quantity, value } = layer;
    if (quantity === 0n) this.#spentLayer.run(sku, pool, at, seq, part);
    else this.#layer.get(sku, pool, at, seq, part, since, origin, lot, owed, quantity, value);
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
