/** The tables of a store file as they are, whatever they are, and their rows cut into transactions. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { slice } from './books.ts';

/** Written by every transaction whose entries touch the SKU; all other rows are written once. */
const REWRITTEN = ['heads', 'balances'];
/** In which order the rows of a table came, where it does not number them. */
const ORDERS = ['recorded_at', 'parked_at', 'entry', 'entry_id'];

type Row = Record<string, SQLInputValue>;

/** Rows of one transaction by table. */
export type TableRows = Record<string, SQLInputValue[][]>;

/** Tables and indexes as SQL; triggers and views are checks and comfort. */
export function ownTables(file: string): string[] {
  return inFile(file, (database) => {
    const rows = database
      .prepare(
        `SELECT sql FROM sqlite_schema WHERE type IN ('table', 'index') AND sql IS NOT NULL
         AND name NOT LIKE 'sqlite_%' ORDER BY type = 'index'`,
      )
      .all();
    return rows.map(({ sql }) => String(sql));
  });
}

/** Throws when some table would not be written whole: the limit would then be too high. */
export function ownTransactions(file: string, count: number): TableRows[] {
  return inFile(file, (database) => {
    const tables = database
      .prepare(`PRAGMA table_list`)
      .all()
      .filter(({ type, name }) => type === 'table' && !String(name).startsWith('sqlite_'))
      .map(({ name, wr }) => ({ name: String(name), rowid: wr === 0 }));
    const rows = new Map(tables.map(({ name, rowid }) => [name, rowsOf(database, name, rowid)]));
    const entries = rows.get('entries') ?? [];
    const rewritten = REWRITTEN.map((name) => ({
      name,
      bySku: Map.groupBy(rows.get(name) ?? [], ({ sku }) => sku),
    }));
    const once = [...rows].filter(([name]) => !REWRITTEN.includes(name));
    const transactions = Array.from({ length: count }, (_, number): TableRows => {
      const skus = new Set(slice(entries, number, count).map(({ sku }) => sku));
      const again = rewritten.map(({ name, bySku }) => {
        return [name, [...skus].flatMap((sku) => bySku.get(sku!) ?? [])] as const;
      });
      const parts = once.map(([name, all]) => [name, slice(all, number, count)] as const);
      return Object.fromEntries(
        [...parts, ...again].map(([name, part]) => [name, part.map((row) => Object.values(row))]),
      );
    });
    for (const [name, all] of rows) {
      const written = transactions.reduce((sum, tables) => sum + tables[name]!.length, 0);
      const mustHave = name === 'entries' || REWRITTEN.includes(name);
      if (written < all.length || (mustHave && written === 0)) {
        throw new Error(`of ${all.length} rows of ${name} only ${written} would be written`);
      }
    }
    return transactions;
  });
}

function rowsOf(database: DatabaseSync, table: string, hasRowid: boolean): Row[] {
  const columns = database.prepare(`PRAGMA table_info(${table})`).all();
  const order = hasRowid
    ? 'rowid'
    : ORDERS.find((name) => columns.some((column) => column.name === name));
  const statement = database.prepare(`SELECT * FROM ${table}${order ? ` ORDER BY ${order}` : ''}`);
  statement.setReadBigInts(true);
  return statement.all() as Row[];
}

function inFile<T>(file: string, read: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return read(database);
  } finally {
    database.close();
  }
}
