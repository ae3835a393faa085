/**
 * What SQLite takes on this machine, by bare node:sqlite with the settings of the hub's store, in as
 * many transactions as the road took; reading and making the rows does not count. Twice:
 *
 * - `own`: every row of every table that a booked run left, into the same tables and indexes.
 * - `plain`: the same content as one would write it down at first: a ledger entry is one row of all its
 *   columns, with an index on SKU and number.
 *
 * Heads and balances are written by each transaction whose entries touch them, as the hub must.
 *
 *   node bench/rawSqlite.ts own|plain BOOKED TARGET TRANSACTIONS     BOOKED, TARGET: folders
 */
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { LedgerEntry } from '../core/ledger.ts';
import { inputText } from '../core/ledger.ts';
import { readBooks, transactionsOf } from './books.ts';
import { answer } from './child.ts';
import { ownTables, ownTransactions, type TableRows } from './ownTables.ts';

export interface RawWriteFigures {
  /** Rows or documents that were written, those written again included. */
  written: number;
  transactions: number;
  ms: number;
}

type Values = SQLInputValue[];

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

const [kind, booked, target, count] = process.argv.slice(2) as [string, string, string, string];
const database = new DatabaseSync(join(target, 'raw.db'));
database.exec(`
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;`);
if (kind === 'own') {
  const source = join(booked, 'store.db');
  answer(writeAll(ownTables(source), ownTransactions(source, Number(count))));
} else answer(writeAll(PLAIN_TABLES, plainTransactions(await readBooks(booked))));
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

function* plainTransactions(books: Awaited<ReturnType<typeof readBooks>>): Generator<TableRows> {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
  let version = 0;
  for (const { entries, heads, balances, inbox, outbox } of transactionsOf(books, Number(count))) {
    version += 1;
    yield {
      entries: entries.map(plainEntry),
      heads: heads.map(({ sku, seq, recordedAt, hash, item, pools }) => [
        sku,
        version,
        seq,
        recordedAt,
        hash,
        text(item),
        text(pools),
      ]),
      balances: balances.map((balance): Values => Object.values({ ...balance, version })),
      inbox: inbox.map((record) => Object.values(record)),
      outbox: outbox.map((record) => Object.values(record)),
    };
  }
}

function plainEntry(entry: LedgerEntry): Values {
  const { sku, seq, kind, from, to, quantity, value, fromPool, toPool, lot, status } = entry;
  const { toStatus, owner, document, line, partner, reason, reference, at, recordedAt } = entry;
  const { source, messageId, input, corrects, by, hash } = entry;
  return [
    ...[sku, seq, kind, from, to, quantity, value, fromPool, toPool, lot, status, toStatus ?? ''],
    ...[owner, document, line, partner, reason, reference, at, recordedAt, source, messageId],
    ...[inputText(input), corrects ?? null, by ?? null, hash],
  ];
}
