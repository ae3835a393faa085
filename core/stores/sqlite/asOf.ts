/**
 * Stock and value by both clocks: sums over the ledger. By windows of SKUs, so that a page costs the
 * entries of its own SKUs and not of the whole ledger. SQLite sums by SKU and route; the two ends of
 * each route are added up here.
 */
import { readCursor } from '../../cursor.ts';
import { type Balance, isOutside, type Status } from '../../ledger.ts';
import type { Page, StockFilter, ValuationRow } from '../../ports.ts';
import { moveFilter, sumsWhere } from './moves.ts';
import type { EntryRoute, Routes } from './Routes.ts';
import { SkuSums } from './SkuSums.ts';
import { Conditions, type Statements } from './Statements.ts';
import type { Windows } from './Windows.ts';

export interface SumFilter {
  sku?: string;
  asOf?: string;
  knownAt?: string;
}

/** What moved of a SKU by one route, of one lot and owner. */
interface Moved {
  sku: string;
  route: EntryRoute;
  lot: string;
  owner: string;
  quantity: bigint;
  value: bigint;
  seq: number;
}

interface Reader {
  statements: Statements;
  routes: Routes;
  windows: Windows;
}

/** How the rows of a list come about. */
interface Summing<Row> {
  /** Columns that moves are told apart by. */
  by: 'sku, route, lot, owner' | 'sku, route';
  where: string;
  empty(sku: string, rest: readonly string[]): Row;
  add(sums: SkuSums<Row>, moved: Moved): void;
}

/** One row more than the page holds, where there is one. A value that moves alone is no stock. */
export function selectStockAsOf(reader: Reader, filter: StockFilter, page: Page): Balance[] {
  const after = readCursor(page.after, ['string', 'string', 'string', 'string', 'string']);
  const isAsked = (place: string): boolean =>
    filter.place === undefined ? !isOutside(place) : place === filter.place;
  return byWindows(reader, filter, page, after as string[] | undefined, {
    by: 'sku, route, lot, owner',
    where: 'quantity > 0',
    empty: emptyBalance,
    add(sums, { sku, route, lot, owner, quantity, seq }) {
      if (isAsked(route.from)) {
        const balance = sums.at(sku, route.from, lot, route.status, owner);
        balance.onHand -= quantity;
        balance.version = Math.max(balance.version, seq);
      }
      if (isAsked(route.to)) {
        const balance = sums.at(sku, route.to, lot, route.toStatus, owner);
        balance.onHand += quantity;
        balance.version = Math.max(balance.version, seq);
      }
    },
  });
}

export function selectValuationAsOf(reader: Reader, filter: SumFilter, page: Page): ValuationRow[] {
  const after = readCursor(page.after, ['string', 'string']);
  return byWindows(reader, filter, page, after as string[] | undefined, {
    by: 'sku, route',
    where: '1',
    empty: (sku, [pool]): ValuationRow => ({ sku, pool: pool!, quantity: 0n, value: 0n }),
    add(sums, { sku, route, quantity, value }) {
      if (route.fromPool !== '') {
        const row = sums.at(sku, route.fromPool);
        row.quantity -= quantity;
        row.value -= value;
      }
      if (route.toPool !== '') {
        const row = sums.at(sku, route.toPool);
        row.quantity += quantity;
        row.value += value;
      }
    },
  });
}

function byWindows<Row>(
  { statements, routes, windows }: Reader,
  filter: SumFilter,
  page: Page,
  after: string[] | undefined,
  { by, where, empty, add }: Summing<Row>,
): Row[] {
  const rows: Row[] = [];
  let window = windows.first(statements, filter.sku, after?.[0], page.limit + 1);
  while (window) {
    const { first, last } = window;
    const sums = new SkuSums<Row>(empty);
    const shared = new Conditions().add('sku BETWEEN ? AND ?', first, last).add(where);
    for (const { sql, values } of sumsWhere(moveFilter(filter, shared), by)) {
      for (const row of statements.arrays(sql, values)) add(sums, movedOf(row, routes));
    }
    const found = sums.after(after);
    for (const row of found) rows.push(row);
    windows.learn(window, found.length);
    if (rows.length > page.limit) return rows.slice(0, page.limit + 1);
    window = windows.next(statements, window, page.limit + 1 - rows.length);
  }
  return rows;
}

function movedOf(row: unknown[], routes: Routes): Moved {
  const [quantity, value, seq, sku, route, lot = '', owner = ''] = row;
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

const emptyBalance = (sku: string, [place, lot, status, owner]: readonly string[]): Balance => ({
  sku,
  place: place!,
  lot: lot!,
  status: status as Status,
  owner: owner!,
  onHand: 0n,
  reserved: 0n,
  expiresOn: '',
  since: '',
  version: 0,
});
