/** Reports as pages: of rows that a store pages, of rows that become several, of a short list. */
import { readCursor, writeCursor } from '../cursor.ts';
import { compareUtf8 } from '../order.ts';
import type { Page, Paged, RecordValue } from '../ports.ts';

type Fetch<Row> = (page: Page) => Promise<Paged<Row>>;

/** One row for each of the store's. */
export async function* storePages<Row>(
  fetch: Fetch<Row>,
  shape: (row: Row) => RecordValue,
  { after, limit }: Page,
): AsyncIterable<Paged<RecordValue>> {
  let next = after;
  do {
    const page = await fetch(next === undefined ? { limit } : { after: next, limit });
    next = page.next;
    yield { rows: page.rows.map(shape), ...(next === undefined ? {} : { next }) };
  } while (next !== undefined);
}

export interface Expansion<Row> {
  fetch: Fetch<Row>;
  /** Unique, and in the order of the store's pages: by text, then by number. */
  keyOf(row: Row): readonly [text: string, number: number];
  /** All rows that come of one of the store's; `index` is its place among `around`. */
  expand(
    row: Row,
    index: number,
    around: readonly Row[],
  ): readonly RecordValue[] | Promise<readonly RecordValue[]>;
}

/** Any number of rows for each of the store's; a page may end between them. */
export async function* expandedPages<Row>(
  { fetch, keyOf, expand }: Expansion<Row>,
  { after, limit }: Page,
): AsyncIterable<Paged<RecordValue>> {
  const from = readCursor(after, ['string', 'string', 'number', 'number']);
  const [startMark = '', startText = '', startNumber = 0, startDone = 0] = (from ?? []) as [
    string?,
    string?,
    number?,
    number?,
  ];
  let mark: string | undefined = startMark;
  let out: RecordValue[] = [];
  while (mark !== undefined) {
    const page: Paged<Row> = await fetch(mark === '' ? { limit } : { after: mark, limit });
    for (const [index, row] of page.rows.entries()) {
      const [text, number] = keyOf(row);
      const order = from ? compareUtf8(text, startText) || number - startNumber : 1;
      if (order < 0) continue;
      const rows = (await expand(row, index, page.rows)).slice(order === 0 ? startDone : 0);
      for (const [done, each] of rows.entries()) {
        // Only now is it certain that another page follows.
        if (out.length === limit) {
          const skipped = order === 0 ? startDone : 0;
          yield { rows: out, next: writeCursor([mark, text, number, skipped + done]) };
          out = [];
        }
        out.push(each);
      }
    }
    mark = page.next;
  }
  yield { rows: out };
}

/** A list that is short, or had to be made as a whole. */
export async function* listPages(
  rows: readonly RecordValue[],
  { after, limit }: Page,
): AsyncIterable<Paged<RecordValue>> {
  let [start = 0] = (readCursor(after, ['number']) ?? []) as [number?];
  for (;;) {
    const end = start + limit;
    const isLast = end >= rows.length;
    yield { rows: rows.slice(start, end), ...(isLast ? {} : { next: writeCursor([end]) }) };
    if (isLast) return;
    start = end;
  }
}
