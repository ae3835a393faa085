import type { Collection, Filter } from 'mongodb';
import type { AcceptedPayload, HistoryChapter } from '../../ports.ts';
import { seqText } from '../../sortedKey.ts';
import { replacing } from './bulkWrites.ts';
import type { StoreParts } from './commitsInDatabase.ts';
import type { Keyed } from './documents.ts';
import { nameKey, under } from './keys.ts';

const WITHOUT_KEY = { projection: { _id: 0 } };
const OLDEST = { projection: { _id: 1, at: 1 } };

/** What is known of the way of payloads and events, in three collections. */
export function historyInDatabase({
  collections,
  runtime,
}: StoreParts): Omit<HistoryChapter, 'firstRelayed'> {
  const { payloads: all, deliveries: calls, snapshots: pictures } = collections;
  return {
    async noteHistory({ payloads, deliveries, snapshots }) {
      const kept = payloads.map((one) => replacing({ _id: nameKey(one.intakeId), ...one }));
      if (kept.length > 0) await all.bulkWrite(kept, { ordered: false });
      // Of one millisecond ids have no order: calls go by their time, and by their place among these.
      const called = deliveries.map((one, place) => ({
        _id: nameKey(one.message, one.at, seqText(place), runtime.newId()),
        ...one,
      }));
      if (called.length > 0) await calls.insertMany(called, { ordered: false });
      const taken = snapshots.map((one, place) => ({
        _id: nameKey(one.intakeId, seqText(one.record), one.at, seqText(place), runtime.newId()),
        size: one.body.length,
        ...one,
      }));
      if (taken.length > 0) await pictures.insertMany(taken, { ordered: false });
    },

    async forgetHistory(before, { rows, snapshotCharacters }, most) {
      let forgotten = 0;
      for (const list of [all, calls, pictures])
        forgotten += await forget(list as unknown as Collection<Dated>, { $lt: before }, most);
      for (const list of [all, calls]) {
        const over = (await list.estimatedDocumentCount()) - rows;
        if (over > 0)
          forgotten += await forget(
            list as unknown as Collection<Dated>,
            { $gt: '' },
            Math.min(over, most),
          );
      }
      return forgotten + (await forgetBeyond(pictures, snapshotCharacters, most));
    },

    async accepted(filter, limit) {
      const asked = 'intakeId' in filter ? { _id: nameKey(filter.intakeId) } : filter;
      const found = all.find<AcceptedPayload>(asked, WITHOUT_KEY);
      return found.sort({ at: -1 }).limit(limit).toArray();
    },

    async deliveries(message, limit) {
      const latest = async (code: Filter<unknown>) => {
        const found = calls.find({ _id: under(nameKey(message)), code });
        return found.sort({ _id: -1 }).limit(limit).toArray();
      };
      const both = await Promise.all([latest({ $eq: '' }), latest({ $ne: '' })]);
      return both
        .flat()
        .sort((one, other) => (one._id < other._id ? -1 : 1))
        .map(({ _id, ...note }) => note);
    },

    async snapshots({ intakeId, record }, limit) {
      const key = record === undefined ? nameKey(intakeId) : nameKey(intakeId, seqText(record));
      const found = pictures.find({ _id: under(key) }).sort({ _id: 1 });
      return (await found.limit(limit).toArray()).map(({ _id, size, ...one }) => one);
    },
  };
}

interface Dated extends Keyed {
  at: string;
}

/** The oldest of those that came at such a time. */
async function forget(
  list: Collection<Dated>,
  at: { $lt: string } | { $gt: string },
  most: number,
): Promise<number> {
  const oldest = list.find({ at }, OLDEST).sort({ at: 1 }).limit(most);
  const keys = (await oldest.toArray()).map(({ _id }) => _id);
  if (keys.length > 0) await list.deleteMany({ _id: { $in: keys } });
  return keys.length;
}

/** The oldest snapshots, as long as all of them have more characters. */
async function forgetBeyond(
  pictures: StoreParts['collections']['snapshots'],
  characters: number,
  most: number,
): Promise<number> {
  const [sum] = await pictures
    .aggregate<{ size: number }>([{ $group: { _id: null, size: { $sum: '$size' } } }])
    .toArray();
  let beyond = Number(sum?.size ?? 0) - characters;
  if (beyond <= 0) return 0;
  const oldest = pictures
    .find({}, { projection: { size: 1 } })
    .sort({ at: 1 })
    .limit(most);
  const keys: string[] = [];
  for await (const { _id, size } of oldest) {
    if (beyond <= 0) break;
    keys.push(_id);
    beyond -= Number(size);
  }
  if (keys.length > 0) await pictures.deleteMany({ _id: { $in: keys } });
  return keys.length;
}
