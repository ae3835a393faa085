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
import { findLedgerPage } from './findLedgerPage.ts';
import { balanceParts, findStockAsOf } from './findStockAsOf.ts';
import { findValuationAsOf, valuationParts } from './findValuationAsOf.ts';
import { keyOf, under } from './keys.ts';
import { checkpointKey, openOrderFrom, openOrderParts, reservationFrom } from './orderDocuments.ts';
import { documentsByWindows } from './rowsByWindows.ts';
import { SkuWindows } from './SkuWindows.ts';
import { WaitingSums } from './WaitingSums.ts';
import { LearntSize } from './WindowSize.ts';

/** SKUs that are looked at for one page at once, at most. */
const MANY_SKUS = { skus: 5_000, entries: Number.POSITIVE_INFINITY };

export class Lists {
  readonly #client: MongoClient;
  readonly #collections: Collections;
  readonly #windows: SkuWindows;
  readonly #waitingSums: WaitingSums;
  readonly #sizes = {
    pastStock: new LearntSize({ skus: 500, entries: 50_000 }),
    pools: new LearntSize(MANY_SKUS),
    pastPools: new LearntSize(MANY_SKUS),
    balances: new LearntSize(MANY_SKUS),
    heads: new LearntSize(MANY_SKUS),
    layers: new LearntSize(MANY_SKUS),
    checkpoints: new LearntSize(MANY_SKUS),
  };

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
      const by = { windows: this.#windows, size: this.#sizes.pastStock };
      const rows = await findStockAsOf(this.#collections, by, filter, after, page.limit + 1);
      return pageOf(rows, page.limit, balanceParts);
    }
    const { balances } = this.#collections;
    const filters = place === undefined ? [] : [{ place }];
    const found =
      sku === undefined
        ? await this.#bySku('balances', filters, after, keyAfter(after), page)
        : await rowsAfter(balances, [{ _id: under(sku) }, ...filters], keyAfter(after), page);
    return pageOf(found.map(balanceFrom), page.limit, balanceParts);
  }

  async ledger(filter: LedgerFilter, page: Page): Promise<Paged<LedgerEntry>> {
    const after = readCursor(page.after, ['string', 'number']);
    const found = await findLedgerPage(
      this.#collections,
      this.#windows,
      filter,
      after,
      page.limit + 1,
    );
    return pageOf(found.map(entryFrom), page.limit, ({ sku, seq }) => [sku, seq]);
  }

  async valuation(
    filter: { sku?: string; asOf?: string; knownAt?: string },
    page: Page,
  ): Promise<Paged<ValuationRow>> {
    const after = readCursor(page.after, ['string', 'string']);
    const { sku, asOf, knownAt } = filter;
    const wanted = page.limit + 1;
    const { pools, pastPools } = this.#sizes;
    const reading = {
      ...{ client: this.#client, collections: this.#collections, windows: this.#windows },
      ...{ waitingSums: this.#waitingSums, size: pastPools },
    };
    const rows =
      asOf === undefined && knownAt === undefined
        ? await currentPools(this.#collections, { ...reading, size: pools }, sku, after, wanted)
        : await findValuationAsOf(reading, filter, after, wanted);
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
    return headsPage(await this.#bySku('heads', [], after, keyAfter(after), page), page);
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
    const found = await this.#bySku('layers', [], after, key, page);
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
    const found = await this.#bySku('checkpoints', [], after, key, page, fields);
    const keys = found.map((row) => ({ sku: row.sku, at: row.at, seq: row.seq }));
    return pageOf(keys, page.limit, (row) => [row.sku, row.at, row.seq]);
  }

  /** One document more than the page holds, where there is one, by `_id`, which begins with the SKU. */
  #bySku<Name extends 'balances' | 'heads' | 'layers' | 'checkpoints'>(
    name: Name,
    filters: object[],
    after: CursorPart[] | undefined,
    key: string | undefined,
    page: Page,
    projection: Document = {},
  ): Promise<RowOf<Name>[]> {
    const by = { windows: this.#windows, size: this.#sizes[name] };
    const from = key === undefined ? undefined : { sku: String(after?.[0]), key };
    const collection = this.#collections[name] as unknown as Collection<RowOf<Name>>;
    return documentsByWindows(by, from, page.limit + 1, async (_id, limit) => {
      const filter = { $and: [{ _id }, ...filters] } as Filter<RowOf<Name>>;
      const found = collection.find(filter, { projection }).sort({ _id: 1 }).limit(limit);
      return (await found.toArray()) as RowOf<Name>[];
    });
  }
}

type RowOf<Name extends keyof Collections> =
  Collections[Name] extends Collection<infer Row> ? Row & Keyed & { sku: string } : never;

function headsPage(found: readonly HeadDocument[], page: Page): Paged<SkuHead> {
  const rows = found.map((head) => headFrom(head.sku, head));
  return pageOf(rows, page.limit, ({ sku }) => [sku]);
}

const keyAfter = (after: CursorPart[] | undefined): string | undefined =>
  after && keyOf(...(after as string[]));

/** One document more than the page holds, where few fit the filters or an index serves them. */
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
