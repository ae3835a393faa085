/** Writes commits. Every statement is prepared once; a row each, which is faster than many a row. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Commit, LedgerEntry } from '../../ledger.ts';
import type { CommitResult } from '../../ports.ts';
import { poolsText } from './rows.ts';

const marks = (count: number): string => Array(count).fill('?').join(', ');

export class CommitWriter {
  readonly #database: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #end: StatementSync;
  readonly #newHead: StatementSync;
  readonly #nextHead: StatementSync;
  readonly #inbox: StatementSync;
  readonly #batch: StatementSync;
  readonly #parked: StatementSync;
  readonly #balance: StatementSync;
  readonly #layer: StatementSync;
  readonly #spentLayer: StatementSync;
  readonly #entry: StatementSync;
  readonly #location: StatementSync;
  readonly #outbox: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    const prepare = (sql: string): StatementSync => database.prepare(sql);
    this.#begin = prepare('BEGIN IMMEDIATE');
    this.#end = prepare('COMMIT');
    this.#newHead = prepare(
      `INSERT INTO heads (sku, version, seq, recorded_at, item, pools) VALUES (${marks(6)})
       ON CONFLICT DO NOTHING`,
    );
    this.#nextHead = prepare(
      `UPDATE heads SET version = ?, seq = ?, recorded_at = ?, item = ?, pools = ?
       WHERE sku = ? AND version = ?`,
    );
    this.#inbox = prepare(`INSERT INTO inbox VALUES (${marks(5)}) ON CONFLICT DO NOTHING`);
    this.#batch = prepare(
      `INSERT INTO applied_batches VALUES (${marks(13)}) ON CONFLICT DO NOTHING`,
    );
    this.#parked = prepare(`INSERT INTO parked VALUES (${marks(12)}) ON CONFLICT DO NOTHING`);
    this.#balance = prepare(`INSERT OR REPLACE INTO balances VALUES (${marks(7)})`);
    this.#layer = prepare(`INSERT OR REPLACE INTO layers VALUES (${marks(7)})`);
    this.#spentLayer = prepare(
      'DELETE FROM layers WHERE sku = ? AND pool = ? AND seq = ? AND part = ?',
    );
    this.#entry = prepare(`INSERT INTO entries VALUES (${marks(21)})`);
    this.#location = prepare(`INSERT OR REPLACE INTO locations VALUES (${marks(5)})`);
    this.#outbox = prepare('INSERT INTO outbox (id, topic, count, body) VALUES (?, ?, ?, ?)');
  }

  /** All or nothing, durable on return. Throws what SQLite throws, after a rollback. */
  write(commit: Commit): CommitResult {
    this.#begin.run();
    try {
      const skus = this.#writeHeads(commit);
      if (skus.length > 0 || !this.#writeKeys(commit)) {
        this.#database.exec('ROLLBACK');
        return { outcome: 'conflict', skus };
      }
      this.#writeBooks(commit);
      this.#writeRest(commit);
      this.#end.run();
      return { outcome: 'committed' };
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** SKUs that have another version than expected. */
  #writeHeads(commit: Commit): string[] {
    const conflicts: string[] = [];
    for (const { head, expectedVersion } of commit.heads) {
      const { sku, version, seq, recordedAt } = head;
      const item = head.item === undefined ? null : JSON.stringify(head.item);
      const pools = poolsText(head.pools);
      const written =
        expectedVersion === 0
          ? this.#newHead.run(sku, version, seq, recordedAt, item, pools)
          : this.#nextHead.run(version, seq, recordedAt, item, pools, sku, expectedVersion);
      if (written.changes !== 1) conflicts.push(sku);
    }
    return conflicts;
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
        tally.batches ?? null,
        commit.recordedAt,
      );
      if (written.changes !== 1) return false;
    }
    return true;
  }

  #writeBooks(commit: Commit): void {
    for (const entry of commit.entries) this.#writeEntry(entry);
    for (const { sku, place, lot, status, onHand, reserved, version } of commit.balances) {
      this.#balance.run(sku, place, lot, status, onHand, reserved, version);
    }
    for (const { sku, pool, seq, part, at, quantity, value } of commit.layers) {
      if (quantity === 0n) this.#spentLayer.run(sku, pool, seq, part);
      else this.#layer.run(sku, pool, seq, part, at, quantity, value);
    }
  }

  #writeEntry(entry: LedgerEntry): void {
    this.#entry.run(
      entry.sku,
      entry.seq,
      entry.kind,
      entry.from,
      entry.to,
      entry.quantity,
      entry.value,
      entry.fromPool,
      entry.toPool,
      entry.lot,
      entry.status,
      entry.document,
      entry.line,
      entry.partner,
      entry.reason,
      entry.reference,
      entry.at,
      entry.recordedAt,
      entry.source,
      entry.messageId,
      entry.corrects ?? null,
    );
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
    for (const { id, topic, count, body } of commit.outbox)
      this.#outbox.run(id, topic, count, body);
  }
}
