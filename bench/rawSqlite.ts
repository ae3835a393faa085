/**
 * What SQLite takes on this machine, by bare node:sqlite with the settings of the hub's store, in as
 * many transactions as the road took; reading and making the rows does not count. Twice:
 *
 * - `plain`: the content of the ledger as one would write it down at first (bench/plainRows.ts); heads
 *   and balances by each transaction whose entries touch them.
 * - `packs`: every row of every table that a booked run left, into the same tables and indexes.
 *
 *   node bench/rawSqlite.ts plain|packs FIXTURE BOOKED TARGET TRANSACTIONS     BOOKED, TARGET: folders
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type RoadBooks, readBooks, transactionsOf } from './books.ts';
import { answer } from './child.ts';
import { plainEntry, plainEvents, textOf } from './plainRows.ts';
import { storeTables, storeTransactions, type TableRows } from './storeTables.ts';

export interface RawWriteFigures {
  /** Rows or documents that were written, those written again included. */
  written: number;
  transactions: number;
  ms: number;
}

const PLAIN_TABLES = [
  `CREATE TABLE entries (sku, seq, kind, from_place, to_place, quantity, value, from_pool, to_pool, lot,
    status, to_status, owner, document, line, partner, reason, reference, at, recorded_at, source,
    message_id, input, corrects, caused_by, hash)`,
  'CREATE UNIQUE INDEX entries_sku_seq ON entries (sku, seq)',
  'CREATE TABLE heads (sku PRIMARY KEY, version, seq, recorded_at, hash, item, pools) WITHOUT ROWID',
  `CREATE TABLE balances (sku, place, lot, status, owner, on_hand, reserved, expires_on, since, version,
    PRIMARY KEY (sku, place, lot, status, owner)) WITHOUT ROWID`,
  'CREATE TABLE inbox (source, id, hash, intake, at, PRIMARY KEY (source, id)) WITHOUT ROWID',
  'CREATE TABLE outbox (id, topic, count, body)',
];

const [kind, fixture, booked, target, count] = process.argv.slice(2) as [
  ...[kind: string, fixture: string, booked: string, target: string, count: string],
];
const database = new DatabaseSync(join(target, 'raw.db'));
database.exec(`
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;`);
if (kind === 'packs') {
  const source = join(booked, 'store.db');
  answer(writeAll(storeTables(source), storeTransactions(source, Number(count))));
} else {
  const books = await readBooks(fixture, booked);
  answer(writeAll(PLAIN_TABLES, plainTransactions(books, Number(count))));
}
database.close();

function writeAll(tables: readonly string[], transactions: Iterable<TableRows>): RawWriteFigures {
  for (const sql of tables) database.exec(sql);
  const figures: RawWriteFigures = { written: 0, transactions: 0, ms: 0 };
  for (const rows of transactions) {
    const work = Object.entries(rows).map(([table, values]) => ({
      insert: insertInto(table),
      values,
    }));
    const start = performance.now();
    database.exec('BEGIN IMMEDIATE');
    for (const { insert, values } of work) for (const row of values) insert.run(...row);
    database.exec('COMMIT');
    figures.ms += performance.now() - start;
    figures.transactions += 1;
    for (const { values } of work) figures.written += values.length;
  }
  return figures;
}

function insertInto(table: string) {
  const columns = database.prepare(`PRAGMA table_info(${table})`).all().length;
  const marks = Array(columns).fill('?').join(', ');
  return database.prepare(`INSERT OR REPLACE INTO ${table} VALUES (${marks})`);
}

function* plainTransactions(books: RoadBooks, transactions: number): Generator<TableRows> {
  let version = 0;
  for (const { entries, heads, balances, inbox } of transactionsOf(books, transactions)) {
    version += 1;
    yield {
      entries: entries.map(plainEntry),
      heads: heads.map(({ sku, seq, recordedAt, hash, item, pools }) => [
        ...[sku, version, seq, recordedAt, hash, textOf(item), textOf(pools)],
      ]),
      balances: balances.map((balance) => Object.values({ ...balance, version })),
      inbox: inbox.map((record) => Object.values(record)),
      outbox: plainEvents(entries),
    };
  }
}
