/**
 * What SQLite takes on this machine: the rows that a booked run left, into the same tables and indexes
 * by bare node:sqlite, with the settings of the hub's store, in as many transactions. Reading them does
 * not count. Triggers and everything that the hub asks before it writes are left out.
 *
 *   node bench/rawSqlite.ts BOOKED TARGET TRANSACTIONS     the first two are folders
 */
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { bookedTransactions, insertedTables } from './bookedRows.ts';
import { answer } from './child.ts';

export interface RawWriteFigures {
  /** Rows or documents that were written, those written again included. */
  written: number;
  transactions: number;
  ms: number;
}

const [booked, target, count] = process.argv.slice(2) as [string, string, string];
const source = join(booked, 'store.db');
const database = new DatabaseSync(join(target, 'raw.db'));
database.exec(`
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY;`);
for (const sql of tablesOf(source)) database.exec(sql);

const tables = [...insertedTables, 'heads', 'balances'] as const;
const insert = Object.fromEntries(
  tables.map((table) => {
    const columns = database.prepare(`PRAGMA table_info(${table})`).all().length;
    const marks = Array(columns).fill('?').join(', ');
    const verb = table === 'heads' || table === 'balances' ? 'INSERT OR REPLACE' : 'INSERT';
    return [table, database.prepare(`${verb} INTO ${table} VALUES (${marks})`)];
  }),
) as Record<(typeof tables)[number], ReturnType<DatabaseSync['prepare']>>;

const figures: RawWriteFigures = { written: 0, transactions: 0, ms: 0 };
for (const { inserted, heads, balances } of bookedTransactions(source, Number(count))) {
  const rows = { ...inserted, heads, balances };
  const values = tables.map((table) => ({
    statement: insert[table],
    rows: rows[table].map((row) => Object.values(row) as SQLInputValue[]),
  }));
  const start = performance.now();
  database.exec('BEGIN IMMEDIATE');
  for (const { statement, rows } of values) for (const row of rows) statement.run(...row);
  database.exec('COMMIT');
  figures.ms += performance.now() - start;
  figures.transactions += 1;
  for (const { rows } of values) figures.written += rows.length;
}
database.close();
answer(figures);

function tablesOf(file: string): string[] {
  const store = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = store
      .prepare(
        `SELECT sql FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL
         AND name NOT LIKE 'sqlite_%' ORDER BY type = 'index'`,
      )
      .all();
    return rows.map(({ sql }) => String(sql));
  } finally {
    store.close();
  }
}
