import { type Db, MongoClient } from 'mongodb';
import { dropDatabase } from '../../dropDatabase.ts';
import { describeWith } from '../../notRun.ts';
import { describeMigrations, type StoreInside } from './migrations.ts';
import { describeMongodbBuckets } from './mongodbBuckets.ts';
import { describeMongodbFaults } from './mongodbFaults.ts';
import { describeMongodbForgeries } from './mongodbForgeries.ts';
import { describeMongodbStages } from './mongodbStages.ts';
import { describeMongodbViews } from './mongodbViews.ts';
import { type StorePlace, storeContract } from './storeContract.ts';

/** Databases of random names on the server at `address`. */
function databasePlace(address: string): StorePlace {
  const names: string[] = [];
  return {
    fresh() {
      const name = `stockbus_test_${crypto.randomUUID().slice(0, 8)}`;
      names.push(name);
      return addressOf(address, name);
    },
    async remove() {
      for (const name of names) await dropDatabase(addressOf(address, name));
    },
  };
}

function addressOf(address: string, database: string): string {
  const [, server, query = ''] = /^([a-z+]+:\/\/[^/?]+)\/?[^?]*(\?.*)?$/.exec(address) ?? [];
  if (server === undefined) throw new Error('STOCKBUS_TEST_STORE is not a MongoDB address');
  return `${server}/${database}${query}`;
}

async function within<T>(address: string, look: (database: Db) => Promise<T>): Promise<T> {
  const client = await MongoClient.connect(address);
  try {
    return await look(client.db());
  } finally {
    await client.close();
  }
}

const inside: StoreInside = {
  migratesNew: false,
  days: (address) =>
    within(address, async (database) => {
      const found = await database
        .collection('outbox')
        .find({ day: { $exists: true } })
        .toArray();
      return found.map(({ day }) => String(day));
    }),
  hasIndex: (address) =>
    within(address, async (database) => database.collection('outbox').indexExists('day')),
};

describeWith(process.env.STOCKBUS_TEST_STORE, 'STOCKBUS_TEST_STORE', 'mongodb store', (address) => {
  const place = databasePlace(address);
  storeContract(place);
  describeMigrations(place, inside);
  describeMongodbFaults(place);
  describeMongodbStages(place);
  describeMongodbForgeries(place);
  describeMongodbViews(place);
  describeMongodbBuckets(place);
});
