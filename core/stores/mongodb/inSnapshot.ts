import type { ClientSession, MongoClient } from 'mongodb';

/** Runs commands that all see the store as of one moment; what they write is written at once. */
export async function inSnapshot<T>(
  client: MongoClient,
  action: (session: ClientSession) => Promise<T>,
  before?: (session: ClientSession) => Promise<void>,
): Promise<T> {
  const session = client.startSession();
  try {
    await before?.(session);
    session.startTransaction({ readConcern: { level: 'snapshot' }, readPreference: 'primary' });
    const result = await action(session);
    await session.commitTransaction();
    return result;
  } finally {
    if (session.inTransaction()) await session.abortTransaction();
    await session.endSession();
  }
}
