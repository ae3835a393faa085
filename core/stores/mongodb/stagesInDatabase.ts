import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';
import { bucketOf } from '../../bucketOf.ts';
import type { StageChange, StageChapter, StageCommit, StageRow } from '../../ports.ts';
import { sortedKey } from '../../sortedKey.ts';
import { insert, type Writing } from './bulkWrites.ts';
import type { StoreParts } from './commitsInDatabase.ts';
import type { StageRowDocument } from './documents.ts';
import { findKeys } from './findKeys.ts';
import { pageBy } from './listsInDatabase.ts';
import { refuseChangedDocuments } from './migrations/migrateDatabase.ts';
import { isDuplicateKey } from './storeError.ts';

const rowKey = (stage: string, key: string): string => sortedKey(bucketOf(key), stage, key);
const outKey = (stage: string, id: string): string => sortedKey(bucketOf(id), stage, id);
const rowFrom = ({ _id, ...row }: StageRowDocument): StageRow => row;

/** What stages of flows wait with, in two collections. */
export function stagesInDatabase(parts: StoreParts): StageChapter {
  const { stageRows, stageOuts } = parts.collections;
  return {
    async stageRows(stage, keys) {
      const found = await findKeys(
        stageRows,
        keys.map((key) => rowKey(stage, key)),
      );
      return found.map(rowFrom);
    },

    async dueStageRows(stage, now, limit) {
      const due = stageRows.find({ stage, dueAt: { $lte: now } }).sort({ dueAt: 1, key: 1 });
      return (await due.limit(limit).toArray()).map(rowFrom);
    },

    async commitStage(commit) {
      const isWritten = await parts.transactions.run(
        (session) => write(parts, commit, session),
        () => isThere(parts, commit),
      );
      if (isWritten) return 'committed';
      await refuseChangedDocuments(parts.database);
      return 'conflict';
    },

    async stageOuts(stage, limit) {
      const found = await stageOuts.find({ stage }).sort({ id: 1 }).limit(limit).toArray();
      return found.map(({ id, body }) => ({ id, body }));
    },

    async outsSent(stage, ids) {
      await stageOuts.deleteMany({ _id: { $in: ids.map((id) => outKey(stage, id)) } });
    },

    staged: ({ stage }, page) =>
      pageBy(stageRows, stage === undefined ? {} : { stage }, ['stage', 'key'], page, rowFrom),
  };
}

/** False where a row has another version, or somebody has ended the session. */
async function write(
  { collections: to, sessions }: StoreParts,
  { id, stage, rows, outs }: StageCommit,
  session: ClientSession,
): Promise<boolean> {
  const options: Writing = { session };
  try {
    if (!(await sessions.guard(session))) return false;
    // Those of a kind go as one command; an error ends the transaction, and none may come after it.
    const writes = rows.flatMap((change) => writeOf(change, stage, id)).sort(byKind);
    if (writes.length > 0) {
      const { insertedCount, matchedCount, deletedCount } = await to.stageRows.bulkWrite(
        writes,
        options,
      );
      if (insertedCount + matchedCount + deletedCount !== writes.length) return false;
    }
    const documents = outs.map((out) => ({ _id: outKey(stage, out.id), stage, ...out }));
    await insert(to.stageOuts, documents, options);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

const kindOf = (write: AnyBulkWriteOperation<StageRowDocument>): string => Object.keys(write)[0]!;
const byKind = (
  one: AnyBulkWriteOperation<StageRowDocument>,
  other: AnyBulkWriteOperation<StageRowDocument>,
): number => kindOf(other).localeCompare(kindOf(one));

function writeOf(
  { key, expected, row }: StageChange,
  stage: string,
  version: string,
): AnyBulkWriteOperation<StageRowDocument>[] {
  const _id = rowKey(stage, key);
  const filter = { _id, version: expected };
  if (!row) return expected === '' ? [] : [{ deleteOne: { filter } }];
  const written = { stage, key, version, ...row };
  if (expected === '') return [{ insertOne: { document: { _id, ...written } } }];
  return [{ replaceOne: { filter, replacement: written } }];
}

/** What a commit leaves is found by its id; of one that only removes rows nothing is, and a second try meets a conflict. */
async function isThere({ collections }: StoreParts, commit: StageCommit): Promise<boolean> {
  const { id, stage, rows, outs } = commit;
  const [out] = outs;
  if (out) return (await collections.stageOuts.findOne({ _id: outKey(stage, out.id) })) !== null;
  const kept = rows.find(({ row }) => row);
  if (!kept) return false;
  return (
    (await collections.stageRows.findOne({ _id: rowKey(stage, kept.key), version: id })) !== null
  );
}
