import { closeSync, fdatasync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { faultOf, StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { BrokerLook, BrokerMessage } from '../../ports.ts';
import { closeToOthers, databaseFiles, makePrivateFolder } from '../../privateFiles.ts';
import { openFailure, writeFailure } from './failure.ts';
import { lookAt } from './lookAt.ts';

/** A message that waits, without its body. */
export interface WaitingRow {
  seq: number;
  id: string;
  contentType: string;
  redeliveries: number;
}

/** A dead letter by its place among all messages, which is its own. */
export interface DeadRow {
  seq: number;
  id: string;
  queue: string;
  contentType: string;
  body: Uint8Array;
  reason: string;
  deadAt: string;
}

export interface KnownTopology {
  queues: ReadonlySet<string>;
  /** Topic to the queues that are subscribed to it. */
  subscribers: ReadonlyMap<string, readonly string[]>;
}

const VERSION = 2;
/** Of what is written only to see whether it can be. */
const NO_QUEUE = '';
/** Large pages: a body of 50 kB then takes a few, and freeing them is cheap. */
const PAGE_BYTES = 16_384;
/** The write-ahead log is moved into the file when it has grown so far. */
const LOG_PAGES = 2_048;
const BUSY_TIMEOUT_MS = 5_000;
/** A commit waits for no disk; `sync` does. Before its log is overwritten SQLite syncs it in any case. */
const UNSYNCED = 'PRAGMA synchronous = NORMAL';

/**
 * Marks of delivery change small rows only, since bodies have a table of their own. `attempt` and `available_at` were of versions
 * that had each message wait for itself: what they left waiting is given out in its place.
 */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS subscriptions (topic TEXT, queue TEXT, PRIMARY KEY (topic, queue)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, content_type TEXT NOT NULL,
    attempt INTEGER NOT NULL, redeliveries INTEGER NOT NULL, held INTEGER NOT NULL, available_at INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS dead (
    seq INTEGER PRIMARY KEY, queue TEXT NOT NULL, id TEXT NOT NULL, content_type TEXT NOT NULL,
    attempt INTEGER NOT NULL, reason TEXT NOT NULL, dead_at INTEGER NOT NULL, body BLOB NOT NULL
  );
  PRAGMA user_version = ${VERSION};
`;

function openDatabase(folder: string, file: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    makePrivateFolder(folder);
    db = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    prepare(db, file);
    closeToOthers(databaseFiles(file));
    return db;
  } catch (error) {
    db?.close();
    throw openFailure(error, folder);
  }
}

function prepare(db: DatabaseSync, file: string): void {
  db.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL; ${UNSYNCED};
    PRAGMA wal_autocheckpoint = ${LOG_PAGES}; PRAGMA journal_size_limit = ${LOG_PAGES * PAGE_BYTES}`);
  const version = db.prepare('PRAGMA user_version').get()?.user_version as number;
  if (version !== 0 && version !== VERSION) {
    throw new StockbusError(
      'DATA_FOLDER_UNUSABLE',
      `${file} was written by ${version > VERSION ? 'a newer' : 'an older'} Stockbus`,
      undefined,
      {
        todo: 'run the version that wrote it, or use another data folder',
      },
    );
  }
  if (version === 0) db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`);
}

/** The file `broker.db`: what waits, what is dead, who is subscribed. */
export class Journal {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #statements = new Map<string, StatementSync>();
  #dataVersion = -1;
  /** The write-ahead log, once it was to be synced. */
  #log: number | undefined;

  constructor(folder: string) {
    this.#file = join(folder, 'broker.db');
    this.#db = openDatabase(folder, this.#file);
  }

  /**
   * All of `work` or nothing of it. When it returns, it survives the death of the process. Throws
   * BROKER_DISK or BROKER_REFUSED.
   */
  transaction<T>(work: () => T): T {
    try {
      this.#run('BEGIN IMMEDIATE');
      const result = work();
      this.#run('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw writeFailure(error, this.#file);
    }
  }

  /**
   * Resolves when all that was written before survives a power failure; meanwhile others work. Throws
   * BROKER_DISK.
   */
  sync(): Promise<void> {
    return new Promise((resolve, reject) => {
      const failed = (error: unknown): void => {
        const message = `${this.#file} could not be synced: ${faultOf(error).message}`;
        reject(new StockbusError('BROKER_DISK', message, undefined, { cause: error }));
      };
      try {
        this.#log ??= openSync(`${this.#file}-wal`, 'r+');
        fdatasync(this.#log, (error) => (error ? failed(error) : resolve()));
      } catch (error) {
        failed(error);
      }
    });
  }

  /** Writes as much as a batch and takes it back. Throws what a publish would throw. */
  async probe(): Promise<void> {
    const body = new Uint8Array(limits.batchBytes);
    const message = { id: '', to: { queue: NO_QUEUE }, body, contentType: '' };
    const seq = this.transaction(() => this.insert(NO_QUEUE, message));
    this.transaction(() => this.remove(seq));
    await this.sync();
  }

  /** True when another process has committed since the last question, and at the first. */
  changedByOthers(): boolean {
    const version = this.#number('PRAGMA data_version', 'data_version');
    const changed = version !== this.#dataVersion;
    this.#dataVersion = version;
    return changed;
  }

  topology(): KnownTopology {
    const queues = new Set(this.#all('SELECT name FROM queues').map((row) => String(row.name)));
    const subscribers = new Map<string, string[]>();
    for (const { topic, queue } of this.#all('SELECT topic, queue FROM subscriptions')) {
      const known = subscribers.get(String(topic));
      if (known) known.push(String(queue));
      else subscribers.set(String(topic), [String(queue)]);
    }
    return { queues, subscribers };
  }

  addQueue(name: string): void {
    this.#run('INSERT OR IGNORE INTO queues VALUES (?)', name);
  }

  addSubscription(topic: string, queue: string): void {
    this.#run('INSERT OR IGNORE INTO subscriptions VALUES (?, ?)', topic, queue);
  }

  removeSubscription(topic: string, queue: string): void {
    this.#run('DELETE FROM subscriptions WHERE topic = ? AND queue = ?', topic, queue);
  }

  /** With all that waits in it. */
  removeQueue(name: string): void {
    this.#run('DELETE FROM bodies WHERE seq IN (SELECT seq FROM messages WHERE queue = ?)', name);
    this.#run('DELETE FROM messages WHERE queue = ?', name);
    this.#run('DELETE FROM subscriptions WHERE queue = ?', name);
    this.#run('DELETE FROM queues WHERE name = ?', name);
  }

  /** Returns the place of the message in the order of all. */
  insert(queue: string, message: BrokerMessage): number {
    const sql =
      'INSERT INTO messages (queue, id, content_type, attempt, redeliveries, held, available_at) VALUES (?, ?, ?, 1, 0, 0, 0)';
    const { lastInsertRowid } = this.#run(sql, queue, message.id, message.contentType);
    this.#run('INSERT INTO bodies VALUES (?, ?)', lastInsertRowid, message.body);
    return lastInsertRowid as number;
  }

  remove(seq: number): void {
    this.#run('DELETE FROM messages WHERE seq = ?', seq);
    this.#run('DELETE FROM bodies WHERE seq = ?', seq);
  }

  /** A consumer holds it: should the process die now, it counts as one redelivery more. */
  hold(seq: number, redeliveries: number): void {
    this.#run('UPDATE messages SET held = 1, redeliveries = ? WHERE seq = ?', redeliveries, seq);
  }

  release(seq: number, redeliveries: number): void {
    this.#run('UPDATE messages SET held = 0, redeliveries = ? WHERE seq = ?', redeliveries, seq);
  }

  bury(seq: number, reason: string, deadAt: number): void {
    const sql = `INSERT INTO dead SELECT seq, queue, id, content_type, attempt, ?, ?, body
      FROM messages JOIN bodies USING (seq) WHERE seq = ?`;
    this.#run(sql, reason, deadAt, seq);
    this.remove(seq);
  }

  /** What a process that died was holding waits again. Only for the one that may consume. */
  releaseAll(queue: string): void {
    const sql =
      'UPDATE messages SET held = 0, redeliveries = redeliveries + 1 WHERE held = 1 AND queue = ?';
    this.#run(sql, queue);
  }

  /** What waits in a queue, in order. */
  waiting(queue: string, afterSeq: number): WaitingRow[] {
    const sql = `SELECT seq, id, content_type AS contentType, redeliveries FROM messages WHERE queue = ? AND seq > ? ORDER BY seq`;
    return this.#all(sql, queue, afterSeq) as unknown as WaitingRow[];
  }

  /** The place of the newest message that was ever inserted. */
  newest(): number {
    return this.#number(
      "SELECT coalesce(max(seq), 0) AS seq FROM sqlite_sequence WHERE name = 'messages'",
      'seq',
    );
  }

  body(seq: number): Uint8Array {
    const row = this.#all('SELECT body FROM bodies WHERE seq = ?', seq)[0];
    return row?.body as Uint8Array;
  }

  ready(queue: string): number {
    return this.#number(
      'SELECT count(*) AS n FROM messages WHERE queue = ? AND held = 0',
      'n',
      queue,
    );
  }

  look(): BrokerLook {
    return lookAt(this.#db);
  }

  /** Those that died first. */
  dead(limit: number): DeadRow[] {
    const sql = `SELECT seq, id, queue, content_type AS contentType, body, reason, dead_at AS deadAt
      FROM dead ORDER BY dead_at, seq LIMIT ?`;
    return this.#all(sql, limit).map((row) => ({
      ...(row as unknown as DeadRow),
      deadAt: new Date(row.deadAt as number).toISOString(),
    }));
  }

  removeDead(seq: number): void {
    this.#run('DELETE FROM dead WHERE seq = ?', seq);
  }

  close(): void {
    this.#db.close();
    if (this.#log !== undefined) closeSync(this.#log);
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #run(sql: string, ...values: (string | number | bigint | Uint8Array)[]) {
    return this.#statement(sql).run(...values);
  }

  #all(sql: string, ...values: (string | number)[]) {
    return this.#statement(sql).all(...values);
  }

  #number(sql: string, column: string, ...values: (string | number)[]): number {
    return this.#statement(sql).get(...values)?.[column] as number;
  }
}
