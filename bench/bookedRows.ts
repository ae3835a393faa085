/** The rows that a booked run left behind, cut again into transactions for the raw limits to write. */
import { DatabaseSync } from 'node:sqlite';
import type { Row } from '../core/stores/sqlite/rows.ts';

/** Tables whose rows are written once. `heads` and `balances` are written again by every transaction. */
export const insertedTables = ['entries', 'inbox', 'applied_batches', 'parked', 'outbox'] as const;

export interface BookedTransaction {
  inserted: Record<(typeof insertedTables)[number], Row[]>;
  /** Heads and balances that the entries of this transaction touch, one row for each. */
  heads: Row[];
  balances: Row[];
}

export interface Share {
  /** Of so many clients, which; each has the SKUs and keys that no other has. */
  client: number;
  clients: number;
}

const order: Record<(typeof insertedTables)[number], string> = {
  entries: 'rowid',
  inbox: 'recorded_at',
  applied_batches: 'recorded_at',
  parked: 'parked_at',
  outbox: 'position',
};

/** The share of one client, in about `transactions` / clients transactions of equal size. */
export function* bookedTransactions(
  file: string,
  transactions: number,
  share: Share = { client: 0, clients: 1 },
): Generator<BookedTransaction> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const sources = insertedTables.map((table) => sourceOf(database, table, transactions, share));
    const touchedBy = touched(database);
    for (;;) {
      const slices = sources.map(({ table, next }) => [table, next()] as const);
      if (slices.every(([, rows]) => rows.length === 0)) return;
      const inserted = Object.fromEntries(slices) as BookedTransaction['inserted'];
      yield { inserted, ...touchedBy(inserted.entries) };
    }
  } finally {
    database.close();
  }
}

function sourceOf(
  database: DatabaseSync,
  table: (typeof insertedTables)[number],
  transactions: number,
  { client, clients }: Share,
) {
  const total = Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
  const size = Math.max(1, Math.ceil(total / transactions));
  const statement = database.prepare(`SELECT * FROM ${table} ORDER BY ${order[table]}`);
  statement.setReadBigInts(true);
  const rows = statement.iterate() as Iterator<Row>;
  let position = 0;
  const next = (): Row[] => {
    const slice: Row[] = [];
    while (slice.length < size) {
      const { value, done } = rows.next();
      if (done) break;
      const key = table === 'entries' ? hashOf(String((value as Row).sku)) : position;
      position += 1;
      if (key % clients === client) slice.push(value as Row);
    }
    return slice;
  };
  return { table, next };
}

function hashOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) >>> 0;
  return hash;
}

function touched(database: DatabaseSync) {
  const headRows = database.prepare('SELECT * FROM heads').all() as Row[];
  const heads = new Map(headRows.map((row) => [row.sku, row]));
  const statement = database.prepare('SELECT * FROM balances');
  statement.setReadBigInts(true);
  const balances = new Map(
    (statement.all() as Row[]).map((row) => [balanceKey(row, row.place), row]),
  );
  return (entries: readonly Row[]) => {
    const skus = new Set(entries.map(({ sku }) => sku));
    const keys = new Set(
      entries.flatMap((row) => [balanceKey(row, row.from_place), balanceKey(row, row.to_place)]),
    );
    const present = (row: Row | undefined): row is Row => row !== undefined;
    return {
      heads: [...skus].map((sku) => heads.get(sku)).filter(present),
      balances: [...keys].map((key) => balances.get(key)).filter(present),
    };
  };
}

const balanceKey = ({ sku, lot, status }: Row, place: unknown): string =>
  JSON.stringify([sku, place, lot, status]);
