import type { StoreSpec } from '../ports.ts';

/** The store for production. Address: `mongodb://host/database?replicaSet=name` or `mongodb+srv:`. */
export const mongodb: StoreSpec = {
  name: 'mongodb',
  about: 'Stock in a MongoDB replica set or sharded cluster; each commit is one transaction.',
  schemes: ['mongodb:', 'mongodb+srv:'],
  // The driver is loaded only where it is used.
  async open(address, runtime) {
    const { openMongodb } = await import('./mongodb/openMongodb.ts');
    return openMongodb(address, runtime, (store) => store.open());
  },
  async openToRead(address, runtime) {
    const { openMongodb } = await import('./mongodb/openMongodb.ts');
    return openMongodb(address, runtime, (store) => store.openToRead());
  },
};
