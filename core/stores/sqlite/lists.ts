/** Pages of what the tables hold as it is: one row more than the page holds, where there is one. */
import { readCursor } from '../../cursor.ts';
import type { CheckpointKey, OpenOrder, Reservation } from '../../ledger.ts';
import type { Page, ReservationFilter } from '../../ports.ts';
import { reservationOf } from './claimRows.ts';
import { Conditions, type Row, type Statements } from './Statements.ts';

/** SKUs that wait to be costed anew. */
export function recostsPage(statements: Statements, page: Page): string[] {
  const where = new Conditions().add('sku > ?', readCursor(page.after, ['string'])?.[0]);
  const sql = `SELECT sku FROM skus INDEXED BY skus_recosts
    WHERE recosts = 1 AND ${where} ORDER BY sku LIMIT ?`;
  return statements.all(sql, [...where.values, page.limit + 1]).map(({ sku }) => sku as string);
}

export function checkpointsPage(statements: Statements, page: Page): CheckpointKey[] {
  const where = new Conditions();
  const after = readCursor(page.after, ['string', 'string', 'number']);
  if (after) where.add('(sku, at, seq) > (?, ?, ?)', ...after);
  const sql = `SELECT sku, at, seq FROM checkpoints WHERE ${where} ORDER BY sku, at, seq LIMIT ?`;
  return statements.rows(sql, [...where.values, page.limit + 1]);
}

export function reservationsPage(
  statements: Statements,
  { sku, state }: ReservationFilter,
  page: Page,
): Reservation[] {
  const where = new Conditions().add('state = ?', state);
  where.add('id > ?', readCursor(page.after, ['string'])?.[0]);
  where.add('id IN (SELECT id FROM reservation_lines WHERE sku = ?)', sku);
  const sql = `SELECT * FROM reservations WHERE ${where} ORDER BY id LIMIT ?`;
  const rows = statements.all(sql, [...where.values, page.limit + 1]);
  return rows.map((row) => reservationOf(row, statements));
}

export function openOrdersPage(
  statements: Statements,
  filter: { sku?: string },
  page: Page,
): OpenOrder[] {
  const where = new Conditions().add('sku = ?', filter.sku);
  const after = readCursor(page.after, ['string', 'string', 'string', 'string']);
  if (after) where.add('(sku, due, document, line) > (?, ?, ?, ?)', ...after);
  const sql = `SELECT * FROM open_orders WHERE ${where} ORDER BY sku, due, document, line LIMIT ?`;
  return statements.rows(sql, [...where.values, page.limit + 1], true);
}

export function parkedPage(statements: Statements, filter: { flow?: string }, page: Page): Row[] {
  const where = new Conditions().add('flow = ?', filter.flow);
  const after = readCursor(page.after, ['string', 'string']);
  if (after) where.add('(parked_at, id) > (?, ?)', ...after);
  const sql = `SELECT * FROM parked WHERE ${where} ORDER BY parked_at, id LIMIT ?`;
  return statements.all(sql, [...where.values, page.limit + 1]);
}
