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
  seen: RowsPerSku;
}

/** Of the SKUs that seem to be needed, the least and the first that are read at once. */
const SKUS = { least: 20, first: 400 };

/** How many rows the SKUs of a list have: what pages learnt, so that a window is no larger than a page. */
export interface RowsPerSku {
  skus: number;
  rows: number;
}

/** Rows by their key, which begins with the SKU, made of one window of SKUs after another. */
export async function rowsByWindows<Row>(
  windows: SkuWindows,
  { sku, after, rows: wanted, most, seen }: Wanted,
  partsOf: (row: Row) => string[],
  rowsOf: (window: SkuWindow) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  const start = Buffer.from(after ? keyOf(...(after as string[])) : '');
  const key = (row: Row): string => keyOf(...partsOf(row));
  const sizeOf = (): WindowSize => {
    const skus = seen.rows > 0 ? ((wanted - rows.length) * seen.skus) / seen.rows : SKUS.first;
    return { ...most, skus: Math.min(Math.max(Math.ceil(skus * 1.1), SKUS.least), most.skus) };
  };
  const read =
    sku === undefined
      ? windows.from(String(after?.[0] ?? ''), sizeOf)
      : [{ range: ofSku(sku), skus: 1, entries: 0 }];
  for await (const window of read) {
    const found = inKeyOrder(await rowsOf(window), key);
    Object.assign(seen, { skus: window.skus, rows: found.length });
    const first = found.findIndex((row) => start.compare(Buffer.from(key(row))) < 0);
    if (first !== -1) rows.push(...found.slice(first));
    if (rows.length >= wanted) break;
  }
  return rows;
}
