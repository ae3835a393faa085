/** Pages of what the tables hold as it is: one row more than the page holds, where there is one. */
import { readCursor } from '../../cursor.ts';
import type {
  Balance,
  CheckpointKey,
  CostLayer,
  OpenOrder,
  Reservation,
  SkuHead,
} from '../../ledger.ts';
import type { Page, ReservationFilter, StockFilter, ValuationRow } from '../../ports.ts';
import { openOrderOf, reservationOf } from './claimRows.ts';
import { balanceOf, HEADS, headOf, layersWhere } from './rows.ts';
import { Conditions, type Row, type Statements } from './Statements.ts';

export function stockPage(statements: Statements, filter: StockFilter, page: Page): Balance[] {
  const where = new Conditions().add('sku = ?', filter.sku).add('place = ?', filter.place);
  const after = readCursor(page.after, ['string', 'string', 'string', 'string', 'string']);
  if (after) where.add('(sku, place, lot, status, owner) > (?, ?, ?, ?, ?)', ...after);
  const sql = `SELECT * FROM balances WHERE ${where}
    ORDER BY sku, place, lot, status, owner LIMIT ?`;
  return statements.all(sql, [...where.values, page.limit + 1], true).map(balanceOf);
}

export function valuationPage(
  statements: Statements,
  filter: { sku?: string },
  page: Page,
): ValuationRow[] {
  const where = new Conditions().add('untouched = ?', 0).add('sku = ?', filter.sku);
  const after = readCursor(page.after, ['string', 'string']);
  if (after) where.add('sku >= ?', after[0]).add('(sku, pool) > (?, ?)', ...after);
  const sql = `SELECT sku, pool, quantity, value FROM pools WHERE ${where}
    ORDER BY sku, pool LIMIT ?`;
  return statements.all(sql, [...where.values, page.limit + 1], true).map((row) => ({
    sku: row.sku as string,
    pool: row.pool as string,
    quantity: row.quantity as bigint,
    value: row.value as bigint,
  }));
}

export function headsPage(statements: Statements, page: Page): SkuHead[] {
  const where = new Conditions().add('heads.sku > ?', readCursor(page.after, ['string'])?.[0]);
  const sql = `${HEADS} WHERE ${where} ORDER BY heads.sku LIMIT ?`;
  return statements.all(sql, [...where.values, page.limit + 1]).map(headOf);
}

export function recostsPage(statements: Statements, page: Page): SkuHead[] {
  const where = new Conditions().add('sku > ?', readCursor(page.after, ['string'])?.[0]);
  const waiting = `SELECT sku FROM heads INDEXED BY heads_recost
    WHERE recost IS NOT NULL AND ${where} ORDER BY sku LIMIT ?`;
  const sql = `${HEADS} WHERE heads.sku IN (${waiting}) ORDER BY heads.sku`;
  return statements.all(sql, [...where.values, page.limit + 1]).map(headOf);
}

export function layersPage(statements: Statements, page: Page): CostLayer[] {
  const after = readCursor(page.after, ['string', 'string', 'string', 'number', 'number']);
  const where = new Conditions();
  if (after) where.add('(sku, pool, at, seq, part) > (?, ?, ?, ?, ?)', ...after);
  return layersWhere(statements, `${where}`, where.values, page.limit + 1);
}

export function checkpointsPage(statements: Statements, page: Page): CheckpointKey[] {
  const where = new Conditions();
  const after = readCursor(page.after, ['string', 'string', 'number']);
  if (after) where.add('(sku, at, seq) > (?, ?, ?)', ...after);
  const sql = `SELECT sku, at, seq FROM checkpoints WHERE ${where} ORDER BY sku, at, seq LIMIT ?`;
  return statements.all(sql, [...where.values, page.limit + 1]).map((row) => ({
    sku: row.sku as string,
    at: row.at as string,
    seq: row.seq as number,
  }));
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
  return statements.all(sql, [...where.values, page.limit + 1], true).map(openOrderOf);
}

export function parkedPage(statements: Statements, filter: { flow?: string }, page: Page): Row[] {
  const where = new Conditions().add('flow = ?', filter.flow);
  const after = readCursor(page.after, ['string', 'string']);
  if (after) where.add('(parked_at, id) > (?, ?)', ...after);
  const sql = `SELECT * FROM parked WHERE ${where} ORDER BY parked_at, id LIMIT ?`;
  return statements.all(sql, [...where.values, page.limit + 1]);
}
