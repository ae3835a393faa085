/** Removes the database that an address of MongoDB names. */
export async function dropDatabase(address: string): Promise<void> {
  const { MongoClient } = await import('mongodb');
  const client = new MongoClient(address);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
