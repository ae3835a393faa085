/** All that is read page by page; each page has the key of its last row. */
import type { Collection, Document, Filter, MongoClient } from 'mongodb';
import { type CursorPart, pageOf, readCursor } from '../../cursor.ts';
import {
  type Balance,
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
import { parkedFrom } from './documents.ts';
import { keyOf, under } from './keys.ts';
import { ledgerPage } from './ledgerPage.ts';
import { openOrderFrom, openOrderParts, reservationFrom } from './orderDocuments.ts';
import { balanceParts, stockAsOf } from './stockAsOf.ts';
import { valuationAsOf, valuationParts } from './valuationAsOf.ts';

export class Lists {
  readonly #client: MongoClient;
  readonly #collections: Collections;

  constructor(client: MongoClient, collections: Collections) {
    this.#client = client;
    this.#collections = collections;
  }

  async stock(filter: StockFilter, page: Page): Promise<Paged<Balance>> {
    const after = readCursor(page.after, ['string', 'string', 'string', 'string', 'string']);
    const { sku, place, asOf, knownAt } = filter;
    const isStored = place === undefined || !isOutside(place);
    if (asOf !== undefined || knownAt !== undefined || !isStored) {
      const rows = await stockAsOf(this.#collections, filter, after, page.limit + 1);
      return pageOf(rows, page.limit, balanceParts);
    }
    const filters = [
      ...(sku === undefined ? [] : [{ _id: under(sku) }]),
      ...(place === undefined ? [] : [{ place }]),
    ];
    const found = await rowsAfter(this.#collections.balances, filters, keyAfter(after), page);
    return pageOf(found.map(balanceFrom), page.limit, balanceParts);
  }

  async ledger(filter: LedgerFilter, page: Page): Promise<Paged<LedgerEntry>> {
    const after = readCursor(page.after, ['string', 'number']);
    const found = await ledgerPage(this.#collections, filter, after, page.limit + 1);
    return pageOf(found.map(entryFrom), page.limit, ({ sku, seq }) => [sku, seq]);
  }

  async valuation(
    filter: { sku?: string; asOf?: string; knownAt?: string },
    page: Page,
  ): Promise<Paged<ValuationRow>> {
    const after = readCursor(page.after, ['string', 'string']) as [string, string] | undefined;
    const { sku, asOf, knownAt } = filter;
    const wanted = page.limit + 1;
    const rows =
      asOf === undefined && knownAt === undefined
        ? await currentPools(this.#collections, sku, after, wanted)
        : await valuationAsOf(this.#client, this.#collections, filter, after, wanted);
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

  heads(page: Page): Promise<Paged<SkuHead>> {
    return this.#heads([], page);
  }

  /** By a condition that the sparse index serves, which `$exists` is not on every server. */
  recosts(page: Page): Promise<Paged<SkuHead>> {
    return this.#heads([{ 'recost.at': { $gt: '' } }], page);
  }

  async #heads(filters: Filter<HeadDocument>[], page: Page): Promise<Paged<SkuHead>> {
    const after = readCursor(page.after, ['string']);
    const found = await rowsAfter(this.#collections.heads, filters, keyAfter(after), page);
    const rows = found.map((head) => headFrom(head.sku, head));
    return pageOf(rows, page.limit, ({ sku }) => [sku]);
  }

  async layers(page: Page): Promise<Paged<CostLayer>> {
    const after = readCursor(page.after, ['string', 'string', 'string', 'number', 'number']);
    const [sku, pool, at, seq, part] = (after ?? []) as [string, string, string, number, number];
    const key = after && layerKey({ sku, pool, at, seq, part });
    const found = await rowsAfter(this.#collections.layers, [], key, page);
    return pageOf(found.map(layerFrom), page.limit, (layer) => [
      layer.sku,
      layer.pool,
      layer.at,
      layer.seq,
      layer.part,
    ]);
  }
}

const keyAfter = (after: CursorPart[] | undefined): string | undefined =>
  after && keyOf(...(after as string[]));

/** One document more than the page holds, where there is one, by `_id`. */
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
