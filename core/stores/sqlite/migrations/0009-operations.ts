import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from '../../migrations/StoreVersions.ts';

const CONTROL = `
CREATE TABLE control ( -- what the hub keeps about its own work: leases, runs of reports, cases and so on
  kind TEXT NOT NULL, id TEXT NOT NULL, version TEXT NOT NULL, state TEXT NOT NULL, since TEXT NOT NULL,
  due_at TEXT, words TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id)
) STRICT;
CREATE INDEX control_due ON control (kind, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX control_since ON control (kind, since, id);
CREATE INDEX control_state ON control (kind, state, since, id);

CREATE TABLE control_words ( -- by which rows of it are found
  kind TEXT NOT NULL, word TEXT NOT NULL, since TEXT NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY (kind, word, since, id)
) STRICT, WITHOUT ROWID;
`;

export const operationsTables: Migration<DatabaseSync> = {
  version: 9,
  about: 'tables for what the hub keeps about its own work',
  up: (database) => database.exec([CONTROL].join('\n')),
};
