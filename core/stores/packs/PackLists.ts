/**
 * Lists of what packs say. By SKUs in their order, so that a page costs what its own SKUs have, and not
 * what lies in the whole ledger.
 */
import { ParsedRows, type Summed } from '../../closings/ClosedBooks.ts';
import { type SumFilter, stockAsOf, valuationAsOf } from '../../closings/sums.ts';
import { type CursorPart, compareKeys, keyBy, pageOf, readCursor, shapeOf } from '../../cursor.ts';
import { entryFilter } from '../../entryFilter.ts';
import {
  type Balance,
  type CostLayer,
  isOutside,
  type LedgerEntry,
  type SkuHead,
} from '../../ledger.ts';
import { limits } from '../../limits.ts';
import { namedEntries } from '../../namedEntries.ts';
import { compareUtf8 } from '../../order.ts';
import type { PackText, SkuBooks, SkuPointer } from '../../pack.ts';
import { entriesFrom, packHead, packState } from '../../packFrom.ts';
import type {
  ClosingBooks,
  LedgerFilter,
  Page,
  Paged,
  StockFilter,
  ValuationRow,
} from '../../ports.ts';
import { booksOf, emptyBooks } from '../../skuBooks.ts';
import type { Naming, PackReader, SkusAmong } from './PackReader.ts';

/** SKUs that are read at once: at first, and at most. */
const WINDOW_SKUS = { first: 32, most: 512 };
/**
 * Of what closings tell of some SKUs at once, a large part costs the same for one and for all: so a page is
 * one window if it can be, as many SKUs as the rows of the page before were spread over, and a few more.
 */
const closedWindow = () => ({ first: 1_024, most: limits.reportRows, more: 17 / 16 });

const booksFrom = (packs: readonly PackText[]): SkuBooks => booksOf(packs.map(packState));

/** As after the last pack; the item is as it was said last. */
function headOf(packs: readonly PackText[]): SkuHead {
  const heads = packs.map(packHead);
  return { ...heads.at(-1)!, item: heads.findLast(({ item }) => item)?.item };
}

/** A SKU as a round sees it, from its current packs. */
export const loadedFrom = (sku: string, packs: readonly PackText[]): SkuBooks =>
  packs.length > 0 ? booksFrom(packs) : emptyBooks(sku);

export class PackLists {
  readonly #packs: PackReader;
  readonly #summed: Summed;
  readonly #windows = { stock: closedWindow(), valuation: closedWindow() };

  constructor(packs: PackReader, closings: ClosingBooks) {
    this.#packs = packs;
    this.#summed = { packs, closings, rows: new ParsedRows() };
  }

  heads(page: Page): Promise<Paged<SkuHead>> {
    return this.#rows(page, { key: ['sku'], rows: (skus) => this.#now(skus, headOf) });
  }

