/**
 * What a commit costs: ledger entries per second through the store, and the same rows written by the
 * bare driver in transactions of the same size. Shape of a retailer's sales: documents of 20 lines over
 * few SKUs. Every entry leaves an event of about 500 bytes in the outbox, from where it is taken again.
 *
 *   node bench/storeCommit.ts [file:FOLDER | mongodb://...]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient } from 'mongodb';
import type { Commit } from '../core/ledger.ts';
import { limits } from '../core/limits.ts';
import type { Store } from '../core/ports.ts';
import { systemRuntime } from '../core/runtime.ts';
import { mongodb } from '../core/stores/mongodb.ts';
import { sqlite } from '../core/stores/sqlite.ts';
import { type CommitShape, retailCommits, retailShape } from './retailCommits.ts';

/** Entries per second; making the commits does not count. */
export async function measure(
  shape: CommitShape,
  write: (commit: Commit) => Promise<void> | void,
): Promise<number> {
  let elapsedMs = 0;
  for (const commit of retailCommits(shape)) {
    const start = performance.now();
    await write(commit);
    elapsedMs += performance.now() - start;
  }
  return (shape.commits * shape.entriesPerCommit * 1_000) / elapsedMs;
}

export const throughStore =
  (store: Store) =>
  async (commit: Commit): Promise<void> => {
    const { outcome } = await store.commit(commit);
    if (outcome !== 'committed') throw new Error('the store refused a commit of the bench');
    const events = await store.outbox(limits.outboxRecords);
    await store.published(events.map(({ id }) => id));
  };

/** One plain table for each kind of row, with the settings of the store; no checks. */
export function rawSqlite(database: DatabaseSync): (commit: Commit) => void {
  database.exec(`
    PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 4096; PRAGMA cache_size = -32768;
    CREATE TABLE entries (sku, seq, kind, from_place, to_place, quantity, value, from_pool, to_pool,
      lot, status, owner, document, line, partner, reason, reference, at, recorded_at, source,
      message_id, hash);
    CREATE UNIQUE INDEX entries_key ON entries (sku, seq);
    CREATE TABLE heads (sku PRIMARY KEY, version, seq, recorded_at, hash, latest_at, item, pools)
      WITHOUT ROWID;
    CREATE TABLE balances (sku, place, lot, status, owner, on_hand, reserved, expires_on, since,
      version, PRIMARY KEY (sku, place, lot, status, owner)) WITHOUT ROWID;
    CREATE TABLE inbox (source, id, hash, intake, at, PRIMARY KEY (source, id)) WITHOUT ROWID;
    CREATE TABLE outbox (id, topic, count, body);`);
  const insert = (table: string, count: number) => {
    const marks = Array(count).fill('?').join(', ');
    return database.prepare(`INSERT OR REPLACE INTO ${table} VALUES (${marks})`);
  };
  const reading = database.prepare('SELECT * FROM outbox');
  const statements = {
    entry: insert('entries', 22),
    head: insert('heads', 8),
    balance: insert('balances', 10),
    inbox: insert('inbox', 5),
    outbox: insert('outbox', 4),
  };
  return (commit) => {
    database.exec('BEGIN IMMEDIATE');
    for (const row of commit.entries) statements.entry.run(...Object.values(row));
    for (const { head } of commit.heads) {
      const { sku, version, seq, recordedAt, hash, latestAt } = head;
      const item = textOf(head.item);
      statements.head.run(sku, version, seq, recordedAt, hash, latestAt, item, '[]');
    }
    for (const row of commit.balances) statements.balance.run(...Object.values(row));
    for (const row of commit.inbox) statements.inbox.run(...Object.values(row));
    for (const row of commit.outbox) statements.outbox.run(...Object.values(row));
    database.exec('COMMIT');
    reading.all();
    database.exec('DELETE FROM outbox');
  };
}

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? `${inner}` : inner));

/** The same documents by `insertMany` and `bulkWrite` in one transaction, no checks. */
export function rawMongodb(client: MongoClient): (commit: Commit) => Promise<void> {
  const database = client.db();
  const inserts = (commit: Commit) => ({
    entries: commit.entries,
    inbox: commit.inbox,
    outbox: commit.outbox,
  });
  return async (commit) => {
    await client.withSession((session) =>
      session.withTransaction(async () => {
        const options = { session, ordered: false };
        for (const [name, rows] of Object.entries(inserts(commit))) {
          await database.collection(name).insertMany(
            rows.map((row) => ({ ...row })),
            options,
          );
        }
        const heads = commit.heads.map(({ head }) => ({
          replaceOne: { filter: { _id: head.sku }, replacement: { ...head }, upsert: true },
        }));
        await database.collection<{ _id: string }>('heads').bulkWrite(heads, options);
        const balances = commit.balances.map((row) => ({
          replaceOne: {
            filter: { _id: `${row.sku} ${row.place}` },
            replacement: { ...row },
            upsert: true,
          },
        }));
        await database.collection<{ _id: string }>('balances').bulkWrite(balances, options);
      }),
    );
    const events = await database.collection('outbox').find().toArray();
    await database.collection('outbox').deleteMany({ _id: { $in: events.map(({ _id }) => _id) } });
  };
}

export interface StoreFigures {
  store: string;
  /** Entries per second. */
  throughStore: number;
  raw: number;
}

export async function measureSqlite(folder: string, shape = retailShape): Promise<StoreFigures> {
  const store = await sqlite.open(`file:${join(folder, 'store')}`, systemRuntime());
  const rate = await measure(shape, throughStore(store));
  await store.close();
  const database = new DatabaseSync(join(folder, 'raw.db'));
  const raw = await measure(shape, rawSqlite(database));
  database.close();
  return { store: 'sqlite', throughStore: rate, raw };
}

/** In two databases of its own on the server at `address`, dropped afterwards. */
export async function measureMongodb(address: string, shape = retailShape): Promise<StoreFigures> {
  const inDatabase = async <T>(use: (address: string, client: MongoClient) => Promise<T>) => {
    const own = new URL(address);
    own.pathname = `/stockbus_bench_${process.pid}_${performance.now().toFixed(0)}`;
    const client = new MongoClient(own.href);
    try {
      return await use(own.href, client);
    } finally {
      await client.db().dropDatabase();
      await client.close();
    }
  };
  const rate = await inDatabase(async (own) => {
    const store = await mongodb.open(own, systemRuntime());
    try {
      return await measure(shape, throughStore(store));
    } finally {
      await store.close();
    }
  });
  const raw = await inDatabase((_own, client) => measure(shape, rawMongodb(client)));
  return { store: 'mongodb', throughStore: rate, raw };
}

if (import.meta.main) {
  const address = process.argv[2];
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-bench-'));
  try {
    const figures = address?.startsWith('mongodb')
      ? await measureMongodb(address, { ...retailShape, commits: 40 })
      : await measureSqlite(folder);
    const line = `${figures.store}: ${Math.round(figures.throughStore)} entries/s, raw ${Math.round(figures.raw)}, ratio ${(figures.throughStore / figures.raw).toFixed(2)}\n`;
    process.stdout.write(line);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
