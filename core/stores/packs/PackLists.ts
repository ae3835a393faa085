/**
 * Lists of what packs say. By SKUs in their order, so that a page costs what its own SKUs have, and not
 * what lies in the whole ledger.
 */
import { pageOf, readCursor } from '../../cursor.ts';
import {
  type Balance,
  type CostLayer,
  isOutside,
  type LedgerEntry,
  type SkuHead,
} from '../../ledger.ts';
import { namedEntries } from '../../namedEntries.ts';
import { compareUtf8 } from '../../order.ts';
import type { PackText, SkuBooks, SkuPointer, StoredPack } from '../../pack.ts';
import { packFrom, packState } from '../../packFrom.ts';
import type {
  ClosingBooks,
  LedgerFilter,
  Page,
  Paged,
  StockFilter,
  ValuationRow,
} from '../../ports.ts';
import { booksOf } from '../../skuBooks.ts';
import { ParsedRows, type Summed } from './ClosedBooks.ts';
import type { Naming, PackReader, PacksFrom } from './PackReader.ts';
import { type SumFilter, stockAsOf, valuationAsOf } from './sums.ts';

/** SKUs that are read at once: at first, and at most. */
const WINDOW_SKUS = { first: 32, most: 512 };
/** Of what closings tell of some SKUs at once, and of each by itself, a large part costs the same. */
const CLOSED_WINDOW_SKUS = { first: 256, most: 512 };

export const booksFrom = (packs: readonly PackText[]): SkuBooks => booksOf(packs.map(packState));

export class PackLists {
  readonly #packs: PackReader;
  readonly #summed: Summed;

  constructor(packs: PackReader, closings: ClosingBooks) {
    this.#packs = packs;
    this.#summed = { packs, closings, rows: new ParsedRows() };
  }

