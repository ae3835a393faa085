/**
 * Writes commits. Every statement is prepared once; a row each, which is faster than many a row, and
 * by `get` where nobody asks what changed, because `run` makes an object for each row.
 */
import { BEGINNING, type Commit, type CommitMaker, madeAfter } from '../../commit.ts';
import { type LogHead, lineAfter, noLines } from '../../logLine.ts';
import { logOf } from '../../logOf.ts';
import type { CommitResult } from '../../ports.ts';
import { refuseChangedTables } from './migrations/migrateFile.ts';
import { fileParked } from './parkedInFile.ts';
import { writeSeen } from './producersInFile.ts';
import type { Statements } from './Statements.ts';
import type { Opened } from './StoreFile.ts';
import { DOCUMENTS_PER_COMMIT } from './schema.ts';

/** Another process has appended that version of a SKU meanwhile. */
const VERSION_TAKEN = 'UNIQUE constraint failed: packs.sku_id, packs.version';
const LAST_LINE =
  'SELECT version, hash FROM log WHERE about = ? AND name = ? ORDER BY version DESC LIMIT 1';
const DONE = 'DELETE FROM open_orders WHERE document = ? AND line = ?';
const BEFORE = 'DELETE FROM reservations WHERE id = ? AND version = ?';
const SEEN_SINCE = `SELECT 1 FROM documents WHERE at <= ?2 AND id >= ${DOCUMENTS_PER_COMMIT} * (1 +
    coalesce((SELECT no FROM commits WHERE recorded_at <= ?1 ORDER BY no DESC LIMIT 1), 0))
  UNION ALL SELECT 1 FROM parked WHERE parked_at > ?1 AND stage = 'apply'`;

/**
 * All or nothing, durable on return. It is made under the write lock, so that no other process can
 * commit a later moment before it. Throws what SQLite throws, after a rollback.
 */
export function commitToFile(opened: Opened, decided: Commit | CommitMaker): CommitResult {
  const { database, statements, inbox, packs } = opened;
  statements.run('BEGIN IMMEDIATE');
  try {
    refuseChangedTables(database);
    const last = lastRecorded(statements);
    const commit = madeAfter(decided, last);
    const { look } = commit;
    const isSeen = !look || !statements.get(SEEN_SINCE, [look.mark, look.until]);
    const isNew = commit.recordedAt > last && isSeen && packs.write(commit);
    if (!isNew || !writeKeys(opened, commit) || !writeClaims(statements, commit)) {
      rollBack(opened);
      return { outcome: 'conflict' };
    }
    writeRest(statements, commit);
    inbox.bound();
    statements.run('COMMIT');
    inbox.committed();
    return { outcome: 'committed' };
  } catch (error) {
    rollBack(opened);
    if ((error as Error).message === VERSION_TAKEN) return { outcome: 'conflict' };
    throw error;
  }
}

export function lastRecorded(statements: Statements): string {
  const sql = 'SELECT recorded_at FROM commits ORDER BY no DESC LIMIT 1';
  return statements.column(sql)[0] ?? BEGINNING;
}

function rollBack({ database, inbox, packs }: Opened): void {
  if (database.isTransaction) database.exec('ROLLBACK');
  packs.forget();
  inbox.undo();
}

/** False when a message or a batch was booked before. */
function writeKeys({ inbox, statements }: Opened, commit: Commit): boolean {
  if (!inbox.write(commit.inbox)) return false;
  const { recordedAt, seen = [] } = commit;
  if (!seen.every((row) => writeSeen(statements, row))) return false;
  return commit.tallies.every(({ origin, index: batch, exists: existing, ...tally }) => {
    const row = { ...origin, batch, existing, ...tally, recordedAt };
    return statements.insert('applied_batches', row, 'keep') === 1;
  });
}

/**
 * Writes reservations and the period where their versions hold, and open orders. False when some
 * version is another; then the transaction is to be rolled back.
 */
function writeClaims(statements: Statements, commit: Commit): boolean {
  const version = statements.get('SELECT version FROM period', [])?.version;
  if (version !== commit.periodVersion) return false;
  if (commit.period) {
    statements.run('DELETE FROM period');
    statements.insert('period', commit.period);
  }
  for (const change of commit.reservations) if (!writeReservation(statements, change)) return false;
  for (const order of commit.openOrders) {
    const { document, line, quantity, changed } = order;
    if (quantity === 0n && changed === '') statements.run(DONE, [document, line]);
    else statements.insert('open_orders', order, 'replace');
  }
  return true;
}

function writeReservation(
  statements: Statements,
  { reservation, expectedVersion }: Commit['reservations'][number],
): boolean {
  const { lines, ...row } = reservation;
  const { id } = row;
  if (expectedVersion > 0 && statements.run(BEFORE, [id, expectedVersion]) !== 1) return false;
  if (statements.insert('reservations', row, 'keep') !== 1) return false;
  if (expectedVersion > 0) statements.run('DELETE FROM reservation_lines WHERE id = ?', [id]);
  for (const [position, line] of lines.entries()) {
    statements.insert('reservation_lines', { id, position, ...line });
  }
  return true;
}

function writeRest(statements: Statements, commit: Commit): void {
  const stale = 'DELETE FROM checkpoints WHERE sku = ? AND at > ?';
  for (const { sku, at } of commit.staleCheckpoints) statements.run(stale, [sku, at]);
  for (const one of commit.checkpoints) statements.insert('checkpoints', one, 'replace');
  for (const { origin, ...record } of commit.parked) {
    const row = { ...record, ...origin, parkedAt: commit.recordedAt };
    if (statements.insert('parked', row, 'keep') === 1)
      fileParked(statements, { ...record, origin });
  }
  for (const one of commit.locations) statements.insert('locations', one, 'replace');
  for (const said of logOf(commit)) {
    const last = statements.get(LAST_LINE, [said.about, said.name]) as LogHead | undefined;
    statements.insert('log', lineAfter(last ?? noLines, said));
  }
  for (const record of commit.outbox) statements.insert('outbox', record);
}
