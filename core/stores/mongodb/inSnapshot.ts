import type { ClientSession, MongoClient } from 'mongodb';

/** Runs commands that all see the store as of one moment. */
export async function inSnapshot<T>(
  client: MongoClient,
  action: (session: ClientSession) => Promise<T>,
): Promise<T> {
  const session = client.startSession();
  try {
    session.startTransaction({ readConcern: { level: 'snapshot' }, readPreference: 'primary' });
    const result = await action(session);
    await session.commitTransaction();
    return result;
  } finally {
    if (session.inTransaction()) await session.abortTransaction();
    await session.endSession();
  }
}
