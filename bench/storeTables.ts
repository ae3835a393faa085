/** The tables of a store file as they are, and their rows cut into transactions. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { slice } from './books.ts';

type Row = Record<string, SQLInputValue>;

/** Rows of one transaction by table. */
export type TableRows = Record<string, SQLInputValue[][]>;

/** Tables and indexes as SQL; triggers and views are checks and comfort. */
export function storeTables(file: string): string[] {
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

/** A SKU's pointer is written by every transaction that has a pack of it, all other rows once. */
export function storeTransactions(file: string, count: number): TableRows[] {
  return inFile(file, (database) => {
    const names = database
      .prepare('PRAGMA table_list')
      .all()
      .filter(({ type, name }) => type === 'table' && !String(name).startsWith('sqlite_'))
      .map(({ name }) => String(name));
    const rows = new Map(names.map((name) => [name, rowsOf(database, name)]));
    const packs = rows.get('packs') ?? [];
    const skus = new Map((rows.get('skus') ?? []).map((row) => [row.id!, row]));
    if (packs.length === 0 || skus.size === 0) throw new Error('the booked run left no packs');
    return Array.from({ length: count }, (_, number): TableRows => {
      const touched = new Set(slice(packs, number, count).map(({ sku_id: id }) => id!));
      const parts = [...rows].map(([name, all]): [string, SQLInputValue[][]] => {
        const part = name === 'skus' ? [...touched].map((id) => skus.get(id)!) : undefined;
        return [name, (part ?? slice(all, number, count)).map((row) => Object.values(row))];
      });
      return Object.fromEntries(parts);
    });
  });
}

/** In the order in which the table keeps them; columns that follow from others are not kept. */
function rowsOf(database: DatabaseSync, table: string): Row[] {
  const columns = database.prepare(`PRAGMA table_info(${table})`).all();
  const names = columns.map(({ name }) => `"${name}"`).join();
  const statement = database.prepare(`SELECT ${names} FROM ${table}`);
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
