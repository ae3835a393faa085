/** What is read and is not made of packs: rows by their keys, and lists by pages, each with the key of its last row. */

import type { Collection, Filter, FindCursor } from 'mongodb';
import { type CursorPart, keyBy, pageOf, readCursor, shapeOf } from '../../cursor.ts';
import type { Checkpoint, CheckpointKey } from '../../ledger.ts';
import { compareUtf8 } from '../../order.ts';
import type { ListChapter, Page, Paged } from '../../ports.ts';
import { sortedKey } from '../../sortedKey.ts';
import type { Collections } from './Collections.ts';
import { type Keyed, locationFrom, parkedFrom } from './documents.ts';
import { findIntakeReport } from './findIntakeReport.ts';
import { int64 } from './int64.ts';
import { nameKey, under, upTo } from './keys.ts';
import {
  checkpointKey,
  openOrderFrom,
  openOrderParts,
  periodFrom,
  periodKey,
  reservationFrom,
} from './orderDocuments.ts';
import { messagesIn } from './packDocuments.ts';

/** Of the documents of commits; each has some kilobytes. */
const PARTS_AT_ONCE = 100;
/** What is done is kept where it says since when, and in no list. */
const OPEN = { quantity: { $gt: int64(0n) } };
const ID = { projection: { id: 1 } };

type List = 'reservations' | 'openOrders' | 'parked' | 'checkpoints' | 'locations' | 'log';

export const listsInDatabase = (all: Collections): ListChapter => ({
  ...rowsIn(all),
  ...pagesIn(all),
});

const rowsIn = (all: Collections): Omit<ListChapter, List> => ({
  async period() {
    return periodFrom(await all.period.findOne({ _id: periodKey }));
  },

  async *messages() {
    for await (const part of all.documents.find().batchSize(PARTS_AT_ONCE)) yield messagesIn(part);
  },

  async sources() {
    const found = await all.sources.find().toArray();
    return found.map(({ source }) => source).sort(compareUtf8);
  },

  intake: (intakeId) => findIntakeReport(all, intakeId),

  async parkedRecord(id) {
    const found = await all.parked.findOne({ _id: nameKey(id) });
    return found ? parkedFrom(found) : undefined;
  },

  async location(code) {
    const found = await all.locations.findOne({ _id: nameKey(code) });
    return found ? locationFrom(found) : undefined;
  },

  async checkpoint(sku, at) {
    const last = { sort: { _id: -1 }, projection: { _id: 0 } } as const;
    const found = await all.checkpoints.findOne<Checkpoint>({ _id: upTo(sku, at) }, last);
    return found ?? undefined;
  },

  async dueReservations(now, limit) {
    const due = all.reservations.find({ due: { $lte: now } }, ID);
    const found = await due.sort({ due: 1, id: 1 }).limit(limit).toArray();
    return found.map(({ id }) => id);
  },
});

const pagesIn = (all: Collections): Pick<ListChapter, List> => ({
  async reservations({ sku, state }, page) {
    const filter = {
      ...(sku !== undefined && { 'lines.sku': sku }),
      ...(state !== undefined && { state }),
    };
    return pageBy(all.reservations, filter, ['id'], page, reservationFrom);
  },

  async openOrders({ sku }, page) {
    const after = readCursor(page.after, ['string', 'string', 'string', 'string']);
    const found = all.openOrders.find({
      $and: [
        sku === undefined ? OPEN : { ...OPEN, order: under(sortedKey(sku)) },
        after ? { order: { $gt: sortedKey(...(after as string[])) } } : {},
      ],
    });
    return pageFrom(found.sort({ order: 1 }), page, openOrderParts, openOrderFrom);
  },

  async parked({ flow }, page) {
    const filter = flow === undefined ? {} : { flow };
    return pageBy(all.parked, filter, ['parkedAt', 'id'], page, parkedFrom);
  },

  async locations(page) {
    return pageBy(all.locations, {}, ['location'], page, locationFrom);
  },

  async log(filter, page) {
    const key = ['about', 'name', 'version'] as const;
    return pageBy(all.log, filter, key, page, ({ _id, ...line }) => line);
  },

  async checkpoints(page) {
    const after = readCursor(page.after, ['string', 'string', 'number']);
    const [sku, at, seq] = (after ?? []) as [string, string, number];
    const found = all.checkpoints.find<CheckpointKey>(
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
  },
});

/** A list in the order of some fields, one after another; `of` makes of a document what it gives. */
export async function pageBy<Document extends Keyed, Row>(
  list: Collection<Document>,
  filter: object,
  fields: readonly (keyof Document & string)[],
  page: Page,
  of: (document: Document) => Row,
): Promise<Paged<Row>> {
  const after = readCursor(page.after, shapeOf(fields));
  // Those that have the same up to a field, and more there.
  const later = after?.map((part, index) => {
    const same = fields.slice(0, index).map((field, at) => [field, after[at]]);
    return { ...Object.fromEntries(same), [fields[index]!]: { $gt: part } };
  });
  const found = list.find<Document>({
    ...filter,
    ...(later && { $or: later }),
  } as Filter<Document>);
  const order = fields.map((field): [string, 1] => [field, 1]);
  return pageFrom(found.sort(order), page, keyBy<Document>(fields), of);
}

/** `of` makes of a document what the list gives. */
async function pageFrom<Document, Row>(
  found: FindCursor<Document>,
  { limit }: Page,
  key: (document: Document) => CursorPart[],
  of: (document: Document) => Row,
): Promise<Paged<Row>> {
  const { rows, ...rest } = pageOf(await found.limit(limit + 1).toArray(), limit, key);
  return { rows: rows.map(of), ...rest };
}
