/**
 * The tables of store.db, made so that an auditor reads them with plain `sqlite3`: text as text,
 * quantities and costs as integers of 10⁻⁶, amounts as integers of the currency's minor unit.
 *
 * `entries` is a rowid table: rows are appended, and only the narrow index is written at random,
 * which takes half the time of one table sorted by (sku, seq). Cost pools lie in the head, which is
 * written anyway; the view `pools` shows them as rows.
 */
import type { DatabaseSync } from 'node:sqlite';
import { StockbusError } from '../../errors.ts';

/** `PRAGMA user_version` of the tables below. */
const SCHEMA_VERSION = 1;

const TABLES = `
CREATE TABLE heads (
  sku TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, seq INTEGER NOT NULL,
  recorded_at TEXT NOT NULL, item TEXT, pools TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
  sku TEXT NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL,
  from_place TEXT NOT NULL, to_place TEXT NOT NULL,
  quantity INTEGER NOT NULL CHECK (quantity >= 0), value INTEGER NOT NULL,
  from_pool TEXT NOT NULL, to_pool TEXT NOT NULL, lot TEXT NOT NULL, status TEXT NOT NULL,
  document TEXT NOT NULL, line TEXT NOT NULL, partner TEXT NOT NULL, reason TEXT NOT NULL,
  reference TEXT NOT NULL, at TEXT NOT NULL, recorded_at TEXT NOT NULL,
  source TEXT NOT NULL, message_id TEXT NOT NULL, corrects INTEGER
) STRICT;
CREATE UNIQUE INDEX entries_sku_seq ON entries (sku, seq);
CREATE INDEX entries_document ON entries (document);
CREATE TRIGGER entries_unchanged BEFORE UPDATE ON entries
  BEGIN SELECT RAISE(ABORT, 'ledger entries are never changed'); END;
CREATE TRIGGER entries_kept BEFORE DELETE ON entries
  BEGIN SELECT RAISE(ABORT, 'ledger entries are never deleted'); END;

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
  SELECT sku, p.value ->> 'pool' AS pool, p.value ->> 'method' AS method,
    CAST(p.value ->> 'quantity' AS INTEGER) AS quantity,
    CAST(p.value ->> 'value' AS INTEGER) AS value,
    CAST(p.value ->> 'lastCost' AS INTEGER) AS last_cost
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
