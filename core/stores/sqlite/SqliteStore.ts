import { earlierOf } from '../../commit.ts';
import { pageOf } from '../../cursor.ts';
import { StockbusError } from '../../errors.ts';
import type { Checkpoint, Location, OutboxRecord } from '../../ledger.ts';
import { batchKey } from '../../ledger.ts';
import type { ParkedRecord } from '../../message.ts';
import type { Page, ReservationFilter, Store } from '../../ports.ts';
import { booksFrom, PackLists } from '../packs/PackLists.ts';
import { CommitWriter } from './CommitWriter.ts';
import { periodIn } from './claimRows.ts';
import { eventGroups, eventsAfter, FORGET_EVENTS, moveRelayed } from './EventTable.ts';
import { InboxTable } from './InboxTable.ts';
import {
  checkpointsPage,
  openOrdersPage,
  parkedPage,
  recostsPage,
  reservationsPage,
} from './lists.ts';
import { loadBooks } from './loadBooks.ts';
import { type OpenDatabase, openDatabase, translated } from './openDatabase.ts';
import { parkedOfRow } from './parkedOfRow.ts';
import { SqliteClosings } from './SqliteClosings.ts';
import { SqlitePacks } from './SqlitePacks.ts';
import { Statements } from './Statements.ts';
import { selectIntakeReport } from './selectIntakeReport.ts';

interface Opened extends OpenDatabase {
  statements: Statements;
  inbox: InboxTable;
  writer: CommitWriter;
}

/** The more, the fewer times a page is written; beyond this little is gained. */
const COMMIT_BATCHES = 16;

/**
 * Stock in one SQLite file. Calls run at once, one after another; other processes may read the same
 * file at any time, and write it: each commit takes SQLite's write lock.
 */
export class SqliteStore implements Store {
  readonly commitBatches = COMMIT_BATCHES;
  readonly #folder: string;
  readonly #open: (folder: string) => OpenDatabase;
  readonly #packs: SqlitePacks;
  readonly #closings: SqliteClosings;
  readonly #lists: PackLists;
  #opened: Opened | undefined;

  constructor(folder: string, open: (folder: string) => OpenDatabase = openDatabase) {
    this.#folder = folder;
    this.#open = open;
    const use = <T>(action: (statements: Statements) => T): T =>
      this.#use(({ statements }) => action(statements));
    this.#packs = new SqlitePacks(use);
    this.#closings = new SqliteClosings(use);
    this.#lists = new PackLists(this.#packs, this.#closings);
  }

  async open(): Promise<void> {
    this.#opened ??= this.#openedNow();
  }

