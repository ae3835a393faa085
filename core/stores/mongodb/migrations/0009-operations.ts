import type { AnyBulkWriteOperation, Db } from 'mongodb';
import { parkedWords } from '../../../searchWords.ts';
import type { Migration } from '../../migrations/StoreVersions.ts';
import { batchesOf } from '../batchesOf.ts';
import { type ParkedDocument, parkedFrom } from '../documents.ts';
import { type PartDocument, referencesIn } from '../packDocuments.ts';

const AT_ONCE = 200;

/** Collections are made at every start: the version alone keeps hubs out that know nothing of them. */
export const operationsCollections: Migration<Db> = {
  version: 9,
  about:
    'collections for what the hub keeps about its own work, and indexes of references and of what is parked',
  async up(database) {
    await nameReferences(database);
    await fileParked(database);
  },
};

/** By what documents refer to they are found as by their own numbers. */
async function nameReferences(database: Db): Promise<void> {
  const documents = database.collection<PartDocument>('documents');
  const fields = { projection: { text: 1 } };
  const parts = documents.find({ references: { $exists: false } }, fields).sort({ _id: 1 });
  for await (const some of batchesOf(parts, AT_ONCE)) {
    const writes = some.flatMap((part): AnyBulkWriteOperation<PartDocument>[] => {
      const references = referencesIn(part);
      if (references.length === 0) return [];
      return [{ updateOne: { filter: { _id: part._id }, update: { $set: { references } } } }];
    });
    if (writes.length > 0) await documents.bulkWrite(writes, { ordered: false });
  }
}

/** What is parked is found by what stands in it. */
async function fileParked(database: Db): Promise<void> {
  const parked = database.collection<ParkedDocument>('parked');
  const unfiled = parked.find({ words: { $exists: false } }).sort({ _id: 1 });
  for await (const some of batchesOf(unfiled, AT_ONCE)) {
    const writes = some.map((one): AnyBulkWriteOperation<ParkedDocument> => {
      const words = parkedWords(parkedFrom(one));
      return { updateOne: { filter: { _id: one._id }, update: { $set: { words } } } };
    });
    await parked.bulkWrite(writes, { ordered: false });
  }
}
