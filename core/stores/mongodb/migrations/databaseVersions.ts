import type { Db } from 'mongodb';
import type { StoreVersions } from '../../migrations/StoreVersions.ts';
import { stageCollections } from './0008-stages.ts';
import { operationsCollections } from './0009-operations.ts';

/**
 * Of the documents as they lie in the collections; collections, indexes and views that are missing are made at every start
 * (Collections.ts), after the migrations. One may be cut short and begin again, and may in a rare case be done
 * by two processes at once: each of its writes has to be one that does no harm a second time.
 */
export const databaseVersions: StoreVersions<Db> = {
  first: 7,
  migrations: [stageCollections, operationsCollections],
};
