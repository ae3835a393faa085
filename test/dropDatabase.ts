import type { Binary } from 'mongodb';

/**
 * Removes the database that an address of MongoDB names. What a killed process had begun to write there is ended first:
 * the server would keep it for a minute, and some servers let nobody make a collection while a removal waits for it.
 */
export async function dropDatabase(address: string): Promise<void> {
  const { MongoClient } = await import('mongodb');
  const client = new MongoClient(address);
  try {
    const sessions = client.db().collection<{ _id: Binary; host: string }>('sessions');
    const writers = await sessions.find({ host: { $exists: true } }).toArray();
    const killSessions = writers.map(({ _id }) => ({ id: _id }));
    if (killSessions.length > 0) await client.db('admin').command({ killSessions });
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
