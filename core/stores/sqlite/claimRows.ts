/** Rows of reservations, open orders and the period as the ledger's types. */
import type { OpenOrder, Period, Reservation, ReservationLine } from '../../ledger.ts';
import type { Row, Statements } from './Statements.ts';

const LINES = 'SELECT * FROM reservation_lines WHERE id = ? ORDER BY position';
const PERIOD = 'SELECT * FROM period';

export function reservationById(statements: Statements, id: string): Reservation | undefined {
  const row = statements.get('SELECT * FROM reservations WHERE id = ?', [id]);
  return row && reservationOf(row, statements);
}

export function reservationOf(row: Row, statements: Statements): Reservation {
  const id = row.id as string;
  return {
    id,
    version: row.version as number,
    state: row.state as Reservation['state'],
    at: row.at as string,
    expiresAt: row.expires_at as string,
    partner: row.partner as string,
    reference: row.reference as string,
    lines: statements.all(LINES, [id], true).map(reservationLineOf),
    log: JSON.parse(row.log as string) as Reservation['log'],
  };
}

const reservationLineOf = (row: Row): ReservationLine => ({
  line: row.line as string,
  sku: row.sku as string,
  place: row.place as string,
  pool: row.pool as string,
  lot: row.lot as string,
  quantity: row.quantity as bigint,
  committed: row.committed as bigint,
});

export const openOrderOf = (row: Row): OpenOrder => ({
  document: row.document as string,
  line: row.line as string,
  kind: row.kind as OpenOrder['kind'],
  sku: row.sku as string,
  place: row.place as string,
  quantity: row.quantity as bigint,
  due: row.due as string,
});

export function periodIn(statements: Statements): Period {
  const row = statements.get(PERIOD, [])!;
  return {
    version: row.version as number,
    closedThrough: row.closed_through as string,
    log: JSON.parse(row.log as string) as Period['log'],
  };
}