  recosts(page: Page): Promise<Paged<SkuHead>> {
    return this.#rows(page, {
      waiting: true,
      key: ['sku'],
      rows: async (skus) => (await this.#now(skus, headOf)).filter(({ recost }) => recost),
    });
  }

  layers(page: Page): Promise<Paged<CostLayer>> {
    return this.#rows(page, {
      key: ['sku', 'pool', 'at', 'rank', 'seq', 'part'],
      rows: async (skus) => (await this.#now(skus, booksFrom)).flatMap(({ layers }) => layers),
    });
  }

  pointers({ sku }: { sku?: string }, page: Page): Promise<Paged<SkuPointer>> {
    return this.#rows(page, {
      only: sku,
      key: ['sku'],
      rows: (skus) => this.#packs.pointersTo(skus),
      window: { first: page.limit + 1, most: page.limit + 1, more: 1 },
    });
  }

  stock(filter: StockFilter, page: Page): Promise<Paged<Balance>> {
    const { sku, place, asOf, knownAt } = filter;
    const isSummed = asOf !== undefined || knownAt !== undefined || isOutside(place ?? '');
    return this.#rows(page, {
      only: sku,
      place,
      key: ['sku', 'place', 'lot', 'status', 'owner'],
      rows: async (skus) => {
        const rows = isSummed
          ? await stockAsOf(this.#summed, skus, filter)
          : (await this.#now(skus, booksFrom)).flatMap(({ balances }) => balances);
        return rows.filter((row) =>
          place === undefined ? !isOutside(row.place) : row.place === place,
        );
      },
      ...(isSummed ? { window: this.#windows.stock } : {}),
    });
  }

  valuation(filter: SumFilter, page: Page): Promise<Paged<ValuationRow>> {
    const { sku, asOf, knownAt } = filter;
    const isSummed = asOf !== undefined || knownAt !== undefined;
    return this.#rows(page, {
      only: sku,
      key: ['sku', 'pool'],
      rows: async (skus) =>
        isSummed
          ? valuationAsOf(this.#summed, skus, filter)
          : (await this.#now(skus, booksFrom)).flatMap(({ head }) => worthNow(head)),
      ...(isSummed ? { window: this.#windows.valuation } : {}),
    });
  }

  async ledger(filter: LedgerFilter, page: Page): Promise<Paged<LedgerEntry>> {
    const naming = namingOf(filter);
    if (naming) return this.#named(naming, filter, page);
    const isAsked = entryFilter(filter);
    return this.#rows(page, {
      only: filter.sku,
      place: filter.place,
      key: ['sku', 'seq'],
      rows: (skus, wanted, after) =>
        this.#entries(skus, skus[0] === after?.[0] ? (after![1] as number) : 0, wanted, isAsked),
    });
  }

  /** Only packs that name it are read, and of them only what does. */
  async #named(naming: Naming, filter: LedgerFilter, page: Page): Promise<Paged<LedgerEntry>> {
    const names = ['sku', 'pack', 'seq'] as const;
    const after = readCursor(page.after, shapeOf(names)) as [string, number, number] | undefined;
    const key = keyBy<LedgerEntry>(names);
    const isAsked = entryFilter(filter);
    const rows: LedgerEntry[] = [];
    const [sku = '', version = 0] = after ?? [];
    for await (const pack of this.#packs.naming(naming, [sku, version], filter.sku)) {
      for (const entry of namedEntries(pack, filter.lot)) {
        if (isAsked(entry) && (!after || compareKeys(key(entry), after) > 0)) rows.push(entry);
      }
      if (rows.length > page.limit) break;
    }
    return pageOf(rows, page.limit, key);
  }

  async entriesAfter(sku: string, seq: number, limit: number): Promise<LedgerEntry[]> {
    return (await this.#entries([sku], seq, limit, () => true)).slice(0, limit);
  }

  /** Of those that are there. */
  async #now<Said>(
    skus: readonly string[],
    said: (packs: readonly PackText[]) => Said,
  ): Promise<Said[]> {
    const current = await this.#packs.current(skus);
    return current.filter((packs) => packs.length > 0).map(said);
  }

  /** Of SKUs, of the first after a `seq`; no more packs are read than are needed. */
  async #entries(
    skus: readonly string[],
    afterSeq: number,
    wanted: number,
    isAsked: (entry: LedgerEntry) => boolean,
  ): Promise<LedgerEntry[]> {
    const entries: LedgerEntry[] = [];
    for await (const packs of this.#packs.packs(skus, afterSeq)) {
      for (const pack of packs) {
        for (const entry of entriesFrom(pack)) {
          const isLater = entry.seq > afterSeq || entry.sku !== skus[0];
          if (isLater && isAsked(entry)) entries.push(entry);
        }
        if (entries.length >= wanted) return entries;
      }
    }
    return entries;
  }

  /** A page of rows, which windows of SKUs give in their order. */
  async #rows<Row extends object>(page: Page, list: SkuList<Row>): Promise<Paged<Row>> {
    const after = readCursor(page.after, shapeOf(list.key));
    const from = after?.[0] as string | undefined;
    const { only, place, waiting } = list;
    const key = keyBy<Row>(list.key);
    const wanted = page.limit + 1;
    const isLater = (row: Row): boolean => !after || compareKeys(key(row), after) > 0;
    if (only !== undefined) {
      const isPast = from !== undefined && compareUtf8(only, from) < 0;
      const rows = isPast ? [] : await list.rows([only], wanted, after);
      return pageOf(rows.filter(isLater), page.limit, key);
    }
    // What is outside is in every SKU's ledger.
    const among = { place: isOutside(place ?? '') ? undefined : place, waiting };
    const rows: Row[] = [];
    const { first, most } = list.window ?? WINDOW_SKUS;
    let last = from;
    let read = 0;
    for (let size = Math.min(first, most, wanted); rows.length < wanted; ) {
      const next = await this.#packs.skus(last, size, among);
      // The one in which the page before ended may have more.
      const skus = read === 0 && from !== undefined ? [from, ...next] : next;
      if (skus.length === 0) break;
      const found = await list.rows(skus, wanted - rows.length, after);
      for (const row of found) if (isLater(row)) rows.push(row);
      if (next.length < size) break;
      last = next.at(-1)!;
      read += skus.length;
      // As many as seem to be needed, and no fewer than the rows of this page can be spread over.
      const needed = Math.ceil(((wanted - rows.length) * read) / Math.max(rows.length, 1));
      size = Math.max(1, Math.min(size * 2, most, needed));
    }
    if (list.window && read > 0 && rows.length >= wanted) {
      list.window.first = Math.ceil((wanted / rows.length) * read * list.window.more);
    }
    return pageOf(rows, page.limit, key);
  }
}

/** Rows by SKU, whose key begins with it. */
interface SkuList<Row> extends SkusAmong {
  /** No other SKU is asked for. */
  only?: string | undefined;
  key: readonly (keyof Row & string)[];
  /** Of SKUs in their order; those of the one in which the page before ended may repeat some of it. */
  rows(skus: readonly string[], wanted: number, after?: readonly CursorPart[]): Promise<Row[]>;
  window?: { first: number; most: number; more: number };
}

const worthNow = ({ sku, pools }: SkuHead): ValuationRow[] =>
  pools
    .filter(({ untouched }) => !untouched)
    .map(({ pool, quantity, value }) => ({ sku, pool, quantity, value }))
    .sort((one, other) => compareUtf8(one.pool, other.pool));

/** The one that is likely to have the fewest packs. */
function namingOf(filter: LedgerFilter): Naming | undefined {
  if (filter.returnsTo !== undefined) return { kind: 'return', name: filter.returnsTo };
  const kind = (['document', 'reference', 'lot', 'partner'] as const).find(
    (name) => filter[name] !== undefined,
  );
  return kind && { kind, name: filter[kind]! };
}
