/**
 * Stock and value as they were at a business date: sums over the ledger. Read by windows of SKUs, so
 * that a page costs the entries of its own SKUs and not of the whole ledger.
 */
import type { SQLInputValue } from 'node:sqlite';
import type { CursorPart } from '../../cursor.ts';
import { readCursor } from '../../cursor.ts';
import type { Balance } from '../../ledger.ts';
import { virtualPlaces } from '../../ledger.ts';
import type { Page, StockFilter, ValuationRow } from '../../ports.ts';
import { balanceOf, type Row } from './rows.ts';
import { Conditions, type Statements } from './Statements.ts';

/** SKUs whose entries are summed at once. */
const WINDOW_SKUS = 500;

export const virtualList = virtualPlaces.map((place) => `'${place}'`).join(', ');

const BALANCES = `
  SELECT sku, place, lot, status, SUM(quantity) AS on_hand, 0 AS reserved, MAX(seq) AS version
  FROM (
    SELECT sku, seq, lot, status, at, from_place AS place, -quantity AS quantity FROM ledger
    UNION ALL
    SELECT sku, seq, lot, status, at, to_place, quantity FROM ledger
  )
  WHERE sku BETWEEN ? AND ? AND at <= ? AND`;

const VALUES = `
  SELECT sku, pool, SUM(quantity) AS quantity, SUM(value) AS value
  FROM (
    SELECT sku, at, from_pool AS pool, -quantity AS quantity, -value AS value FROM ledger
    UNION ALL
    SELECT sku, at, to_pool, quantity, value FROM ledger
  )
  WHERE sku BETWEEN ? AND ? AND at <= ? AND pool <> '' AND`;

/** One row more than the page holds, where there is one. */
export function stockAsOf(
  statements: Statements,
  filter: StockFilter & { asOf: string },
  page: Page,
): Balance[] {
  const after = readCursor(page.after, ['string', 'string', 'string', 'string']);
  const where = new Conditions().add('place = ?', filter.place);
  if (filter.place === undefined) where.add(`place NOT IN (${virtualList})`);
  if (after) where.add('(sku, place, lot, status) > (?, ?, ?, ?)', ...after);
  const sql = `${BALANCES} ${where} GROUP BY sku, place, lot, status ORDER BY 1, 2, 3, 4 LIMIT ?`;
  return byWindows(statements, filter, page, after, sql, where.values).map(balanceOf);
}

export function valuationAsOf(
  statements: Statements,
  filter: { sku?: string; asOf: string },
  page: Page,
): ValuationRow[] {
  const after = readCursor(page.after, ['string', 'string']);
  const where = new Conditions();
  if (after) where.add('(sku, pool) > (?, ?)', ...after);
  const sql = `${VALUES} ${where} GROUP BY sku, pool ORDER BY 1, 2 LIMIT ?`;
  return byWindows(statements, filter, page, after, sql, where.values).map(valuationOf);
}

export const valuationOf = (row: Row): ValuationRow => ({
  sku: row.sku as string,
  pool: row.pool as string,
  quantity: row.quantity as bigint,
  value: row.value as bigint,
});

function byWindows(
  statements: Statements,
  filter: { sku?: string; asOf: string },
  page: Page,
  after: CursorPart[] | undefined,
  sql: string,
  values: SQLInputValue[],
): Row[] {
  const rows: Row[] = [];
  for (const [first, last] of windows(statements, filter.sku, after)) {
    const missing = page.limit + 1 - rows.length;
    rows.push(...statements.all(sql, [first, last, filter.asOf, ...values, missing], true));
    if (rows.length > page.limit) break;
  }
  return rows;
}

/** First and last SKU of each window, from the SKU of the cursor on. */
function* windows(
  statements: Statements,
  sku: string | undefined,
  after: CursorPart[] | undefined,
): Generator<[string, string]> {
  if (sku !== undefined) return yield [sku, sku];
  let sql = 'SELECT sku FROM heads WHERE sku >= ? ORDER BY sku LIMIT ?';
  let from = after?.[0] ?? '';
  for (;;) {
    const skus = statements.all(sql, [from, WINDOW_SKUS]).map((row) => row.sku as string);
    const last = skus.at(-1);
    if (last === undefined) return;
    yield [skus[0]!, last];
    sql = 'SELECT sku FROM heads WHERE sku > ? ORDER BY sku LIMIT ?';
    from = last;
  }
}
