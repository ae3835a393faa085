import type { ClientSession, MongoClient } from 'mongodb';

/** Runs commands that all see the store as of one moment. */
export const inSnapshot = <T>(
  client: MongoClient,
  action: (session: ClientSession) => Promise<T>,
): Promise<T> =>
  client.withSession(async (session) => {
    session.startTransaction({ readConcern: { level: 'snapshot' } });
    const result = await action(session);
    await session.commitTransaction();
    return result;
  });
