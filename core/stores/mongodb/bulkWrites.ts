/** What commits write with: no rows, no command. */
import type {
  AnyBulkWriteOperation,
  BulkWriteOptions,
  ClientSession,
  Collection,
  Filter,
  OptionalId,
  OptionalUnlessRequiredId,
  WithoutId,
} from 'mongodb';
import type { Keyed } from './documents.ts';

/** In a transaction; one row does not wait for another. */
export interface Writing extends BulkWriteOptions {
  session: ClientSession;
}

export async function insert<Row extends Keyed>(
  to: Collection<Row>,
  rows: OptionalUnlessRequiredId<Row>[],
  options: Writing,
): Promise<void> {
  if (rows.length > 0) await to.insertMany(rows, options);
}

export async function bulk<Row extends Keyed>(
  to: Collection<Row>,
  operations: AnyBulkWriteOperation<Row>[],
  options: Writing,
): Promise<void> {
  if (operations.length > 0) await to.bulkWrite(operations, options);
}

/** Puts the document in the place of the one with its key, if there is one. */
export function replacing<Row extends Keyed>(document: Row): AnyBulkWriteOperation<Row> {
  const { _id, ...replacement } = document;
  const filter = { _id } as Filter<Row>;
  return { replaceOne: { filter, replacement: replacement as WithoutId<Row>, upsert: true } };
}

export const deleting = (_id: string): { deleteOne: { filter: { _id: string } } } => ({
  deleteOne: { filter: { _id } },
});

/**
 * Writes documents over those of the version expected, or as new ones where that is 0. False, or the
 * error of a duplicate key, where one of them has another version.
 */
export async function replaceVersions<Row extends Keyed & { version: number }>(
  to: Collection<Row>,
  rows: readonly { document: Row; expectedVersion: number }[],
  options: Writing,
): Promise<boolean> {
  if (rows.length === 0) return true;
  const operations = rows.map(({ document, expectedVersion }): AnyBulkWriteOperation<Row> => {
    if (expectedVersion === 0) return { insertOne: { document: document as OptionalId<Row> } };
    const { _id, ...replacement } = document;
    const filter = { _id, version: expectedVersion } as Filter<Row>;
    return { replaceOne: { filter, replacement: replacement as WithoutId<Row> } };
  });
  const { matchedCount, insertedCount } = await to.bulkWrite(operations, options);
  return matchedCount + insertedCount === rows.length;
}
