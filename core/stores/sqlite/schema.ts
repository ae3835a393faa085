/**
 * The tables of store.db, made so that an auditor reads them with plain `sqlite3`: text as text,
 * quantities and costs as integers of 10⁻⁶, amounts as integers of the currency's minor unit. What
 * is kept in parts to be written fast, the views `ledger` and `pools` show whole.
 *
 * - `entries` are only appended. What the entries of one message share lies once in `documents`, and
 *   the way they went (from where to where) once in `routes`.
 * - `entry_order` finds entries by (sku, seq). A commit touches hundreds of SKUs, each in another
 *   page of it, so it is brought up to date for thousands of entries at once: it knows those up to
 *   `ordered.entry`; the few after that are found by reading them.
 * - `heads` are rewritten by every commit: small rows, so that they share few pages. Items, which
 *   seldom change, lie apart; cost pools are one short text.
 */
import type { DatabaseSync } from 'node:sqlite';
import { StockbusError } from '../../errors.ts';

/** `PRAGMA user_version` of the tables below. */
const SCHEMA_VERSION = 1;

const neverChanged = (table: string): string => `
CREATE TRIGGER ${table}_unchanged BEFORE UPDATE ON ${table}
  BEGIN SELECT RAISE(ABORT, '${table} of the ledger are never changed'); END;
CREATE TRIGGER ${table}_kept BEFORE DELETE ON ${table}
  BEGIN SELECT RAISE(ABORT, '${table} of the ledger are never deleted'); END;
`;

/** All of a ledger entry `e` but (sku, seq), named as the view `ledger` names it. */
export const ENTRY_COLUMNS = `r.kind, r.from_place, r.to_place, e.quantity, e.value, r.from_pool,
    r.to_pool, e.lot, r.status, d.document, e.line, d.partner, e.reason, d.reference, d.at,
    coalesce(e.recorded_at, d.recorded_at) AS recorded_at, d.source, d.message_id, e.corrects`;
export const ENTRY_JOINS =
  'CROSS JOIN routes r ON r.id = e.route CROSS JOIN documents d ON d.id = e.document';

const TABLES = `
CREATE TABLE heads (
  sku TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, seq INTEGER NOT NULL,
  recorded_at TEXT NOT NULL, pools TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
  sku TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, valuation TEXT NOT NULL,
  barcode TEXT NOT NULL, item_group TEXT NOT NULL, attributes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE routes (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL, from_place TEXT NOT NULL, to_place TEXT NOT NULL,
  from_pool TEXT NOT NULL, to_pool TEXT NOT NULL, status TEXT NOT NULL,
  UNIQUE (kind, from_place, to_place, from_pool, to_pool, status)
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
  line TEXT NOT NULL, reason TEXT NOT NULL, document INTEGER NOT NULL,
  recorded_at TEXT, -- where it is later than the document's
  corrects INTEGER
) STRICT;

CREATE TABLE entry_order (
  sku TEXT NOT NULL, seq INTEGER NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (sku, seq, entry)
) STRICT, WITHOUT ROWID;
CREATE TABLE ordered (entry INTEGER NOT NULL) STRICT;
INSERT INTO ordered VALUES (0);

${['routes', 'documents', 'entries'].map(neverChanged).join('')}
CREATE VIEW ledger AS
  SELECT o.sku, o.seq, ${ENTRY_COLUMNS}
  FROM entry_order o CROSS JOIN entries e ON e.id = o.entry ${ENTRY_JOINS}
  UNION ALL
  SELECT e.sku, e.seq, ${ENTRY_COLUMNS}
  FROM entries e ${ENTRY_JOINS} WHERE e.id > (SELECT entry FROM ordered);

CREATE TABLE balances (
  sku TEXT NOT NULL, place TEXT NOT NULL, lot TEXT NOT NULL, status TEXT NOT NULL,
  on_hand INTEGER NOT NULL, reserved INTEGER NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (sku, place, lot, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE layers (
  sku TEXT NOT NULL, pool TEXT NOT NULL, seq INTEGER NOT NULL, part INTEGER NOT NULL,
  at TEXT NOT NULL, quantity INTEGER NOT NULL, value INTEGER NOT NULL,
  PRIMARY KEY (sku, pool, seq, part)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (
  source TEXT NOT NULL, id TEXT NOT NULL, contenthash TEXT NOT NULL, intake_id TEXT NOT NULL,
  recorded_at TEXT NOT NULL, PRIMARY KEY (source, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE applied_batches (
  intake_id TEXT NOT NULL, batch INTEGER NOT NULL, digest TEXT NOT NULL,
  flow TEXT NOT NULL, name TEXT NOT NULL, records INTEGER NOT NULL, filtered INTEGER NOT NULL,
  messages INTEGER NOT NULL, booked INTEGER NOT NULL, existing INTEGER NOT NULL,
  parked INTEGER NOT NULL, batches INTEGER, recorded_at TEXT NOT NULL,
  PRIMARY KEY (intake_id, batch, digest)
) STRICT, WITHOUT ROWID;

CREATE TABLE parked (
  id TEXT NOT NULL PRIMARY KEY, parked_at TEXT NOT NULL, intake_id TEXT NOT NULL,
  flow TEXT NOT NULL, name TEXT NOT NULL, stage TEXT NOT NULL, faults TEXT NOT NULL,
  record INTEGER NOT NULL, content TEXT NOT NULL, type TEXT, source TEXT, message_id TEXT
) STRICT;
CREATE INDEX parked_at ON parked (parked_at, id);
CREATE INDEX parked_flow ON parked (flow, parked_at, id);

CREATE TABLE locations (
  location TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL,
  parent TEXT NOT NULL, attributes TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, topic TEXT NOT NULL,
  count INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;

CREATE VIEW pools AS
  SELECT sku, p.value ->> 0 AS pool, p.value ->> 1 AS method,
    CAST(p.value ->> 2 AS INTEGER) AS quantity, CAST(p.value ->> 3 AS INTEGER) AS value,
    CAST(p.value ->> 4 AS INTEGER) AS last_cost
  FROM heads, json_each(heads.pools) AS p;
`;

/** Makes the tables in an empty file; refuses those of another version with STORE_SCHEMA. */
export function declareSchema(database: DatabaseSync, file: string): void {
  if (userVersion(database) === SCHEMA_VERSION) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = userVersion(database);
    if (version === 0) {
      refuseForeign(database, file);
      database.exec(TABLES);
      database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    } else if (version !== SCHEMA_VERSION) {
      throw new StockbusError(
        'STORE_SCHEMA',
        `${file} has tables of version ${version}, this Stockbus reads version ${SCHEMA_VERSION}`,
      );
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
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
