/**
 * Stock and value by both clocks: sums over the ledger. By windows of SKUs, so that a page costs the
 * entries of its own SKUs and not of the whole ledger. SQLite sums by SKU and route; the two ends of
 * each route are added up here.
 */
import { type CursorPart, readCursor } from '../../cursor.ts';
import { type Balance, isOutside, type Status } from '../../ledger.ts';
import type { Page, StockFilter, ValuationRow } from '../../ports.ts';
import { compareUtf8 } from './compareUtf8.ts';
import { moveFilter, movesWhere } from './moves.ts';
import type { Route, Routes } from './Routes.ts';
import { Conditions, type Statements } from './Statements.ts';

/** SKUs whose entries are summed at once. */
const WINDOW_SKUS = { least: 100, most: 1_000 };

export interface SumFilter {
  sku?: string;
  asOf?: string;
  knownAt?: string;
}

/** What moved of a SKU by one route, of one lot and owner. */
interface Moved {
  sku: string;
  route: Route;
  lot: string;
  owner: string;
  quantity: bigint;
  value: bigint;
  seq: number;
}

interface Reader {
  statements: Statements;
  routes: Routes;
}

/** One row more than the page holds, where there is one. A value that moves alone is no stock. */
export function stockAsOf(reader: Reader, filter: StockFilter, page: Page): Balance[] {
  const after = readCursor(page.after, ['string', 'string', 'string', 'string', 'string']);
  const isAsked = (place: string): boolean =>
    filter.place === undefined ? !isOutside(place) : place === filter.place;
  const summed = `SELECT sku, route, lot, owner, SUM(quantity), 0, MAX(seq)
    FROM (#) WHERE quantity > 0 GROUP BY sku, route, lot, owner ORDER BY sku`;
  const add = (sums: Sums<Balance>, moved: Moved, place: string, status: Status, sign: bigint) => {
    if (!isAsked(place)) return;
    const { sku, lot, owner, quantity, seq } = moved;
    const balance = sums.at([place, lot, status, owner], () =>
      emptyBalance(sku, place, lot, status, owner),
    );
    balance.onHand += sign * quantity;
    balance.version = Math.max(balance.version, seq);
  };
  return byWindows(reader, filter, page, after, summed, (sums: Sums<Balance>, moved) => {
    const { from, to, status, toStatus } = moved.route;
    add(sums, moved, from, status, -1n);
    add(sums, moved, to, toStatus, 1n);
  });
}

export function valuationAsOf(reader: Reader, filter: SumFilter, page: Page): ValuationRow[] {
  const after = readCursor(page.after, ['string', 'string']);
  const summed = `SELECT sku, route, '', '', SUM(quantity), SUM(value), 0
    FROM (#) GROUP BY sku, route ORDER BY sku`;
  const add = (sums: Sums<ValuationRow>, moved: Moved, pool: string, sign: bigint) => {
    if (pool === '') return;
    const { sku, quantity, value } = moved;
    const row = sums.at([pool], () => ({ sku, pool, quantity: 0n, value: 0n }));
    row.quantity += sign * quantity;
    row.value += sign * value;
  };
  return byWindows(reader, filter, page, after, summed, (sums: Sums<ValuationRow>, moved) => {
    add(sums, moved, moved.route.fromPool, -1n);
    add(sums, moved, moved.route.toPool, 1n);
  });
}

/** Rows of one SKU by what follows it in their key. */
class Sums<Row> {
  readonly #rows = new Map<string, { key: readonly string[]; row: Row }>();

  at(key: readonly string[], empty: () => Row): Row {
    const text = key.length === 1 ? key[0]! : JSON.stringify(key);
    let sum = this.#rows.get(text);
    if (!sum) {
      sum = { key, row: empty() };
      this.#rows.set(text, sum);
    }
    return sum.row;
  }

  /** In the order of their keys, and forgets them. */
  take(after: readonly string[] | undefined): Row[] {
    let sums = [...this.#rows.values()];
    this.#rows.clear();
    if (after) sums = sums.filter(({ key }) => compareKeys(key, after) > 0);
    if (sums.length > 1) sums.sort((one, other) => compareKeys(one.key, other.key));
    return sums.map(({ row }) => row);
  }
}

function byWindows<Row extends { sku: string }>(
  { statements, routes }: Reader,
  filter: SumFilter,
  page: Page,
  after: CursorPart[] | undefined,
  summed: string,
  add: (sums: Sums<Row>, moved: Moved) => void,
): Row[] {
  const rows: Row[] = [];
  const sums = new Sums<Row>();
  const [afterSku, ...afterRest] = (after ?? []) as string[];
  const finish = (sku: string): void => {
    for (const row of sums.take(sku === afterSku ? afterRest : undefined)) rows.push(row);
  };
  for (const [first, last] of windows(statements, filter.sku, page.limit, afterSku)) {
    const shared = new Conditions().add('sku BETWEEN ? AND ?', first, last);
    const moves = movesWhere(
      moveFilter(filter, shared),
      'sku, seq, route, quantity, value, lot, owner',
    );
    let sku: string | undefined;
    for (const row of statements.arrays(
      summed.replace('#', () => moves.sql),
      moves.values,
    )) {
      const moved = movedOf(row, routes);
      if (sku !== undefined && sku !== moved.sku) finish(sku);
      sku = moved.sku;
      add(sums, moved);
    }
    if (sku !== undefined) finish(sku);
    if (rows.length > page.limit) return rows.slice(0, page.limit + 1);
  }
  return rows;
}

function movedOf(row: unknown[], routes: Routes): Moved {
  const [sku, route, lot, owner, quantity, value, seq] = row;
  return {
    sku: sku as string,
    route: routes.get(Number(route)),
    lot: lot as string,
    owner: owner as string,
    quantity: quantity as bigint,
    value: value as bigint,
    seq: Number(seq),
  };
}

/** First and last SKU of each window, from the SKU of the cursor on. */
function* windows(
  statements: Statements,
  sku: string | undefined,
  limit: number,
  from = '',
): Generator<[string, string]> {
  if (sku !== undefined) return yield [sku, sku];
  const size = Math.min(Math.max(limit, WINDOW_SKUS.least), WINDOW_SKUS.most);
  let sql = 'SELECT sku FROM heads WHERE sku >= ? ORDER BY sku LIMIT ?';
  let start = from;
  for (;;) {
    const skus = statements.all(sql, [start, size]).map((row) => row.sku as string);
    const last = skus.at(-1);
    if (last === undefined) return;
    yield [skus[0]!, last];
    start = last;
    sql = 'SELECT sku FROM heads WHERE sku > ? ORDER BY sku LIMIT ?';
  }
}

const compareKeys = (one: readonly string[], other: readonly string[]): number => {
  for (const [index, part] of one.entries()) {
    const order = compareUtf8(part, other[index]!);
    if (order !== 0) return order;
  }
  return 0;
};

const emptyBalance = (
  sku: string,
  place: string,
  lot: string,
  status: Status,
  owner: string,
): Balance => ({
  sku,
  place,
  lot,
  status,
  owner,
  onHand: 0n,
  reserved: 0n,
  expiresOn: '',
  since: '',
  version: 0,
});
