import type { Db } from 'mongodb';
import type { Migration } from '../../migrations/StoreVersions.ts';

/** Collections are made at every start: the version alone keeps hubs out that know no stages. */
export const stageCollections: Migration<Db> = {
  version: 8,
  about: 'collections for what stages of flows wait with',
  up: () => undefined,
};
