/**
 * The tables of store.db, made so that an auditor reads them with plain `sqlite3`: text as text,
 * quantities and costs as integers of 10⁻⁶, amounts as integers of the currency's minor unit. What
 * is kept in parts to be written fast, views show whole: `ledger`, `pools`, `reservation_log`,
 * `period_log`.
 *
 * - `entries` are only appended. What the entries of one message share lies once in `documents`, and
 *   the way they went (from where to where) once in `routes`.
 * - `moves` is what lists and sums need of the entries, by (sku, seq), so that they need not read the
 *   entries one by one. It is written in runs of some thousands of entries, because one sorted whole
 *   would be rewritten by every few commits: each touches hundreds of SKUs. What came after the last
 *   run is found by reading it.
 * - `heads` are rewritten by every commit: small rows, so that they share few pages. Items, which
 *   seldom change, lie apart; cost pools are one short text.
 */
import type { DatabaseSync } from 'node:sqlite';
import { StockbusError } from '../../errors.ts';

/** `PRAGMA user_version` of the tables below. */
const SCHEMA_VERSION = 4;

const neverChanged = (table: string): string => `
CREATE TRIGGER ${table}_unchanged BEFORE UPDATE ON ${table}
  BEGIN SELECT RAISE(ABORT, '${table} of the ledger are never changed'); END;
CREATE TRIGGER ${table}_kept BEFORE DELETE ON ${table}
  BEGIN SELECT RAISE(ABORT, '${table} of the ledger are never deleted'); END;
`;

/** All of a ledger entry `e` but (sku, seq), named as the view `ledger` names it. */
export const ENTRY_COLUMNS = `r.kind, r.from_place, r.to_place, e.quantity, e.value, r.from_pool,
    r.to_pool, e.lot, r.status, r.to_status, e.owner, d.document, e.line, d.partner, e.reason,
    d.reference, d.at, coalesce(e.recorded_at, d.recorded_at) AS recorded_at, d.source, d.message_id,
    e.input, e.corrects, e.caused_by, e.hash`;
export const ENTRY_JOINS =
  'CROSS JOIN routes r ON r.id = e.route CROSS JOIN documents d ON d.id = e.document';

/** Entries after this one are in no run yet. */
export const LAST_IN_RUNS = '(SELECT coalesce(max(run), 0) FROM runs)';

const LEDGER = `
CREATE TABLE routes (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, from_place TEXT NOT NULL, to_place TEXT NOT NULL,
  from_pool TEXT NOT NULL, to_pool TEXT NOT NULL, status TEXT NOT NULL,
  to_status TEXT NOT NULL, -- '' where the status stays
  UNIQUE (kind, from_place, to_place, from_pool, to_pool, status, to_status)
) STRICT;

CREATE TABLE documents (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, message_id TEXT NOT NULL, document TEXT NOT NULL,
  partner TEXT NOT NULL, reference TEXT NOT NULL, at TEXT NOT NULL, recorded_at TEXT NOT NULL,
  first_entry INTEGER NOT NULL, last_entry INTEGER NOT NULL
) STRICT;
CREATE INDEX documents_document ON documents (document);

CREATE TABLE entries (
  id INTEGER PRIMARY KEY, sku TEXT NOT NULL, seq INTEGER NOT NULL, route INTEGER NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity >= 0), value INTEGER NOT NULL, lot TEXT NOT NULL,
  owner TEXT NOT NULL, line TEXT NOT NULL, reason TEXT NOT NULL, document INTEGER NOT NULL,
  recorded_at TEXT, -- where it is another than the document's
  input TEXT, corrects INTEGER, caused_by INTEGER, hash TEXT NOT NULL
) STRICT;

CREATE TABLE moves (
  run INTEGER NOT NULL, sku TEXT NOT NULL, seq INTEGER NOT NULL, entry INTEGER NOT NULL,
  at INTEGER NOT NULL, recorded_at INTEGER NOT NULL, -- milliseconds since 1970
  route INTEGER NOT NULL, quantity INTEGER NOT NULL, value INTEGER NOT NULL,
  lot TEXT NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (run, sku, seq, entry)
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (
  run INTEGER PRIMARY KEY, -- its last entry
  first_at INTEGER NOT NULL, first_recorded_at INTEGER NOT NULL
) STRICT;

${['routes', 'documents', 'entries'].map(neverChanged).join('')}
CREATE VIEW ledger AS
  SELECT m.sku, m.seq, ${ENTRY_COLUMNS}
  FROM runs CROSS JOIN moves m ON m.run = runs.run CROSS JOIN entries e ON e.id = m.entry
  ${ENTRY_JOINS}
  UNION ALL
  SELECT e.sku, e.seq, ${ENTRY_COLUMNS}
  FROM entries e ${ENTRY_JOINS} WHERE e.id > ${LAST_IN_RUNS};
`;

