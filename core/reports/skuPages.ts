/**
 * Reports that need several lists about each SKU: all come in the order of their SKUs and are read
 * side by side, one SKU at a time. Memory grows with what there is of one SKU, not with the books.
 */
import { readCursor, writeCursor } from '../cursor.ts';
import { limits } from '../limits.ts';
import { compareUtf8 } from '../order.ts';
import type { Page, Paged, RecordValue } from '../ports.ts';

/** A list in the order of its SKUs. */
export interface SkuSource<Row> {
  fetch(page: Page): Promise<Paged<Row>>;
  skuOf(row: Row): string;
}

// biome-ignore lint/suspicious/noExplicitAny: each source has rows of its own
export type SkuSources = Record<string, SkuSource<any>>;

export type SkuRows<Sources extends SkuSources> = {
  [Name in keyof Sources]: Sources[Name] extends SkuSource<infer Row> ? Row[] : never;
};

export interface SkuReport<Sources extends SkuSources> {
  sources: Sources;
  /** Rows of one SKU; those of a SKU that the report does not show are none. */
  shape(
    sku: string,
    rows: SkuRows<Sources>,
  ): readonly RecordValue[] | Promise<readonly RecordValue[]>;
}

export async function* skuPages<Sources extends SkuSources>(
  { sources, shape }: SkuReport<Sources>,
  { after, limit }: Page,
): AsyncIterable<Paged<RecordValue>> {
  const names = Object.keys(sources);
  const start = startOf(after, names.length);
  const streams = names.map(
    (name, index) => new SkuStream(sources[name]!, limit, start?.marks[index] ?? ''),
  );
  if (start) for (const stream of streams) await stream.skipTo(start.sku);
  let out: RecordValue[] = [];
  for (;;) {
    const sku = await leastSku(streams);
    if (sku === undefined) break;
    const marks = streams.map(({ mark }) => mark);
    const taken: [string, unknown[]][] = [];
    for (const [index, stream] of streams.entries()) {
      taken.push([names[index]!, await stream.take(sku)]);
    }
    const rows = await shape(sku, Object.fromEntries(taken) as SkuRows<Sources>);
    for (let done = sku === start?.sku ? start.done : 0; done < rows.length; done += 1) {
      // Only now is it certain that another page follows.
      if (out.length === limit) {
        yield { rows: out, next: writeCursor([sku, done, ...marks]) };
        out = [];
      }
      out.push(rows[done]!);
    }
  }
  yield { rows: out };
}

/** All rows of each SKU, for what needs no pages. */
export async function* skuGroups<Row>(
  source: SkuSource<Row>,
): AsyncIterable<{ sku: string; rows: Row[] }> {
  const stream = new SkuStream(source, limits.pageRows, '');
  for (;;) {
    const head = await stream.head();
    if (head === undefined) return;
    const sku = source.skuOf(head);
    yield { sku, rows: await stream.take(sku) };
  }
}

/** A list that is short, or of one SKU. */
export async function allRows<Row>(fetch: SkuSource<Row>['fetch']): Promise<Row[]> {
  const rows: Row[] = [];
  let next: string | undefined;
  do {
    const limit = limits.pageRows;
    const page: Paged<Row> = await fetch(next === undefined ? { limit } : { after: next, limit });
    for (const row of page.rows) rows.push(row);
    next = page.next;
  } while (next !== undefined);
  return rows;
}

function startOf(
  after: string | undefined,
  sources: number,
): { sku: string; done: number; marks: string[] } | undefined {
  const shape = ['string', 'number', ...Array<'string'>(sources).fill('string')] as const;
  const key = readCursor(after, shape);
  if (!key) return undefined;
  const [sku, done, ...marks] = key as [string, number, ...string[]];
  return { sku, done, marks };
}

async function leastSku(streams: readonly SkuStream<unknown>[]): Promise<string | undefined> {
  let least: string | undefined;
  for (const stream of streams) {
    const head = await stream.head();
    if (head === undefined) continue;
    const sku = stream.source.skuOf(head);
    if (least === undefined || compareUtf8(sku, least) < 0) least = sku;
  }
  return least;
}

/** A list, read page after page, from whose front the rows of one SKU at a time are taken. */
class SkuStream<Row> {
  readonly source: SkuSource<Row>;
  readonly #limit: number;
  #rows: readonly Row[] = [];
  #index = 0;
  #next: string | undefined;
  /** Where the page begins that holds the head; '' the first. */
  mark: string;

  constructor(source: SkuSource<Row>, limit: number, mark: string) {
    this.source = source;
    this.#limit = Math.max(limit, limits.pageRowsDefault);
    this.mark = mark;
    this.#next = mark;
  }

  async head(): Promise<Row | undefined> {
    while (this.#index >= this.#rows.length && this.#next !== undefined) {
      this.mark = this.#next;
      const limit = this.#limit;
      const page = await this.source.fetch(
        this.mark === '' ? { limit } : { after: this.mark, limit },
      );
      this.#rows = page.rows;
      this.#index = 0;
      this.#next = page.next;
    }
    return this.#rows[this.#index];
  }

  async take(sku: string): Promise<Row[]> {
    const taken: Row[] = [];
    for (;;) {
      const head = await this.head();
      if (head === undefined || this.source.skuOf(head) !== sku) return taken;
      taken.push(head);
      this.#index += 1;
    }
  }

  async skipTo(sku: string): Promise<void> {
    for (;;) {
      const head = await this.head();
      if (head === undefined || compareUtf8(this.source.skuOf(head), sku) >= 0) return;
      this.#index += 1;
    }
  }
}
