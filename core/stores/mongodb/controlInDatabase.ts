import type { AnyBulkWriteOperation, ClientSession } from 'mongodb';
import { bucketOf } from '../../bucketOf.ts';
import {
  type ControlChange,
  type ControlChapter,
  type ControlRow,
  type ControlState,
  type Fence,
  LEASE,
} from '../../ports.ts';
import { sortedKey } from '../../sortedKey.ts';
import type { StoreParts } from './commitsInDatabase.ts';
import type { ControlDocument } from './documents.ts';
import { findKeys } from './findKeys.ts';
import { pageBy } from './listsInDatabase.ts';
import { refuseChangedDocuments } from './migrations/migrateDatabase.ts';
import { isDuplicateKey } from './storeError.ts';

const keyOf = (kind: string, id: string): string => sortedKey(bucketOf(id), kind, id);
const rowFrom = ({ _id, writes: _, ...row }: ControlDocument): ControlRow => row;

/** What the hub keeps about its own work, in one collection. */
export function controlInDatabase(parts: StoreParts): ControlChapter {
  const { control } = parts.collections;
  return {
    async control(kind, ids) {
      const keys = ids.map((id) => keyOf(kind, id));
      return (await findKeys(control, keys)).map(rowFrom);
    },

    controlRows({ kind, state, word, since, until }, page) {
      const filter = {
        kind,
        ...(state !== undefined && { state }),
        ...(word !== undefined && { words: word }),
        since: { $gte: since ?? '', ...(until !== undefined && { $lte: until }) },
      };
      return pageBy(control, filter, ['since', 'id'], page, rowFrom);
    },

    controlStates: (kind) =>
      control
        .aggregate<ControlState>([
          { $match: { kind } },
          { $group: { _id: '$state', rows: { $sum: 1 }, since: { $min: '$since' } } },
          { $sort: { _id: 1 } },
          { $project: { _id: 0, state: '$_id', rows: 1, since: 1 } },
        ])
        .toArray(),

    async dueControl(kind, now, limit) {
      const due = control.find({ kind, dueAt: { $lte: now } }).sort({ dueAt: 1, id: 1 });
      return (await due.limit(limit).toArray()).map(rowFrom);
    },

    async changeControl(id, changes, fence) {
      const isWritten = await parts.transactions.run(
        (session) => write(parts, { id, changes, ...(fence && { fence }) }, session),
        () => isThere(parts, id, changes),
      );
      if (isWritten) return 'done';
      await refuseChangedDocuments(parts.database);
      return 'conflict';
    },

    async serverTime() {
      const { localTime } = await parts.database.command({ hello: 1 });
      return (localTime as Date).toISOString();
    },
  };
}

/** False where a row has another version, the lease is held no more, or somebody has ended the session. */
async function write(
  { collections: { control }, sessions }: StoreParts,
  { id, changes, fence }: { id: string; changes: readonly ControlChange[]; fence?: Fence },
  session: ClientSession,
): Promise<boolean> {
  try {
    if (!(await sessions.guard(session))) return false;
    if (fence) {
      // Written, not only read: whoever takes the lease at the same moment is in the way of this, or this of them.
      const _id = keyOf(LEASE, fence.lease);
      const held = { _id, words: String(fence.token) };
      const found = await control.updateOne(held, { $inc: { writes: 1 } }, { session });
      if (found.matchedCount === 0) return false;
    }
    const writes = changes.flatMap((change) => writeOf(change, id));
    if (writes.length === 0) return true;
    const done = await control.bulkWrite(writes, { session });
    return done.insertedCount + done.matchedCount + done.deletedCount === writes.length;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

function writeOf(
  { kind, id, expected, row }: ControlChange,
  version: string,
): AnyBulkWriteOperation<ControlDocument>[] {
  const _id = keyOf(kind, id);
  const filter = { _id, version: expected };
  if (!row) return expected === '' ? [] : [{ deleteOne: { filter } }];
  const written = { kind, id, version, ...row, words: [...new Set(row.words)] };
  if (expected === '') return [{ insertOne: { document: { _id, ...written } } }];
  return [{ replaceOne: { filter, replacement: written } }];
}

/** A change that only removes rows leaves nothing to find it by: a second try of it meets a conflict. */
async function isThere(
  { collections: { control } }: StoreParts,
  version: string,
  changes: readonly ControlChange[],
): Promise<boolean> {
  const kept = changes.find(({ row }) => row);
  if (!kept) return false;
  return (await control.findOne({ _id: keyOf(kept.kind, kept.id), version })) !== null;
}
