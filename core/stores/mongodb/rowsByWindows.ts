import type { CursorPart } from '../../cursor.ts';
import type { Collections } from './Collections.ts';
import { inKeyOrder, keyOf } from './keys.ts';
import { type SkuWindow, skuWindows } from './skuWindows.ts';

export interface Wanted {
  sku: string | undefined;
  /** Key of the row after which the page begins. */
  after: CursorPart[] | undefined;
  /** Rows at least, where there are so many. */
  rows: number;
  /** What one window has at most. */
  most: { skus: number; entries: number };
}

/** Rows by their key, which begins with the SKU, made of one window of SKUs after another. */
export async function rowsByWindows<Row>(
  collections: Collections,
  { sku, after, rows: wanted, most }: Wanted,
  partsOf: (row: Row) => string[],
  rowsOf: (window: SkuWindow) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  const start = Buffer.from(after ? keyOf(...(after as string[])) : '');
  const key = (row: Row): string => keyOf(...partsOf(row));
  const windows =
    sku === undefined
      ? skuWindows(collections, String(after?.[0] ?? ''), most)
      : [{ first: keyOf(sku), last: keyOf(sku), skus: 1, entries: 0 }];
  for await (const window of windows) {
    const found = inKeyOrder(await rowsOf(window), key);
    const first = found.findIndex((row) => start.compare(Buffer.from(key(row))) < 0);
    if (first !== -1) rows.push(...found.slice(first));
    if (rows.length >= wanted) break;
  }
  return rows;
}