  async heads(page: Page): Promise<Paged<SkuHead>> {
    const [after] = (readCursor(page.after, ['string']) as [string] | undefined) ?? [];
    return this.#rows(page, {
      from: { after },
      rows: async (skus) => (await this.#books(skus)).map(({ head }) => head),
      key: ({ sku }) => [sku],
    });
  }

  async layers(page: Page): Promise<Paged<CostLayer>> {
    const shape = ['string', 'string', 'string', 'number', 'number'] as const;
    const after = readCursor(page.after, shape) as [string, ...(string | number)[]] | undefined;
    const key = ({ sku, pool, at, seq, part }: CostLayer) => [sku, pool, at, seq, part] as const;
    return this.#rows(page, {
      from: { from: after?.[0] },
      rows: async (skus) =>
        (await this.#books(skus)).flatMap(({ layers }) =>
          layers.filter((layer) => !after || isAfter(key(layer), after)),
        ),
      key,
    });
  }

  /** All packs by (sku, version), or those of one SKU after a version. */
  async *packs(of?: { sku: string; after?: number }): AsyncIterable<readonly StoredPack[]> {
    if (of) {
      yield* this.#packs.history([of.sku], { version: (of.after ?? 0) + 1 });
      return;
    }
    let last: string | undefined;
    for (;;) {
      const skus = await this.#packs.skus(last, WINDOW_SKUS.most);
      if (skus.length === 0) return;
      yield* this.#packs.history(skus, { version: 1 });
      last = skus.at(-1)!;
    }
  }

  async pointers({ sku: only }: { sku?: string }, page: Page): Promise<Paged<SkuPointer>> {
    const [after] = (readCursor(page.after, ['string']) as [string] | undefined) ?? [];
    return this.#rows(page, {
      from: { after, only },
      rows: (skus) => this.#packs.pointers(skus),
      key: ({ sku }) => [sku],
    });
  }

  async stock(filter: StockFilter, page: Page): Promise<Paged<Balance>> {
    const { sku, place, asOf, knownAt } = filter;
    const shape = ['string', 'string', 'string', 'string', 'string'] as const;
    const after = readCursor(page.after, shape) as [string, ...string[]] | undefined;
    const isSummed = asOf !== undefined || knownAt !== undefined || isOutside(place ?? '');
    const key = (row: Balance) => [row.sku, row.place, row.lot, row.status, row.owner] as const;
    const isAsked = (row: Balance): boolean =>
      (place === undefined ? !isOutside(row.place) : row.place === place) &&
      (!after || isAfter(key(row), after));
    return this.#rows(page, {
      from: { from: after?.[0], only: sku, place },
      rows: async (skus) => {
        const rows = isSummed
          ? await stockAsOf(this.#summed, skus, filter)
          : (await this.#books(skus)).flatMap(({ balances }) => balances);
        return rows.filter(isAsked);
      },
      key,
      ...(isSummed ? { window: CLOSED_WINDOW_SKUS } : {}),
    });
  }

  async valuation(filter: SumFilter, page: Page): Promise<Paged<ValuationRow>> {
    const { sku, asOf, knownAt } = filter;
    const after = readCursor(page.after, ['string', 'string']) as [string, string] | undefined;
    const isSummed = asOf !== undefined || knownAt !== undefined;
    const key = ({ sku: of, pool }: ValuationRow) => [of, pool] as const;
    return this.#rows(page, {
      from: { from: after?.[0], only: sku },
      rows: async (skus) => {
        const rows = isSummed
          ? await valuationAsOf(this.#summed, skus, filter)
          : (await this.#books(skus)).flatMap(({ head }) => worthNow(head));
        return rows.filter((row) => !after || isAfter(key(row), after));
      },
      key,
      ...(isSummed ? { window: CLOSED_WINDOW_SKUS } : {}),
    });
  }

  async ledger(filter: LedgerFilter, page: Page): Promise<Paged<LedgerEntry>> {
    const naming = namingOf(filter);
    if (naming) return this.#named(naming, filter, page);
    const after = readCursor(page.after, ['string', 'number']) as [string, number] | undefined;
    const key = ({ sku, seq }: LedgerEntry) => [sku, seq] as const;
    const isAsked = entryFilter(filter);
    return this.#rows(page, {
      from: { from: after?.[0], only: filter.sku, place: filter.place },
      rows: (skus, wanted) => {
        const afterSeq = after && skus[0] === after[0] ? after[1] : 0;
        return this.#histories(skus, { afterSeq }, wanted, (pack) =>
          packFrom(pack).entries.filter(
            (entry) => isAsked(entry) && (!after || isAfter(key(entry), after)),
          ),
        );
      },
      key,
    });
  }

  /** Only packs that name it are read, and of them only what does. */
  async #named(naming: Naming, filter: LedgerFilter, page: Page): Promise<Paged<LedgerEntry>> {
    const shape = ['string', 'number', 'number'] as const;
    const after = readCursor(page.after, shape) as [string, number, number] | undefined;
    const key = ({ sku, pack, seq }: LedgerEntry) => [sku, pack, seq] as const;
    const isAsked = entryFilter(filter);
    const rows: LedgerEntry[] = [];
    const { sku } = filter;
    const of = {
      ...(sku === undefined ? {} : { sku }),
      ...(after ? { from: [after[0], after[1]] as const } : {}),
    };
    for await (const pack of this.#packs.naming(naming, of)) {
      for (const entry of namedEntries(pack, filter.lot)) {
        if (isAsked(entry) && (!after || isAfter(key(entry), after))) rows.push(entry);
      }
      if (rows.length > page.limit) break;
    }
    return pageOf(rows, page.limit, key);
  }

  /** Entries of a SKU with a greater `seq`, in order. */
  async entriesAfter(sku: string, seq: number, limit: number): Promise<LedgerEntry[]> {
    const entries: LedgerEntry[] = [];
    for await (const packs of this.#packs.history([sku], { afterSeq: seq })) {
      for (const pack of packs) {
        for (const entry of packFrom(pack).entries) if (entry.seq > seq) entries.push(entry);
        if (entries.length >= limit) return entries.slice(0, limit);
      }
    }
    return entries;
  }

  async #books(skus: readonly string[]): Promise<SkuBooks[]> {
    const current = await this.#packs.current(skus);
    return current.filter((packs) => packs.length > 0).map(booksFrom);
  }

  /** Rows of the packs of some SKUs, the first of them from `from` on; no more packs than are needed. */
  async #histories<Row>(
    skus: readonly string[],
    from: PacksFrom,
    wanted: number,
    rowsOf: (pack: StoredPack) => Row[],
  ): Promise<Row[]> {
    const rows: Row[] = [];
    for await (const packs of this.#packs.history(skus, from)) {
      for (const pack of packs) {
        for (const row of rowsOf(pack)) rows.push(row);
        if (rows.length >= wanted) return rows;
      }
    }
    return rows;
  }

  /** A page of rows, which windows of SKUs give in their order. */
  async #rows<Row>(
    page: Page,
    list: {
      /** The first SKU, or the one before it; `only` where no other is asked for. */
      from: {
        from?: string | undefined;
        after?: string | undefined;
        only?: string | undefined;
        place?: string | undefined;
      };
      rows(skus: readonly string[], wanted: number): Promise<Row[]>;
      key(row: Row): readonly (string | number)[];
      window?: { first: number; most: number };
    },
  ): Promise<Paged<Row>> {
    const { from, only, after, place } = list.from;
    const wanted = page.limit + 1;
    if (only !== undefined) {
      const isPast = from !== undefined && compareUtf8(only, from) < 0;
      return pageOf(isPast ? [] : await list.rows([only], wanted), page.limit, list.key);
    }
    // What is outside is in every SKU's ledger.
    const ours = place !== undefined && isOutside(place) ? undefined : place;
    const rows = from === undefined ? [] : await list.rows([from], wanted);
    const { first, most } = list.window ?? WINDOW_SKUS;
    let last = from ?? after;
    let read = from === undefined ? 0 : 1;
    for (let size = Math.min(first, wanted); rows.length < wanted; ) {
      const skus = await this.#packs.skus(last, size, ours);
      if (skus.length === 0) break;
      for (const row of await list.rows(skus, wanted - rows.length)) rows.push(row);
      last = skus.at(-1)!;
      read += skus.length;
      // As many as seem to be needed, and no fewer than the rows of this page can be spread over.
      const needed = Math.ceil(((wanted - rows.length) * read) / Math.max(rows.length, 1));
      size = Math.max(1, Math.min(size * 2, most, needed));
    }
    return pageOf(rows, page.limit, list.key);
  }
}