const STOCK = `
CREATE TABLE heads (
  sku TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, seq INTEGER NOT NULL,
  recorded_at TEXT NOT NULL, hash TEXT NOT NULL, latest_at TEXT NOT NULL,
  checkpoint_seq INTEGER NOT NULL, opening_valuation TEXT NOT NULL, opening_cost INTEGER NOT NULL,
  pools TEXT NOT NULL, recost TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX heads_recost ON heads (sku) WHERE recost IS NOT NULL;

CREATE TABLE items (
  sku TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, units TEXT NOT NULL,
  valuation TEXT NOT NULL, standard_cost INTEGER NOT NULL, tracking TEXT NOT NULL,
  picking TEXT NOT NULL, negative TEXT NOT NULL, valued INTEGER NOT NULL, weight INTEGER NOT NULL,
  barcode TEXT NOT NULL, item_group TEXT NOT NULL, attributes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE balances (
  sku TEXT NOT NULL, place TEXT NOT NULL, lot TEXT NOT NULL, status TEXT NOT NULL,
  owner TEXT NOT NULL, on_hand INTEGER NOT NULL, reserved INTEGER NOT NULL,
  expires_on TEXT NOT NULL, since TEXT NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (sku, place, lot, status, owner)
) STRICT, WITHOUT ROWID;

CREATE TABLE layers (
  sku TEXT NOT NULL, pool TEXT NOT NULL, at TEXT NOT NULL, seq INTEGER NOT NULL,
  part INTEGER NOT NULL, since TEXT NOT NULL, origin INTEGER NOT NULL, lot TEXT NOT NULL,
  owed TEXT NOT NULL, quantity INTEGER NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY (sku, pool, at, seq, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
  sku TEXT NOT NULL, at TEXT NOT NULL, seq INTEGER NOT NULL, after_seq INTEGER NOT NULL,
  state TEXT NOT NULL, PRIMARY KEY (sku, at, seq)
) STRICT;

CREATE TABLE locations (
  location TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,
  parent TEXT NOT NULL, attributes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE VIEW pools AS
  SELECT sku, p.value ->> 0 AS pool, CAST(p.value ->> 1 AS INTEGER) AS quantity,
    CAST(p.value ->> 2 AS INTEGER) AS value, CAST(p.value ->> 3 AS INTEGER) AS last_cost,
    CAST(p.value ->> 4 AS INTEGER) AS reserved, p.value ->> 5 IS NOT NULL AS untouched
  FROM heads, json_each(heads.pools) AS p;
`;

