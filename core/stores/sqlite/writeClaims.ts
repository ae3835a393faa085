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

const DONE = 'DELETE FROM open_orders WHERE document = ? AND line = ?';
const BEFORE = 'DELETE FROM reservations WHERE id = ? AND version = ?';

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
