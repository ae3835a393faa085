import type { DatabaseSync } from 'node:sqlite';
import { parkedWords } from '../../../searchWords.ts';
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

/** What is known of the way of payloads and events, for a while. */
const HISTORY = `
CREATE TABLE payloads ( -- that were taken in
  intake_id TEXT NOT NULL PRIMARY KEY, flow TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL,
  records INTEGER NOT NULL, messages INTEGER NOT NULL, parked INTEGER NOT NULL, digest TEXT NOT NULL,
  traceparent TEXT
) STRICT;
CREATE INDEX payloads_name ON payloads (name, at) WHERE name NOT LIKE '/v1/%';
CREATE INDEX payloads_at ON payloads (at);
CREATE INDEX payloads_digest ON payloads (digest);

CREATE TABLE deliveries ( -- calls of subscribers
  number INTEGER PRIMARY KEY, at TEXT NOT NULL, sink TEXT NOT NULL, message TEXT NOT NULL, call TEXT NOT NULL,
  records INTEGER NOT NULL, attempt INTEGER NOT NULL, ms INTEGER NOT NULL, code TEXT NOT NULL,
  answer TEXT NOT NULL
) STRICT;
CREATE INDEX deliveries_message ON deliveries (message);
CREATE INDEX deliveries_at ON deliveries (at);

CREATE TABLE snapshots ( -- records before and after the steps of their flow
  number INTEGER PRIMARY KEY, at TEXT NOT NULL, intake_id TEXT NOT NULL, flow TEXT NOT NULL,
  name TEXT NOT NULL, record INTEGER NOT NULL, size INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX snapshots_size ON snapshots (number, size);
CREATE INDEX snapshots_record ON snapshots (intake_id, record);
CREATE INDEX snapshots_at ON snapshots (at);
`;

/** Numbers of batches, by which it is seen what a broker lost. */
const PRODUCERS = `
CREATE TABLE producers ( -- what those who publish batches say that they published
  producer TEXT NOT NULL PRIMARY KEY, said_at TEXT NOT NULL, body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE seen_numbers ( -- which of it apply has seen, for each queue
  producer TEXT NOT NULL, partition INTEGER NOT NULL, version INTEGER NOT NULL, highest INTEGER NOT NULL,
  holes TEXT NOT NULL, last_at TEXT NOT NULL, PRIMARY KEY (producer, partition)
) STRICT, WITHOUT ROWID;
`;

const DEAD_LETTERS = `
CREATE TABLE dead_letters ( -- what ended among the dead letters of the broker
  id TEXT NOT NULL PRIMARY KEY, queue TEXT NOT NULL, message_id TEXT NOT NULL, content_type TEXT NOT NULL,
  code TEXT NOT NULL, reason TEXT NOT NULL, dead_at TEXT NOT NULL, records INTEGER NOT NULL,
  bytes INTEGER NOT NULL, words TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX dead_letters_at ON dead_letters (dead_at, id);
`;

const PARKED_WORDS = `
CREATE TABLE parked_words ( -- by which parked records are found
  word TEXT NOT NULL, parked TEXT NOT NULL, PRIMARY KEY (word, parked)
) STRICT, WITHOUT ROWID;
`;

/** Of what was parked before. */
function fileParkedRecords(database: DatabaseSync): void {
  const file = database.prepare('INSERT OR IGNORE INTO parked_words VALUES (?, ?)');
  const all = database.prepare('SELECT id, name, intake_id, message_id, content FROM parked');
  for (const row of all.iterate()) {
    const [id, name, intakeId, messageId, content] = Object.values(row).map((value) =>
      String(value ?? ''),
    );
    const record = {
      origin: { name: name!, intakeId: intakeId! },
      messageId: messageId!,
      content: content!,
    };
    for (const word of parkedWords(record)) file.run(word, id!);
  }
}

/** By what documents and reservations refer to, they are found as by their own numbers. */
const REFERENCES = `
CREATE INDEX documents_reference ON documents (reference) WHERE reference <> '';
CREATE INDEX reservations_reference ON reservations (reference, id) WHERE reference <> '';
DROP VIEW named_packs;
CREATE VIEW named_packs AS
  SELECT 'lot' AS kind, lot AS name, pack AS pack_id, NULL AS number FROM lots
  UNION ALL SELECT 'return', reference, pack, NULL FROM returns
  UNION ALL SELECT 'document', d.document, n.value, d.number
    FROM documents d CROSS JOIN json_each(d.packs) n
  UNION ALL SELECT 'reference', d.reference, n.value, d.number
    FROM documents d CROSS JOIN json_each(d.packs) n WHERE d.reference <> ''
  UNION ALL SELECT 'partner', t.partner, n.value, d.number
    FROM partners t CROSS JOIN json_each(t.numbers) o
    CROSS JOIN documents d ON d.id = (t.commit_no << 18) + o.value
    CROSS JOIN json_each(d.packs) n;
`;

export const operationsTables: Migration<DatabaseSync> = {
  version: 9,
  about:
    'tables for what the hub keeps about its own work, and indexes of references and of what is parked',
  up(database) {
    const tables = [CONTROL, HISTORY, PRODUCERS, DEAD_LETTERS, REFERENCES, PARKED_WORDS];
    database.exec(tables.join('\n'));
    fileParkedRecords(database);
  },
};
