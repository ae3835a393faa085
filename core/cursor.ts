/**
 * The `next` of a page: the key of its last row, opaque to whoever carries it. The next page begins
 * after that key, so rows that are added or removed meanwhile neither repeat nor hide others.
 */
import { StockbusError } from './errors.ts';
import { compareUtf8 } from './order.ts';

export type CursorPart = string | number;

/** Type of each part of a key, in order. */
export type CursorShape = readonly ('string' | 'number')[];

/** Of what keys are made of; all else is text. */
const NUMBERS: ReadonlySet<string> = new Set(['seq', 'part', 'pack', 'version']);

/** Of the key that rows have in fields of these names. */
export const shapeOf = (names: readonly string[]): CursorShape =>
  names.map((name) => (NUMBERS.has(name) ? 'number' : 'string'));

export const keyBy =
  <Row extends object>(names: readonly (keyof Row)[]) =>
  (row: Row): CursorPart[] =>
    names.map((name) => row[name] as CursorPart);

export function writeCursor(key: readonly CursorPart[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** In the order of lists. */
export function compareKeys(one: readonly CursorPart[], other: readonly CursorPart[]): number {
  for (let index = 0; index < one.length; index += 1) {
    const [part, than] = [one[index]!, other[index]!];
    const order =
      typeof part === 'number' ? part - (than as number) : compareUtf8(part, than as string);
    if (order !== 0) return order;
  }
  return 0;
}

/** The key that `after` holds, or undefined for the first page. Throws CURSOR_INVALID. */
export function readCursor(
  after: string | undefined,
  shape: CursorShape,
): CursorPart[] | undefined {
  if (after === undefined) return undefined;
  const key = parse(after);
  const fits =
    Array.isArray(key) &&
    key.length === shape.length &&
    shape.every((type, index) => typeof key[index] === type);
  if (fits) return key;
  throw invalidCursor();
}

export const invalidCursor = (): StockbusError =>
  new StockbusError(
    'CURSOR_INVALID',
    'the page marker is not one that this list gave out',
    { field: 'after' },
    { todo: 'pass `next` of the page before unchanged, or leave it out for the first page' },
  );

function parse(after: string): unknown {
  try {
    return JSON.parse(Buffer.from(after, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Cuts `rows`, of which one more than `limit` was asked for, to a page. */
export function pageOf<Row>(
  rows: Row[],
  limit: number,
  keyOf: (row: Row) => readonly CursorPart[],
): { rows: Row[]; next?: string } {
  if (rows.length <= limit) return { rows };
  const page = rows.slice(0, limit);
  return { rows: page, next: writeCursor(keyOf(page[limit - 1]!)) };
}
