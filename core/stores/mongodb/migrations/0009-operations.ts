import type { Db } from 'mongodb';
import type { Migration } from '../../migrations/StoreVersions.ts';

/** Collections are made at every start: the version alone keeps hubs out that know nothing of them. */
export const operationsCollections: Migration<Db> = {
  version: 9,
  about: 'collections for what the hub keeps about its own work',
  up: () => undefined,
};
