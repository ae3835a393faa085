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
  /** Whether no row comes of one of the store's. */
  isEmpty(row: Row): boolean;
  /** All rows that come of another; `around` is the store's page. */
  expand(
    row: Row,
    around: readonly Row[],
  ): readonly RecordValue[] | Promise<readonly RecordValue[]>;
}

/** Any number of rows for each of the store's; a page may end between them. */
export async function* expandedPages<Row>(
  { fetch, keyOf, isEmpty, expand }: Expansion<Row>,
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
    for (const row of page.rows) {
      const [text, number] = keyOf(row);
      const order = from ? compareUtf8(text, startText) || number - startNumber : 1;
      if (order < 0 || isEmpty(row)) continue;
      let done = order === 0 ? startDone : 0;
      let rows: readonly RecordValue[] | undefined;
      do {
        // Only now is it certain that another page follows; what comes of the row is asked for by that.
        if (out.length === limit) {
          yield { rows: out, next: writeCursor([mark, text, number, done]) };
          out = [];
        }
        rows ??= await expand(row, page.rows);
        if (done < rows.length) out.push(rows[done]!);
        done += 1;
      } while (done < rows.length);
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

/** After the last of some pages the rows of a list, which is made only then. */
export async function* pagesThen(
  pages: (page: Page) => AsyncIterable<Paged<RecordValue>>,
  list: () => Promise<readonly RecordValue[]>,
  page: Page,
): AsyncIterable<Paged<RecordValue>> {
  const { after, limit } = page;
  const inList = after?.startsWith(LISTED) ? after.slice(LISTED.length) : undefined;
  let held: readonly RecordValue[] = [];
  if (inList === undefined) {
    for await (const one of pages(page)) {
      if (one.next === undefined) held = one.rows;
      else yield one;
    }
  }
  const rows = await list();
  let [done = 0] = (readCursor(inList, ['number']) ?? []) as [number?];
  do {
    const end = Math.min(rows.length, done + limit - held.length);
    const shown = [...held, ...rows.slice(done, end)];
    yield { rows: shown, ...(end < rows.length ? { next: LISTED + writeCursor([end]) } : {}) };
    held = [];
    done = end;
  } while (done < rows.length);
}

/** No cursor that is written begins so. */
const LISTED = '-';