const worthNow = ({ sku, pools }: SkuHead): ValuationRow[] =>
  pools
    .filter(({ untouched }) => !untouched)
    .map(({ pool, quantity, value }) => ({ sku, pool, quantity, value }))
    .sort((one, other) => compareUtf8(one.pool, other.pool));

/** The one that is likely to have the fewest packs. */
function namingOf({ document, lot, partner }: LedgerFilter): Naming | undefined {
  if (document !== undefined) return { document };
  if (lot !== undefined) return { lot };
  return partner === undefined ? undefined : { partner };
}

function entryFilter(filter: LedgerFilter): (entry: LedgerEntry) => boolean {
  const { sku, document, partner, lot, place, kind, since, asOf, knownAt } = filter;
  return (entry) =>
    (sku === undefined || entry.sku === sku) &&
    (document === undefined || entry.document === document) &&
    (partner === undefined || entry.partner === partner) &&
    (lot === undefined || entry.lot === lot) &&
    (place === undefined || entry.from === place || entry.to === place) &&
    (kind === undefined || entry.kind === kind) &&
    (since === undefined || entry.at >= since) &&
    (asOf === undefined || entry.at <= asOf) &&
    (knownAt === undefined || entry.recordedAt <= knownAt);
}

function isAfter(one: readonly (string | number)[], other: readonly (string | number)[]): boolean {
  for (const [index, part] of one.entries()) {
    const than = other[index]!;
    const order =
      typeof part === 'number' ? part - (than as number) : compareUtf8(part, than as string);
    if (order !== 0) return order > 0;
  }
  return false;
}