  #openedNow(): Opened {
    const open = this.#open(this.#folder);
    const statements = new Statements(open.database);
    const inbox = new InboxTable(open.database);
    return {
      ...open,
      statements,
      inbox,
      writer: new CommitWriter(open.database, statements, inbox),
    };
  }

  readonly load: Store['load'] = async (request) =>
    this.#atOneMoment(({ statements }) => loadBooks(statements, this.#packs, request));
  readonly inbox: Store['inbox'] = async (keys) =>
    this.#atOneMoment(({ inbox }) => inbox.find(keys));

  async sources(): Promise<string[]> {
    const sql = 'SELECT source FROM inbox_sources ORDER BY source';
    return this.#use(({ statements }) =>
      statements.all(sql, []).map(({ source }) => source as string),
    );
  }

  async appliedBatches(
    batches: readonly { intakeId: string; index: number; digest: string }[],
  ): Promise<Set<string>> {
    const sql = 'SELECT 1 FROM applied_batches WHERE intake_id = ? AND batch = ? AND digest = ?';
    return this.#use(({ statements }) => {
      const applied = batches.filter(({ intakeId, index, digest }) =>
        statements.get(sql, [intakeId, index, digest]),
      );
      return new Set(applied.map(batchKey));
    });
  }

  readonly commit: Store['commit'] = async (decided) =>
    this.#use(({ writer }) => writer.write(decided));
  readonly finalUntil: Store['finalUntil'] = async (until) =>
    this.#use(({ writer }) => earlierOf(writer.lastRecorded(), until));

  async checkpoint(sku: string, at: string): Promise<Checkpoint | undefined> {
    const sql = `SELECT sku, at, seq, after_seq AS afterSeq, state FROM checkpoints
      WHERE sku = ? AND at <= ? ORDER BY at DESC, seq DESC LIMIT 1`;
    return this.#use(({ statements }) => statements.rows<Checkpoint>(sql, [sku, at]))[0];
  }

  readonly entriesAfter: Store['entriesAfter'] = (sku, seq, limit) =>
    this.#lists.entriesAfter(sku, seq, limit);

  async recosts(page: Page) {
    const skus = this.#use(({ statements }) => recostsPage(statements, page));
    const { rows, ...rest } = pageOf(skus, page.limit, (sku) => [sku]);
    const current = await this.#packs.current(rows);
    return { rows: current.map((packs) => booksFrom(packs).head), ...rest };
  }

  async dueReservations(now: string, limit: number): Promise<string[]> {
    const sql = `SELECT id FROM reservations INDEXED BY reservations_due
      WHERE state = 'pending' AND expires_at <> '' AND expires_at <= ?
      ORDER BY expires_at, id LIMIT ?`;
    return this.#use(({ statements }) =>
      statements.all(sql, [now, limit]).map(({ id }) => id as string),
    );
  }

  async outbox(limit: number) {
    const sql = 'SELECT id, topic, count, body FROM outbox ORDER BY position LIMIT ?';
    return this.#use(({ statements }) => statements.rows<OutboxRecord>(sql, [limit]));
  }

  async published(ids: readonly string[], relayedAt: string): Promise<void> {
    if (ids.length > 0) this.#use((opened) => moveRelayed(opened, ids, relayedAt));
  }

  readonly eventGroups: Store['eventGroups'] = async () =>
    this.#use(({ statements }) => eventGroups(statements));
  readonly events: Store['events'] = async (from, limit) =>
    this.#use(({ statements }) => eventsAfter(statements, from, limit));
  readonly forgetEvents: Store['forgetEvents'] = async (before, most) =>
    this.#use(({ database }) => Number(database.prepare(FORGET_EVENTS).run(before, most).changes));
  readonly stock: Store['stock'] = (filter, page) => this.#lists.stock(filter, page);
  readonly ledger: Store['ledger'] = (filter, page) => this.#lists.ledger(filter, page);
  readonly valuation: Store['valuation'] = (filter, page) => this.#lists.valuation(filter, page);

  async reservations(filter: ReservationFilter, page: Page) {
    const rows = this.#atOneMoment(({ statements }) => reservationsPage(statements, filter, page));
    return pageOf(rows, page.limit, ({ id }) => [id]);
  }

  async openOrders(filter: { sku?: string }, page: Page) {
    const rows = this.#use(({ statements }) => openOrdersPage(statements, filter, page));
    return pageOf(rows, page.limit, ({ sku, due, document, line }) => [sku, due, document, line]);
  }

  readonly period: Store['period'] = async () =>
    this.#use(({ statements }) => periodIn(statements));
  readonly intake: Store['intake'] = async (intakeId) =>
    this.#use(({ statements }) => selectIntakeReport(statements, intakeId));

  async parked(filter: { flow?: string }, page: Page) {
    const found = this.#use(({ statements }) => parkedPage(statements, filter, page));
    const { rows, ...rest } = pageOf(found, page.limit, (row) => [
      row.parked_at as string,
      row.id as string,
    ]);
    return { rows: rows.map(parkedOfRow), ...rest };
  }

  async parkedRecord(id: string): Promise<ParkedRecord | undefined> {
    const sql = 'SELECT * FROM parked WHERE id = ?';
    const row = this.#use(({ statements }) => statements.get(sql, [id]));
    return row && parkedOfRow(row);
  }

  async location(code: string): Promise<Location | undefined> {
    const sql = 'SELECT * FROM locations WHERE location = ?';
    const row = this.#use(({ statements }) => statements.get(sql, [code]));
    return row && ({ ...row, attributes: JSON.parse(row.attributes as string) } as Location);
  }

  readonly heads: Store['heads'] = (page) => this.#lists.heads(page);
  readonly layers: Store['layers'] = (page) => this.#lists.layers(page);
  readonly packs: Store['packs'] = (of) => this.#lists.packs(of);
  readonly packTexts: Store['packTexts'] = (after) => this.#packs.texts(after);
  readonly packsByKey: Store['packsByKey'] = (keys) => this.#packs.byKey(keys);
  readonly pointers: Store['pointers'] = (filter, page) => this.#lists.pointers(filter, page);
  readonly lostSkus: Store['lostSkus'] = () => this.#packs.lostSkus();

  async checkpoints(page: Page) {
    const rows = this.#use(({ statements }) => checkpointsPage(statements, page));
    return pageOf(rows, page.limit, ({ sku, at, seq }) => [sku, at, seq]);
  }

  readonly closings: Store['closings'] = () => this.#closings.closings();
  readonly closingParts: Store['closingParts'] = (filter) => this.#closings.closingParts(filter);
  readonly addClosingParts: Store['addClosingParts'] = (parts) =>
    this.#closings.addClosingParts(parts);
  readonly completeClosing: Store['completeClosing'] = (closing) =>
    this.#closings.completeClosing(closing);

  async ping(): Promise<void> {
    this.#use(({ statements }) => statements.get('SELECT 1 FROM skus LIMIT 1', []));
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened) translated(this.#folder, () => opened.close());
  }

  /** Several reads that see the same commits, whatever other processes write meanwhile. */
  #atOneMoment<T>(read: (opened: Opened) => T): T {
    return this.#use((opened) => {
      opened.statements.run('BEGIN');
      try {
        return read(opened);
      } finally {
        opened.statements.run('COMMIT');
      }
    });
  }

  #use<T>(action: (opened: Opened) => T): T {
    const opened = this.#opened;
    if (!opened) throw new StockbusError('SHUTTING_DOWN', `the store in ${this.#folder} is closed`);
    const file = `${this.#folder}/store.db`;
    const result = translated(file, () => action(opened));
    if (!opened.isOutdated()) return result;
    opened.close();
    this.#opened = this.#openedNow();
    return this.#use(action);
  }
}
