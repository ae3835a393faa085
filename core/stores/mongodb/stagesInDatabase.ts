import type { AnyBulkWriteOperation, ClientSession, Collection } from 'mongodb';
import { bucketOf } from '../../bucketOf.ts';
import { limits } from '../../limits.ts';
import { compareUtf8 } from '../../order.ts';
import type {
  KeptStage,
  StageChange,
  StageChapter,
  StageCommit,
  StageOut,
  StageRow,
} from '../../ports.ts';
import { sortedKey } from '../../sortedKey.ts';
import { bulk, insert, type Writing } from './bulkWrites.ts';
import type { StoreParts } from './commitsInDatabase.ts';
import type { StageMemberDocument, StageRowDocument } from './documents.ts';
import { findKeys } from './findKeys.ts';
import { pageBy } from './listsInDatabase.ts';
import { refuseChangedDocuments } from './migrations/migrateDatabase.ts';
import { isDuplicateKey } from './storeError.ts';

const rowKey = (stage: string, key: string): string => sortedKey(bucketOf(key), stage, key);
const memberKey = (stage: string, key: string, id: string): string =>
  sortedKey(bucketOf(key), stage, key, id);
const outKey = (stage: string, id: string): string => sortedKey(bucketOf(id), stage, id);
const rowFrom = ({ _id, ...row }: StageRowDocument): StageRow => row;

const ONLY_NAMES = { projection: { _id: 0, key: 1, id: 1 } };
const ONLY_BODIES = { projection: { _id: 0, key: 1, id: 1, body: 1 } };
/** Of those that have left there is no number, so that none of them is read. */
const WAITING = { number: { $gte: 0 } };

/** What stages of flows wait with, in three collections. */
export function stagesInDatabase(parts: StoreParts): StageChapter {
  const { stageRows, stageMembers, stageOuts, stages: known } = parts.collections;
  return {
    async stageRows(stage, keys) {
      const found = await findKeys(
        stageRows,
        keys.map((key) => rowKey(stage, key)),
      );
      return found.map(rowFrom);
    },

    async knownMembers(stage, names) {
      const keys = names.map(({ key, id }) => memberKey(stage, key, id));
      const found = await findKeys(stageMembers, keys, ONLY_NAMES);
      return found.map(({ key, id }) => ({ key, id }));
    },

    async stageMembers(stage, keys) {
      const found = stageMembers.find({ stage, key: { $in: [...keys] }, ...WAITING }, ONLY_BODIES);
      const members = await found.sort({ key: 1, number: 1 }).toArray();
      return members.map(({ key, id, body = '' }) => ({ key, id, body }));
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

    async stageOuts(stage, limit, after = '') {
      const behind = stageOuts.find({ stage, id: { $gt: after } });
      const outs: StageOut[] = [];
      let characters = 0;
      for await (const { id, body } of behind.sort({ id: 1 }).limit(limit)) {
        outs.push({ id, body });
        characters += body.length;
        if (characters >= limits.stageRoundBytes) break;
      }
      return outs;
    },

    async outsSent(stage, ids) {
      await stageOuts.deleteMany({ _id: { $in: ids.map((id) => outKey(stage, id)) } });
    },

    async knowStages(stages) {
      for (const _id of stages) await known.replaceOne({ _id }, {}, { upsert: true });
    },

    async forgetStage(stage) {
      await known.deleteOne({ _id: stage });
    },

    stages: () => keptStages(parts.collections),

    staged: ({ stage }, page) =>
      pageBy(stageRows, stage === undefined ? {} : { stage }, ['stage', 'key'], page, rowFrom),
  };
}

/** It is asked again and again: by indexes alone, whatever lies there. */
async function keptStages(from: StoreParts['collections']): Promise<KeptStage[]> {
  const rows = from.stageRows.aggregate<{ _id: string; waiting: number; since: string }>(
    [
      { $match: { waiting: { $gt: 0 } } },
      { $group: { _id: '$stage', waiting: { $sum: '$waiting' }, since: { $min: '$since' } } },
    ],
    { hint: 'waiting' },
  );
  const outs = from.stageOuts.aggregate<{ _id: string; outs: number }>(
    [{ $project: { _id: 0, stage: 1 } }, { $group: { _id: '$stage', outs: { $sum: 1 } } }],
    { hint: 'id' },
  );
  const kept = new Map<string, KeptStage>();
  const put = (stage: string, facts: Partial<KeptStage>): unknown =>
    kept.set(stage, { ...(kept.get(stage) ?? { stage, waiting: 0, outs: 0 }), ...facts });
  for (const { _id } of await from.stages.find().toArray()) put(_id, {});
  for (const { _id, ...facts } of await rows.toArray()) put(_id, facts);
  for (const { _id, ...facts } of await outs.toArray()) put(_id, facts);
  return [...kept.values()].sort((one, other) => compareUtf8(one.stage, other.stage));
}

/** False where a row has another version, or somebody has ended the session. */
async function write(
  { collections: to, sessions }: StoreParts,
  { id, stage, rows, outs, gone = [] }: StageCommit,
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
    await writeMembers(to.stageMembers, { stage, rows }, options);
    const documents = outs.map((out) => ({ _id: outKey(stage, out.id), stage, ...out }));
    await insert(to.stageOuts, documents, options);
    if (gone.length > 0) {
      const _id = { $in: gone.map((out) => outKey(stage, out)) };
      const { deletedCount } = await to.stageOuts.deleteMany({ _id }, options);
      if (deletedCount !== gone.length) return false;
    }
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** What becomes of members of all rows, as few commands as may be. */
async function writeMembers(
  to: Collection<StageMemberDocument>,
  { stage, rows }: Pick<StageCommit, 'stage' | 'rows'>,
  options: Writing,
): Promise<void> {
  const cleared = rows.filter(({ expected, row, clears }) => clears || (!row && expected !== ''));
  const namesOf = (key: string, ids: readonly string[] = []): string[] =>
    ids.map((id) => memberKey(stage, key, id));
  const drops = rows.flatMap(({ key, drops }) => namesOf(key, drops));
  const leaving = Map.groupBy(
    rows.filter(({ left }) => left),
    ({ left }) => left!.forgetAt,
  );
  const operations: AnyBulkWriteOperation<StageMemberDocument>[] = [];
  if (cleared.length > 0) {
    const filter = { stage, key: { $in: cleared.map(({ key }) => key) } };
    operations.push({ deleteMany: { filter } });
  }
  if (drops.length > 0) operations.push({ deleteMany: { filter: { _id: { $in: drops } } } });
  for (const [forgetAt, changes] of leaving) {
    const ids = changes.flatMap(({ key, left }) => namesOf(key, left!.ids));
    const update = { $set: { forgetAt }, $unset: { number: true, body: true } } as const;
    operations.push({ updateMany: { filter: { _id: { $in: ids } }, update } });
  }
  await bulk(to, operations, options);
  const documents = rows.flatMap(({ key, adds = [] }) =>
    adds.map(({ number, ...member }): StageMemberDocument => {
      const place = member.body === undefined ? {} : { number };
      return { _id: memberKey(stage, key, member.id), stage, key, ...place, ...member };
    }),
  );
  await insert(to, documents, options);
  const forgotten = rows.flatMap(({ key, forgets }) =>
    forgets === undefined
      ? []
      : [{ deleteMany: { filter: { stage, key, forgetAt: { $lte: forgets } } } }],
  );
  await bulk(to, forgotten, options);
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
