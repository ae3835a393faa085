import type { CursorPart } from '../../cursor.ts';
import type { Keyed } from './documents.ts';
import { inKeyOrder, type KeyRange, keyOf, restOf } from './keys.ts';
import type { SkuWindow, SkuWindows } from './SkuWindows.ts';
import type { WindowSize } from './WindowSize.ts';

/** Where a list is read, and how much of it at once. */
export interface ByWindows {
  windows: SkuWindows;
  size: WindowSize;
}

export interface Wanted {
  sku: string | undefined;
  /** Key of the row after which the page begins. */
  after: CursorPart[] | undefined;
  /** Rows at least, where there are so many. */
  rows: number;
}

/** Rows by their key, which begins with the SKU, made of one window of SKUs after another. */
export async function rowsByWindows<Row>(
  { windows, size }: ByWindows,
  { sku, after, rows: wanted }: Wanted,
  partsOf: (row: Row) => string[],
  rowsOf: (window: SkuWindow) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  const start = Buffer.from(after ? keyOf(...(after as string[])) : '');
  const key = (row: Row): string => keyOf(...partsOf(row));
  const read =
    sku === undefined
      ? windows.from(String(after?.[0] ?? ''), () => size.for(wanted - rows.length))
      : [await windows.of(sku)];
  for await (const window of read) {
    const found = inKeyOrder(await rowsOf(window), key);
    if (sku === undefined) size.learn(window.skus, found.length);
    const first = found.findIndex((row) => start.compare(Buffer.from(key(row))) < 0);
    if (first !== -1) rows.push(...found.slice(first));
    if (rows.length >= wanted) break;
  }
  return rows;
}

/** Documents by `_id`, which begins with the SKU, after that of the key; `wanted` at most. */
export async function documentsByWindows<Row extends Keyed & { sku: string }>(
  { windows, size }: ByWindows,
  after: { sku: string; key: string } | undefined,
  wanted: number,
  read: (range: KeyRange | ReturnType<typeof restOf>, limit: number) => Promise<Row[]>,
): Promise<Row[]> {
  const rows: Row[] = [];
  let key = after?.key;
  const sizeOf = () => size.for(wanted - rows.length);
  for await (const { range, skus } of windows.from(after?.sku ?? '', sizeOf)) {
    const limit = wanted - rows.length;
    const found = await read(key === undefined ? range : restOf(range, key), limit);
    const isCut = found.length === limit;
    size.learn(isCut ? new Set(found.map(({ sku }) => sku)).size : skus, found.length);
    rows.push(...found);
    if (rows.length >= wanted) break;
    key = undefined;
  }
  return rows;
}
