/** Reservations, open orders and the period, as the tables hold them. */
import type { OpenOrder, Period, Reservation, ReservationLine } from '../../ledger.ts';
import type { Row, Statements } from './Statements.ts';

const LINES = `SELECT line, sku, place, pool, lot, quantity, committed
  FROM reservation_lines WHERE id = ? ORDER BY position`;

export function reservationById(statements: Statements, id: string): Reservation | undefined {
  const row = statements.get('SELECT * FROM reservations WHERE id = ?', [id]);
  return row && reservationOf(row, statements);
}

export function reservationOf(row: Row, statements: Statements): Reservation {
  const { expires_at: expiresAt, log, ...rest } = row;
  const lines = statements.rows<ReservationLine>(LINES, [row.id as string], true);
  return { ...rest, expiresAt, lines, log: JSON.parse(log as string) } as Reservation;
}

export const openOrdersOf = (statements: Statements, document: string): OpenOrder[] =>
  statements.rows('SELECT * FROM open_orders WHERE document = ? ORDER BY line', [document], true);

export function periodIn(statements: Statements): Period {
  const { version, closed_through, log } = statements.get('SELECT * FROM period', [])!;
  return { version, closedThrough: closed_through, log: JSON.parse(log as string) } as Period;
}