const CLAIMS = `
CREATE TABLE reservations (
  id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL,
  expires_at TEXT NOT NULL, partner TEXT NOT NULL, reference TEXT NOT NULL, log TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_due ON reservations (expires_at, id)
  WHERE state = 'pending' AND expires_at <> '';
CREATE INDEX reservations_state ON reservations (state, id);

CREATE TABLE reservation_lines (
  id TEXT NOT NULL, position INTEGER NOT NULL, line TEXT NOT NULL, sku TEXT NOT NULL,
  place TEXT NOT NULL, pool TEXT NOT NULL, lot TEXT NOT NULL, quantity INTEGER NOT NULL,
  committed INTEGER NOT NULL, PRIMARY KEY (id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX reservation_lines_sku ON reservation_lines (sku, id);

CREATE VIEW reservation_log AS
  SELECT reservations.id AS id, l.key AS position, l.value ->> 'action' AS action, l.value ->> 'result' AS result,
    l.value ->> 'source' AS source, l.value ->> 'messageId' AS message_id,
    l.value ->> 'recordedAt' AS recorded_at, l.value ->> 'reason' AS reason
  FROM reservations, json_each(reservations.log) AS l;

CREATE TABLE period (
  version INTEGER NOT NULL, closed_through TEXT NOT NULL, log TEXT NOT NULL
) STRICT;
INSERT INTO period VALUES (0, '', '[]');

CREATE VIEW period_log AS
  SELECT l.key AS position, l.value ->> 'action' AS action, l.value ->> 'through' AS through,
    l.value ->> 'reason' AS reason, l.value ->> 'source' AS source,
    l.value ->> 'messageId' AS message_id, l.value ->> 'recordedAt' AS recorded_at
  FROM period, json_each(period.log) AS l;

CREATE TABLE open_orders (
  document TEXT NOT NULL, line TEXT NOT NULL, kind TEXT NOT NULL, sku TEXT NOT NULL,
  place TEXT NOT NULL, quantity INTEGER NOT NULL, due TEXT NOT NULL,
  PRIMARY KEY (document, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_orders_sku ON open_orders (sku, due, document, line);
`;

const TRANSPORT = `
CREATE TABLE inbox (
  source TEXT NOT NULL, id TEXT NOT NULL, contenthash TEXT NOT NULL, intake_id TEXT NOT NULL,
  recorded_at TEXT NOT NULL, PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE applied_batches (
  intake_id TEXT NOT NULL, batch INTEGER NOT NULL, digest TEXT NOT NULL,
  flow TEXT NOT NULL, name TEXT NOT NULL, records INTEGER NOT NULL, filtered INTEGER NOT NULL,
  messages INTEGER NOT NULL, booked INTEGER NOT NULL, existing INTEGER NOT NULL,
  parked INTEGER NOT NULL, answers TEXT, batches INTEGER, recorded_at TEXT NOT NULL,
  PRIMARY KEY (intake_id, batch, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE parked (
  id TEXT NOT NULL PRIMARY KEY, parked_at TEXT NOT NULL, intake_id TEXT NOT NULL,
  flow TEXT NOT NULL, name TEXT NOT NULL, stage TEXT NOT NULL, faults TEXT NOT NULL,
  record INTEGER NOT NULL, content TEXT NOT NULL, type TEXT, source TEXT, message_id TEXT
) STRICT;
CREATE INDEX parked_at ON parked (parked_at, id);
CREATE INDEX parked_flow ON parked (flow, parked_at, id);

CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL,
  count INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
`;

/** Makes the tables in an empty file; refuses those of another version with STORE_SCHEMA. */
export function declareSchema(database: DatabaseSync, file: string): void {
  if (userVersion(database) === SCHEMA_VERSION) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = userVersion(database);
    if (version === 0) {
      refuseForeign(database, file);
      database.exec([LEDGER, STOCK, CLAIMS, TRANSPORT].join('\n'));
      database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    } else {
      refuseVersion(database, file);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Throws STORE_SCHEMA for tables of another version, and of another program. */
export function refuseVersion(database: DatabaseSync, file: string): void {
  const version = userVersion(database);
  if (version === SCHEMA_VERSION) return;
  throw new StockbusError(
    'STORE_SCHEMA',
    `${file} has tables of version ${version}, this Stockbus reads version ${SCHEMA_VERSION}`,
  );
}

function userVersion(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}

function refuseForeign(database: DatabaseSync, file: string): void {
  const table = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).get();
  if (!table) return;
  throw new StockbusError(
    'STORE_SCHEMA',
    `${file} is a database of another program: it has a table '${table.name}'`,
  );
}
