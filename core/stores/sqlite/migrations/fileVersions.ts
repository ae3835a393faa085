import type { DatabaseSync } from 'node:sqlite';
import type { StoreVersions } from '../../migrations/StoreVersions.ts';
import { stageTables } from './0008-stages.ts';
import { operationsTables } from './0009-operations.ts';

/**
 * Of `PRAGMA user_version`. schema.ts makes the tables of the first, and a new file goes through all migrations as an old one
 * does, so that the two cannot differ.
 */
export const fileVersions: StoreVersions<DatabaseSync> = {
  first: 7,
  migrations: [stageTables, operationsTables],
};
