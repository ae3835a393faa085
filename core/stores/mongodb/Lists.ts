/** What is read and is not made of packs: rows by their keys, and lists by pages, each with the key of its last row. */
import type { FindCursor } from 'mongodb';
import { type CursorPart, pageOf, readCursor } from '../../cursor.ts';
import type {
  Checkpoint,
  CheckpointKey,
  Location,
  OpenOrder,
  Period,
  Reservation,
} from '../../ledger.ts';
import type { IntakeReport, ParkedRecord } from '../../message.ts';
import { compareUtf8 } from '../../order.ts';
import type { Page, Paged, ReservationFilter } from '../../ports.ts';
import type { Collections } from './Collections.ts';
import { locationFrom, type ParkedDocument, parkedFrom } from './documents.ts';
import { findIntakeReport } from './findIntakeReport.ts';
import { keyOf, nameKey, under, upTo } from './keys.ts';
import {
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

  async sources(): Promise<string[]> {
    const found = await this.#collections.sources.find().toArray();
    return found.map(({ source }) => source).sort(compareUtf8);
  }

  intake(intakeId: string): Promise<IntakeReport | undefined> {
    return findIntakeReport(this.#collections, intakeId);
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
    const last = { sort: { _id: -1 }, projection: { _id: 0 } } as const;
    const { checkpoints } = this.#collections;
    return (await checkpoints.findOne<Checkpoint>({ _id: upTo(sku, at) }, last)) ?? undefined;
  }

  async dueReservations(now: string, limit: number): Promise<string[]> {
    const due = this.#collections.reservations.find({ due: { $lte: now } }, ID);
    const found = await due.sort({ due: 1, id: 1 }).limit(limit).toArray();
    return found.map(({ id }) => id);
  }

  async reservations({ sku, state }: ReservationFilter, page: Page): Promise<Paged<Reservation>> {
    const after = readCursor(page.after, ['string']);
    const found = this.#collections.reservations.find({
      ...(sku !== undefined && { 'lines.sku': sku }),
      ...(state !== undefined && { state }),
      ...(after && { id: { $gt: after[0] as string } }),
    });
    return pageFrom(found.sort({ id: 1 }), page, ({ id }) => [id], reservationFrom);
  }

  async openOrders({ sku }: { sku?: string }, page: Page): Promise<Paged<OpenOrder>> {
    const after = readCursor(page.after, ['string', 'string', 'string', 'string']);
    const found = this.#collections.openOrders.find({
      $and: [
        sku === undefined ? {} : { order: under(keyOf(sku)) },
        after ? { order: { $gt: keyOf(...(after as string[])) } } : {},
      ],
    });
    return pageFrom(found.sort({ order: 1 }), page, openOrderParts, openOrderFrom);
  }

  async parked({ flow }: { flow?: string }, page: Page): Promise<Paged<ParkedRecord>> {
    const after = readCursor(page.after, ['string', 'string']);
    const [parkedAt, id] = (after ?? []) as [string, string];
    const found = this.#collections.parked.find({
      ...(flow !== undefined && { flow }),
      ...(after && { $or: [{ parkedAt: { $gt: parkedAt } }, { parkedAt, id: { $gt: id } }] }),
    });
    const keyOfRow = (row: ParkedDocument) => [row.parkedAt, row.id];
    return pageFrom(found.sort({ parkedAt: 1, id: 1 }), page, keyOfRow, parkedFrom);
  }

  async checkpoints(page: Page): Promise<Paged<CheckpointKey>> {
    const after = readCursor(page.after, ['string', 'string', 'number']);
    const [sku, at, seq] = (after ?? []) as [string, string, number];
    const found = this.#collections.checkpoints.find<CheckpointKey>(
      after
        ? { $or: [{ sku: { $gt: sku } }, { sku, _id: { $gt: checkpointKey({ sku, at, seq }) } }] }
        : {},
      { projection: { _id: 0, sku: 1, at: 1, seq: 1 } },
    );
    return pageFrom(
      found.sort({ sku: 1, _id: 1 }),
      page,
      (row) => [row.sku, row.at, row.seq],
      (row) => row,
    );
  }
}

/** `of` makes of a document what the list gives. */
export async function pageFrom<Document, Row>(
  found: FindCursor<Document>,
  { limit }: Page,
  key: (document: Document) => CursorPart[],
  of: (document: Document) => Row,
): Promise<Paged<Row>> {
  const { rows, ...rest } = pageOf(await found.limit(limit + 1).toArray(), limit, key);
  return { rows: rows.map(of), ...rest };
}
