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
import type { Balance, Commit, LedgerEntry, OutboxRecord, SkuHead } from '../core/ledger.ts';
import { limits } from '../core/limits.ts';
import type { Store } from '../core/ports.ts';
import { systemRuntime } from '../core/runtime.ts';
import { mongodb } from '../core/stores/mongodb.ts';
import { sqlite } from '../core/stores/sqlite.ts';

export interface CommitShape {
  commits: number;
  entriesPerCommit: number;
  skusPerCommit: number;
  skus: number;
  linesPerDocument: number;
}

export const retailShape: CommitShape = {
  commits: 200,
  entriesPerCommit: 1_000,
  skusPerCommit: 650,
  skus: 3_700,
  linesPerDocument: 20,
};

/** The same commits at every call. */
export function* retailCommits(shape: CommitShape): Generator<Commit> {
  const heads = new Map<string, SkuHead>();
  const random = randomFrom(7);
  let entry = 0;
  for (let number = 0; number < shape.commits; number += 1) {
    const recordedAt = new Date(1_700_000_000_000 + number * 1_000).toISOString();
    const window = Array.from({ length: shape.skusPerCommit }, () =>
      skuOf(Math.floor(random() ** 2 * shape.skus)),
    );
    const before = new Map<string, number>();
    const entries: LedgerEntry[] = [];
    for (let index = 0; index < shape.entriesPerCommit; index += 1) {
      const sku = window[Math.floor(random() * window.length)]!;
      const head = heads.get(sku) ?? headOf(sku);
      if (!before.has(sku)) before.set(sku, head.version);
      const version = before.get(sku)! + 1;
      heads.set(sku, { ...head, seq: head.seq + 1, version, recordedAt, hash: HASH });
      const document = String(536_365 + Math.floor(entry / shape.linesPerDocument));
      entries.push(entryOf(sku, head.seq + 1, document, String(entry), recordedAt));
      entry += 1;
    }
    yield commitOf(number, recordedAt, entries, heads, before);
  }
}

function commitOf(
  number: number,
  recordedAt: string,
  entries: LedgerEntry[],
  heads: Map<string, SkuHead>,
  before: Map<string, number>,
): Commit {
  const touched = [...before].map(([sku, expectedVersion]) => ({
    head: heads.get(sku)!,
    expectedVersion,
  }));
  const balance = ({ sku, seq }: SkuHead): Balance => ({
    sku,
    place: 'W1',
    lot: '',
    status: 'available',
    owner: '',
    onHand: -BigInt(seq) * 6_000_000n,
    reserved: 0n,
    expiresOn: '',
    since: '',
    version: seq,
  });
  const documents = new Set(entries.map((entry) => entry.document));
  const origin = { intakeId: `intake-${number}`, flow: 'retail', name: 'sales.csv' };
  const counts = { records: entries.length, messages: documents.size, booked: documents.size };
  return {
    recordedAt,
    inbox: [...documents].map((id) => ({
      source: '/flows/retail',
      id: `${id}-${number}`,
      contenthash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      intakeId: origin.intakeId,
      recordedAt,
    })),
    tallies: [{ origin, index: 0, digest: 'd', ...counts, filtered: 0, exists: 0, parked: 0 }],
    parked: [],
    heads: touched,
    balances: touched.map(({ head }) => balance(head)),
    layers: [],
    entries,
    staleCheckpoints: [],
    checkpoints: [],
    locations: [],
    reservations: [],
    periodVersion: 0,
    openOrders: [],
    outbox: outboxOf(number, entries),
  };
}

function outboxOf(number: number, entries: readonly LedgerEntry[]): OutboxRecord[] {
  const records: OutboxRecord[] = [];
  for (let start = 0; start < entries.length; start += limits.batchRecords) {
    const events = entries.slice(start, start + limits.batchRecords).map(eventOf);
    records.push({
      id: `event-${number}-${start}`,
      topic: 'stock.changed.v1',
      count: events.length,
      body: JSON.stringify(events),
    });
  }
  return records;
}

const eventOf = (entry: LedgerEntry) => ({
  specversion: '1.0',
  id: `${entry.sku}#${entry.seq}@${entry.from}`,
  source: '/stockbus/ledger',
  type: 'stock.changed.v1',
  time: entry.recordedAt,
  datacontenttype: 'application/json',
  data: { ...entry, quantity: '6', value: '15.30', onHand: '-6', available: '-6' },
});

const HASH = '47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU';

const skuOf = (number: number): string => String(20_000 + number * 17);

function headOf(sku: string): SkuHead {
  return {
    sku,
    version: 0,
    seq: 0,
    item: {
      sku,
      name: 'WHITE HANGING HEART T-LIGHT HOLDER',
      unit: 'EA',
      units: {},
      valuation: 'average',
      standardCost: 0n,
      tracking: 'none',
      picking: 'fefo',
      negative: '',
      valued: true,
      weight: 0n,
      barcode: '',
      group: '',
      attributes: {},
    },
    opening: { valuation: 'average', standardCost: 0n },
    pools: [
      { pool: 'main', quantity: -6_000_000n, value: -1_530n, lastCost: 2_550_000n, reserved: 0n },
    ],
    recordedAt: '',
    hash: '',
    latestAt: '2010-12-01T08:26:00.000Z',
    checkpointSeq: 0,
  };
}

function entryOf(
  sku: string,
  seq: number,
  document: string,
  line: string,
  recordedAt: string,
): LedgerEntry {
  return {
    sku,
    seq,
    kind: 'issue',
    from: 'W1',
    to: 'customer',
    quantity: 6_000_000n,
    value: 1_530n,
    fromPool: 'main',
    toPool: '',
    lot: '',
    status: 'available',
    owner: '',
    document,
    line,
    partner: '17850',
    reason: '',
    reference: '',
    at: '2010-12-01T08:26:00.000Z',
    recordedAt,
    source: '/flows/retail',
    messageId: document,
    hash: HASH,
  };
}

function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

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
