import type { Commit } from '../../commit.ts';
import type { Statements } from './Statements.ts';

/**
 * Writes reservations and the period where their versions hold, and open orders. False when some
 * version is another; then the transaction is to be rolled back.
 */
export function writeClaims(statements: Statements, commit: Commit): boolean {
  const version = statements.get('SELECT version FROM period', [])?.version;
  if (version !== commit.periodVersion) return false;
  if (commit.period) {
    const { version, closedThrough, log } = commit.period;
    const sql = 'UPDATE period SET version = ?, closed_through = ?, log = ?';
    statements.run(sql, [version, closedThrough, JSON.stringify(log)]);
  }
  for (const change of commit.reservations) if (!writeReservation(statements, change)) return false;
  for (const { document, line, kind, sku, place, quantity, due, ...of } of commit.openOrders) {
    const order = [document, line, kind, sku, place, quantity, due, of.changed, of.stated];
    if (quantity === 0n && of.changed === '') statements.run(DONE, [document, line]);
    else statements.insert('open_orders', order, 'replace');
  }
  return true;
}

const DONE = 'DELETE FROM open_orders WHERE document = ? AND line = ?';
const NEXT = `UPDATE reservations SET version = ?, state = ?, at = ?, expires_at = ?, partner = ?,
  reference = ?, log = ? WHERE id = ? AND version = ?`;

function writeReservation(
  statements: Statements,
  { reservation, expectedVersion }: Commit['reservations'][number],
): boolean {
  const { id, version, state, at, expiresAt, partner, reference, lines, log } = reservation;
  const row = [version, state, at, expiresAt, partner, reference, JSON.stringify(log)];
  const written =
    expectedVersion === 0
      ? statements.insert('reservations', [id, ...row], 'keep')
      : statements.run(NEXT, [...row, id, expectedVersion]);
  if (written !== 1) return false;
  if (expectedVersion > 0) statements.run('DELETE FROM reservation_lines WHERE id = ?', [id]);
  lines.forEach(({ line, sku, place, pool, lot, quantity, committed }, position) => {
    const held = [id, position, line, sku, place, pool, lot, quantity, committed];
    statements.insert('reservation_lines', held);
  });
  return true;
}
