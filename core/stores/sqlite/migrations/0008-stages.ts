import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from '../../migrations/StoreVersions.ts';

export const stageTables: Migration<DatabaseSync> = {
  version: 8,
  about: 'tables for what stages of flows wait with',
  up: (database) =>
    database.exec(`
CREATE TABLE stage_rows ( -- what stages of flows wait with, by a key
  stage TEXT NOT NULL, key TEXT NOT NULL, version TEXT NOT NULL, since TEXT NOT NULL,
  due_at TEXT, waiting INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (stage, key)
) STRICT;
CREATE INDEX stage_rows_due ON stage_rows (stage, due_at, key) WHERE due_at IS NOT NULL;
CREATE INDEX stage_rows_waiting ON stage_rows (stage, since, waiting) WHERE waiting > 0;

CREATE TABLE stage_members ( -- what came, and is kept by these rows; without a body only its id is known
  stage TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
  body TEXT, forget_at TEXT, UNIQUE (stage, key, id)
) STRICT;
CREATE INDEX stage_members_waiting ON stage_members (stage, key, number) WHERE body IS NOT NULL;

CREATE TABLE stage_outs ( -- what left them, until it has gone on
  stage TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (stage, id)
) STRICT;

CREATE TABLE stages ( -- those that flows have, or had
  stage TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;`),
};
