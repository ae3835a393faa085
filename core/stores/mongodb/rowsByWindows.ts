import type { CursorPart } from '../../cursor.ts';
import type { Collections } from './Collections.ts';
import { keyOf } from './keys.ts';
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
  const windows =
    sku === undefined
      ? skuWindows(collections, String(after?.[0] ?? ''), most)
      : [[keyOf(sku), keyOf(sku)] as const];
  for await (const window of windows) {
    const found = await rowsOf(window);
    const keyed = found.map((row) => ({ row, key: Buffer.from(keyOf(...partsOf(row))) }));
    keyed.sort((one, other) => Buffer.compare(one.key, other.key));
    for (const { row, key } of keyed) if (Buffer.compare(key, start) > 0) rows.push(row);
    if (rows.length >= wanted) break;
  }
  return rows;
}
