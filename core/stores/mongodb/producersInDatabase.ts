import type { ProducerStore, SeenNumbers } from '../../ports.ts';
import { sortedKey } from '../../sortedKey.ts';
import type { Collections } from './Collections.ts';
import type { SeenDocument } from './documents.ts';
import { nameKey, partitionBucket, under } from './keys.ts';
import { isNew } from './storeError.ts';

export const seenDocument = (seen: SeenNumbers): SeenDocument => ({
  _id: sortedKey(partitionBucket(seen.partition), String(seen.partition), seen.producer),
  ...seen,
});

const seenFrom = ({ _id, ...seen }: SeenDocument): SeenNumbers => seen;

/** What producers say that they published, and what of it was seen. */
export const producersInDatabase = ({
  producers,
  seenNumbers,
}: Pick<Collections, 'producers' | 'seenNumbers'>): ProducerStore => ({
  async sayProducer(row) {
    await producers.replaceOne({ _id: nameKey(row.producer) }, row, { upsert: true });
  },

  async producers() {
    const rows = await producers.find().sort({ producer: 1 }).toArray();
    return rows.map(({ producer, saidAt, body }) => ({ producer, saidAt, body }));
  },

  async seenNumbers(partition) {
    const filter =
      partition === undefined
        ? {}
        : { _id: under(sortedKey(partitionBucket(partition), String(partition))) };
    const rows = await seenNumbers.find(filter).sort({ producer: 1, partition: 1 }).toArray();
    return rows.map(seenFrom);
  },

  async changeSeen(seen) {
    const { _id, ...document } = seenDocument(seen);
    if (seen.version === 1) return isNew(seenNumbers.insertOne({ _id, ...document }));
    const before = { _id, version: seen.version - 1 };
    return (await seenNumbers.replaceOne(before, document)).matchedCount === 1;
  },

  async forgetProducer(producer) {
    await producers.deleteOne({ _id: nameKey(producer) });
    await seenNumbers.deleteMany({ producer });
  },
});
