/** What is read and is not made of packs: rows by their keys, and lists by pages, each with the key of its last row. */
import { type CursorPart, pageOf, readCursor } from '../../cursor.ts';
import type {
  Checkpoint,
  CheckpointKey,
  Location,
  OpenOrder,
  Period,
  Reservation,
} from '../../ledger.ts';
import type { ParkedRecord } from '../../message.ts';
import type { Page, Paged, ReservationFilter } from '../../ports.ts';
import type { Collections } from './Collections.ts';
import { locationFrom, parkedFrom } from './documents.ts';
import { keyOf, nameKey, under, upTo } from './keys.ts';
import {
  checkpointFrom,
  checkpointKey,
  openOrderFrom,
  openOrderParts,
  periodFrom,
  periodKey,
  reservationFrom,
} from './orderDocuments.ts';

const ID = { projection: { id: 1 } };

export class Lists {
  readonly #collections: Collections;

  constructor(collections: Collections) {
    this.#collections = collections;
  }

  async period(): Promise<Period> {
    return periodFrom(await this.#collections.period.findOne({ _id: periodKey }));
  }

  async parkedRecord(id: string): Promise<ParkedRecord | undefined> {
    const found = await this.#collections.parked.findOne({ _id: nameKey(id) });
    return found ? parkedFrom(found) : undefined;
  }

  async location(code: string): Promise<Location | undefined> {
    const found = await this.#collections.locations.findOne({ _id: nameKey(code) });
    return found ? locationFrom(found) : undefined;
  }

  async checkpoint(sku: string, at: string): Promise<Checkpoint | undefined> {
    const last = { sort: { _id: -1 } } as const;
    const found = await this.#collections.checkpoints.findOne({ _id: upTo(sku, at) }, last);
    return found ? checkpointFrom(found) : undefined;
  }

  async dueReservations(now: string, limit: number): Promise<string[]> {
    const due = this.#collections.reservations.find({ due: { $lte: now } }, ID);
    const found = await due.sort({ due: 1, id: 1 }).limit(limit).toArray();
    return found.map(({ id }) => id);
  }

  async reservations(filter: ReservationFilter, page: Page): Promise<Paged<Reservation>> {
    const [after] = (readCursor(page.after, ['string']) ?? []) as string[];
    const { sku, state } = filter;
    const found = await this.#collections.reservations
      .find({
        ...(sku === undefined ? {} : { 'lines.sku': sku }),
        ...(state === undefined ? {} : { state }),
        ...(after === undefined ? {} : { id: { $gt: after } }),
      })
      .sort({ id: 1 })
      .limit(page.limit + 1)
      .toArray();
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
      $or: [{ parkedAt: { $gt: parkedAt! } }, { parkedAt: parkedAt!, id: { $gt: id! } }],
    };
    const found = await this.#collections.parked
      .find({
        ...(filter.flow === undefined ? {} : { flow: filter.flow }),
        ...(after === undefined ? {} : later),
      })
      .sort({ parkedAt: 1, id: 1 })
      .limit(page.limit + 1)
      .toArray();
    const { rows, ...rest } = pageOf(found, page.limit, (row) => [row.parkedAt, row.id]);
    return { rows: rows.map(parkedFrom), ...rest };
  }

  /** SKUs that wait to be costed anew. */
  async recosts(page: Page): Promise<Paged<string>> {
    const [after] = (readCursor(page.after, ['string']) ?? []) as string[];
    const found = await this.#collections.recosts
      .find(after === undefined ? {} : { sku: { $gt: after } })
      .sort({ sku: 1 })
      .limit(page.limit + 1)
      .toArray();
    const skus = found.map(({ sku }) => sku);
    return pageOf(skus, page.limit, (sku) => [sku]);
  }

  async checkpoints(page: Page): Promise<Paged<CheckpointKey>> {
    const after = readCursor(page.after, ['string', 'string', 'number']);
    const [sku, at, seq] = (after ?? ['', '', 0]) as [string, string, number];
    const key = { $gt: checkpointKey({ sku, at, seq }) };
    const found = await this.#collections.checkpoints
      .find(after === undefined ? {} : { $or: [{ sku: { $gt: sku } }, { sku, _id: key }] }, {
        projection: { sku: 1, at: 1, seq: 1 },
      })
      .sort({ sku: 1, _id: 1 })
      .limit(page.limit + 1)
      .toArray();
    const keys = found.map((row) => ({ sku: row.sku, at: row.at, seq: row.seq }));
    return pageOf(keys, page.limit, (row) => [row.sku, row.at, row.seq]);
  }
}

const keyAfter = (after: CursorPart[] | undefined): string | undefined =>
  after && keyOf(...(after as string[]));
