import type { CursorPart } from '../../cursor.ts';
import { inKeyOrder, keyOf, ofSku } from './keys.ts';
import type { SkuWindow, SkuWindows, WindowSize } from './SkuWindows.ts';

export interface Wanted {
  sku: string | undefined;
  /** Key of the row after which the page begins. */
  after: CursorPart[] | undefined;
  /** Rows at least, where there are so many. */
  rows: number;
  most: WindowSize;
}

/** Rows by their key, which begins with the SKU, made of one window of SKUs after another. */
export async function rowsByWindows<Row>(
  windows: SkuWindows,
  { sku, after, rows: wanted, most }: Wanted,
  partsOf: (row: Row) => string[],
  rowsOf: (window: SkuWindow) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  const start = Buffer.from(after ? keyOf(...(after as string[])) : '');
  const key = (row: Row): string => keyOf(...partsOf(row));
  const read =
    sku === undefined
      ? windows.from(String(after?.[0] ?? ''), most)
      : [{ range: ofSku(sku), skus: 1, entries: 0 }];
  for await (const window of read) {
    const found = inKeyOrder(await rowsOf(window), key);
    const first = found.findIndex((row) => start.compare(Buffer.from(key(row))) < 0);
    if (first !== -1) rows.push(...found.slice(first));
    if (rows.length >= wanted) break;
  }
  return rows;
}
