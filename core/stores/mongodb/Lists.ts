/** All that is read page by page; each page has the key of its last row. */
import type { Collection, Document, Filter, MongoClient } from 'mongodb';
import { type CursorPart, pageOf, readCursor } from '../../cursor.ts';
import {
  type Balance,
  type CheckpointKey,
  type CostLayer,
  isOutside,
  type LedgerEntry,
  type OpenOrder,
  type Reservation,
  type SkuHead,
} from '../../ledger.ts';
import type { ParkedRecord } from '../../message.ts';
import type {
  LedgerFilter,
  Page,
  Paged,
  ReservationFilter,
  StockFilter,
  ValuationRow,
} from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import {
  balanceFrom,
  entryFrom,
  type HeadDocument,
  headFrom,
  layerFrom,
  layerKey,
} from './bookDocuments.ts';
import type { Collections } from './Collections.ts';
import { currentPools } from './currentPools.ts';
import { type Keyed, parkedFrom } from './documents.ts';
import { keyOf, restOf, under } from './keys.ts';
import { ledgerPage } from './ledgerPage.ts';
import { checkpointKey, openOrderFrom, openOrderParts, reservationFrom } from './orderDocuments.ts';
import type { RowsPerSku } from './rowsByWindows.ts';
import { SkuWindows } from './SkuWindows.ts';
import { balanceParts, stockAsOf } from './stockAsOf.ts';
import { valuationAsOf, valuationParts } from './valuationAsOf.ts';
import { WaitingSums } from './WaitingSums.ts';

const unknown = (): RowsPerSku => ({ skus: 0, rows: 0 });

/** A layer, balance or checkpoint needs an entry: so few of these are looked at for a page. */
const ENTRIES_PER_ROW = 2;

export class Lists {
  readonly #client: MongoClient;
  readonly #collections: Collections;
  readonly #windows: SkuWindows;
  readonly #waitingSums: WaitingSums;
  readonly #seen = { stock: unknown(), pools: unknown(), pastPools: unknown() };

  constructor(client: MongoClient, collections: Collections, runtime: Runtime) {
    this.#client = client;
    this.#collections = collections;
    this.#windows = new SkuWindows(collections, runtime);
    this.#waitingSums = new WaitingSums(collections);
  }

