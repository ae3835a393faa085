/** What is read and is not made of packs: rows by their keys, and lists by pages, each with the key of its last row. */
import type { Collection, Filter, FindOptions } from 'mongodb';
import { keyBy, pageOf, readCursor, shapeOf } from '../../cursor.ts';
import { intakeReport } from '../../intakeReport.ts';
import type { Checkpoint, CheckpointKey } from '../../ledger.ts';
import { compareUtf8 } from '../../order.ts';
import type { ListChapter, Page, Paged, ParkedChapter } from '../../ports.ts';
import { sortedKey } from '../../sortedKey.ts';
import { backlogIn } from './backlogIn.ts';
import type { Collections } from './Collections.ts';
import { type Keyed, locationFrom, parkedFrom } from './documents.ts';
import { int64 } from './int64.ts';
import { after, nameKey, under } from './keys.ts';
import { openOrderFrom, periodFrom, periodKey, reservationFrom } from './orderDocuments.ts';
import { messagesIn } from './packDocuments.ts';

/** Of the documents of commits; each has some kilobytes. */
const PARTS_AT_ONCE = 100;
/** What is done is kept where it says since when, and in no list. */
const OPEN = { quantity: { $gt: int64(0n) } };
const KEY_OF_CHECKPOINT = { projection: { sku: 1, at: 1, seq: 1 } };

export const listsInDatabase = (all: Collections): ListChapter & ParkedChapter => ({
  period: async () => periodFrom(await all.period.findOne({ _id: periodKey })),
  intake: async (intakeId) => intakeReport(await all.batches.find({ intakeId }).toArray()),

  async *messages() {
    for await (const part of all.documents.find().batchSize(PARTS_AT_ONCE)) yield messagesIn(part);
  },

  async sources() {
    const found = await all.sources.find().toArray();
    return found.map(({ source }) => source).sort(compareUtf8);
  },

  async parkedRecord(id) {
    const found = await all.parked.findOne({ _id: nameKey(id) });
    return found ? parkedFrom(found) : undefined;
  },

  backlog: () => backlogIn(all),

  async location(code) {
    const found = await all.locations.findOne({ _id: nameKey(code) });
    return found ? locationFrom(found) : undefined;
  },

  async checkpoint(sku, at) {
    const last = { sort: { _id: -1 }, projection: { _id: 0 } } as const;
    const _id = { ...under(nameKey(sku)), $lt: after(nameKey(sku, at)) };
    const found = await all.checkpoints.findOne<Checkpoint>({ _id }, last);
    return found ?? undefined;
  },

  async dueReservations(now, limit) {
    const due = all.reservations.find({ due: { $lte: now } }, { projection: { id: 1 } });
    const found = await due.sort({ due: 1, id: 1 }).limit(limit).toArray();
    return found.map(({ id }) => id);
  },

  reservations: ({ sku, ...same }, page) =>
    pageBy(all.reservations, { 'lines.sku': sku, ...same }, ['id'], page, reservationFrom),

  openOrders({ sku }, page) {
    const filter = { ...OPEN, ...(sku !== undefined && { order: under(sortedKey(sku)) }) };
    return pageBy(all.openOrders, filter, ['order'], page, openOrderFrom);
  },

  checkpoints(page) {
    const key = ({ sku, at, seq }: CheckpointKey) => ({ sku, at, seq });
    return pageBy(all.checkpoints, {}, ['sku', '_id'], page, key, KEY_OF_CHECKPOINT);
  },

  parked({ since, until, word, ...same }, page) {
    const at = { ...(since && { $gte: since }), ...(until && { $lt: until }) };
    const ofWord = word === undefined ? {} : { words: word };
    const filter = { ...same, ...ofWord, ...((since ?? until) && { parkedAt: at }) };
    return pageBy(all.parked, filter, ['parkedAt', 'id'], page, parkedFrom);
  },

  async forgetParked(ids) {
    await all.parked.deleteMany({ _id: { $in: ids.map((id) => nameKey(id)) } });
  },

  locations: (page) => pageBy(all.locations, {}, ['location'], page, locationFrom),
  log: (filter, page) =>
    pageBy(all.log, filter, ['about', 'name', 'version'], page, ({ _id, ...line }) => line),
});

/** A list in the order of some fields, one after another; `of` makes of a document what it gives. */
export async function pageBy<Document extends Keyed, Row>(
  list: Collection<Document>,
  filter: object,
  fields: readonly (keyof Document & string)[],
  page: Page,
  of: (document: Document) => Row,
  options: FindOptions = {},
): Promise<Paged<Row>> {
  const after = readCursor(page.after, shapeOf(fields));
  // Those that have the same up to a field, and more there.
  const later = after?.map((part, index) => {
    const same = fields.slice(0, index).map((field, at) => [field, after[at]]);
    return { ...Object.fromEntries(same), [fields[index]!]: { $gt: part } };
  });
  const asked = { ...filter, ...(later && { $or: later }) } as Filter<Document>;
  const order = fields.map((field): [string, 1] => [field, 1]);
  const found = list
    .find<Document>(asked, options)
    .sort(order)
    .limit(page.limit + 1);
  const { rows, ...rest } = pageOf(await found.toArray(), page.limit, keyBy<Document>(fields));
  return { rows: rows.map(of), ...rest };
}
