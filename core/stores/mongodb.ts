import type { StoreSpec } from '../ports.ts';
import type { Runtime } from '../runtime.ts';

/** The driver is loaded only where it is used. */
const opened = (isReader: boolean) => async (address: string, runtime: Runtime) => {
  const { openMongodb } = await import('./mongodb/openMongodb.ts');
  return openMongodb(address, runtime, isReader);
};

/** The store for production. Address: `mongodb://host/database?replicaSet=name` or `mongodb+srv:`. */
export const mongodb: StoreSpec = {
  name: 'mongodb',
  about: 'Stock in a MongoDB replica set or sharded cluster; each commit is one transaction.',
  schemes: ['mongodb:', 'mongodb+srv:'],
  load: () => import('./mongodb/openMongodb.ts'),
  open: opened(false),
  openToRead: opened(true),
};