  async stock(filter: StockFilter, page: Page): Promise<Paged<Balance>> {
    const after = readCursor(page.after, ['string', 'string', 'string', 'string', 'string']);
    const { sku, place, asOf, knownAt } = filter;
    const isStored = place === undefined || !isOutside(place);
    if (asOf !== undefined || knownAt !== undefined || !isStored) {
      const reading = { windows: this.#windows, seen: this.#seen.stock };
      const rows = await stockAsOf(this.#collections, reading, filter, after, page.limit + 1);
      return pageOf(rows, page.limit, balanceParts);
    }
    const { balances } = this.#collections;
    const filters = place === undefined ? [] : [{ place }];
    const found =
      sku === undefined
        ? await this.#bySku(balances, filters, after, keyAfter(after), page)
        : await rowsAfter(balances, [{ _id: under(sku) }, ...filters], keyAfter(after), page);
    return pageOf(found.map(balanceFrom), page.limit, balanceParts);
  }

  async ledger(filter: LedgerFilter, page: Page): Promise<Paged<LedgerEntry>> {
    const after = readCursor(page.after, ['string', 'number']);
    const found = await ledgerPage(this.#collections, this.#windows, filter, after, page.limit + 1);
    return pageOf(found.map(entryFrom), page.limit, ({ sku, seq }) => [sku, seq]);
  }

  async valuation(
    filter: { sku?: string; asOf?: string; knownAt?: string },
    page: Page,
  ): Promise<Paged<ValuationRow>> {
    const after = readCursor(page.after, ['string', 'string']);
    const { sku, asOf, knownAt } = filter;
    const wanted = page.limit + 1;
    const { pools, pastPools } = this.#seen;
    const [client, collections, windows] = [this.#client, this.#collections, this.#windows];
    const rows =
      asOf === undefined && knownAt === undefined
        ? await currentPools(collections, { windows, seen: pools }, sku, after, wanted)
        : await valuationAsOf(
            { client, collections, windows, waitingSums: this.#waitingSums, seen: pastPools },
            ...([filter, after, wanted] as const),
          );
    return pageOf(rows, page.limit, valuationParts);
  }

  async reservations(filter: ReservationFilter, page: Page): Promise<Paged<Reservation>> {
    const [after] = (readCursor(page.after, ['string']) ?? []) as string[];
    const { sku, state } = filter;
    const filters = [
      ...(sku === undefined ? [] : [{ 'lines.sku': sku }]),
      ...(state === undefined ? [] : [{ state }]),
    ];
    const found = await rowsAfter(this.#collections.reservations, filters, after, page);
    return pageOf(found.map(reservationFrom), page.limit, ({ id }) => [id]);
  }

  async openOrders({ sku }: { sku?: string }, page: Page): Promise<Paged<OpenOrder>> {
    const after = readCursor(page.after, ['string', 'string', 'string', 'string']);
    const key = keyAfter(after);
    const found = await this.#collections.openOrders
      .find({
        $and: [
          sku === undefined ? {} : { order: under(sku) },
          key === undefined ? {} : { order: { $gt: key } },
        ],
      })
      .sort({ order: 1 })
      .limit(page.limit + 1)
      .toArray();
    return pageOf(found.map(openOrderFrom), page.limit, openOrderParts);
  }

  async parked(filter: { flow?: string }, page: Page): Promise<Paged<ParkedRecord>> {
    const after = readCursor(page.after, ['string', 'string']) as [string, string] | undefined;
    const [parkedAt, id] = after ?? [];
    const later = {
      $or: [{ parkedAt: { $gt: parkedAt! } }, { parkedAt: parkedAt!, _id: { $gt: id! } }],
    };
    const found = await this.#collections.parked
      .find({
        ...(filter.flow === undefined ? {} : { flow: filter.flow }),
        ...(after === undefined ? {} : later),
      })
      .sort({ parkedAt: 1, _id: 1 })
      .limit(page.limit + 1)
      .toArray();
    const { rows, ...rest } = pageOf(found, page.limit, (row) => [row.parkedAt, row._id]);
    return { rows: rows.map(parkedFrom), ...rest };
  }

  async heads(page: Page): Promise<Paged<SkuHead>> {
    const after = readCursor(page.after, ['string']);
    const { heads } = this.#collections;
    return headsPage(await this.#bySku(heads, [], after, keyAfter(after), page), page);
  }

  /** By a condition that the sparse index serves, which `$exists` is not on every server. */
  async recosts(page: Page): Promise<Paged<SkuHead>> {
    const after = keyAfter(readCursor(page.after, ['string']));
    const waiting = [{ 'recost.at': { $gt: '' } }];
    return headsPage(await rowsAfter(this.#collections.heads, waiting, after, page), page);
  }

  async layers(page: Page): Promise<Paged<CostLayer>> {
    const after = readCursor(page.after, ['string', 'string', 'string', 'number', 'number']);
    const [sku, pool, at, seq, part] = (after ?? []) as [string, string, string, number, number];
    const key = after && layerKey({ sku, pool, at, seq, part });
    const found = await this.#bySku(this.#collections.layers, [], after, key, page);
    return pageOf(found.map(layerFrom), page.limit, (layer) => [
      layer.sku,
      layer.pool,
      layer.at,
      layer.seq,
      layer.part,
    ]);
  }

  async checkpoints(page: Page): Promise<Paged<CheckpointKey>> {
    const after = readCursor(page.after, ['string', 'string', 'number']);
    const [sku, at, seq] = (after ?? []) as [string, string, number];
    const key = after && checkpointKey({ sku, at, seq });
    const fields = { sku: 1, at: 1, seq: 1 };
    const { checkpoints } = this.#collections;
    const found = await this.#bySku(checkpoints, [], after, key, page, fields);
    const keys = found.map(({ sku, at, seq }) => ({ sku, at, seq }));
    return pageOf(keys, page.limit, (row) => [row.sku, row.at, row.seq]);
  }

  /** One document more than the page holds, where there is one, by `_id`, which begins with the SKU. */
  async #bySku<Row extends Keyed>(
    collection: Collection<Row>,
    filters: Filter<Row>[],
    after: CursorPart[] | undefined,
    key: string | undefined,
    page: Page,
    projection: Document = {},
  ): Promise<Row[]> {
    const rows: Row[] = [];
    const wanted = page.limit + 1;
    const most = { skus: wanted, entries: ENTRIES_PER_ROW * wanted };
    let start = key;
    for await (const { range } of this.#windows.from(String(after?.[0] ?? ''), () => most)) {
      const _id = start === undefined ? range : restOf(range, start);
      const found = await collection
        .find({ $and: [{ _id }, ...filters] } as Filter<Row>, { projection })
        .sort({ _id: 1 })
        .limit(wanted - rows.length)
        .toArray();
      rows.push(...(found as unknown as Row[]));
      if (rows.length >= wanted) break;
      start = undefined;
    }
    return rows;
  }
}

function headsPage(found: readonly HeadDocument[], page: Page): Paged<SkuHead> {
  const rows = found.map((head) => headFrom(head.sku, head));
  return pageOf(rows, page.limit, ({ sku }) => [sku]);
}

const keyAfter = (after: CursorPart[] | undefined): string | undefined =>
  after && keyOf(...(after as string[]));

/** The same where few documents fit the filters, or an index serves them. */
async function rowsAfter<Row extends Document & { _id: string }>(
  collection: Collection<Row>,
  filters: Filter<Row>[],
  after: string | undefined,
  page: Page,
): Promise<Row[]> {
  const later = (after === undefined ? {} : { _id: { $gt: after } }) as Filter<Row>;
  const all = [...filters, later].filter((filter) => Object.keys(filter).length > 0);
  const query = (all.length === 0 ? {} : { $and: all }) as Filter<Row>;
  const found = await collection
    .find(query)
    .sort({ _id: 1 })
    .limit(page.limit + 1)
    .toArray();
  return found as unknown as Row[];
}
