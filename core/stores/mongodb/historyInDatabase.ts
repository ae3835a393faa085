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

    async forgetHistory(before, snapshotCharacters, most) {
      let forgotten = 0;
      for (const list of [all, calls, pictures])
        forgotten += await forget(list as unknown as Collection<Dated>, before, most);
      const [sum] = await pictures
        .aggregate<{ size: number }>([{ $group: { _id: null, size: { $sum: '$size' } } }])
        .toArray();
      let beyond = Number(sum?.size ?? 0) - snapshotCharacters;
      if (beyond <= 0) return forgotten;
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
      return forgotten + keys.length;
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

async function forget(list: Collection<Dated>, before: string, most: number): Promise<number> {
  const oldest = list
    .find({ at: { $lt: before } }, OLDEST)
    .sort({ at: 1 })
    .limit(most);
  const keys = (await oldest.toArray()).map(({ _id }) => _id);
  if (keys.length > 0) await list.deleteMany({ _id: { $in: keys } });
  return keys.length;
}
