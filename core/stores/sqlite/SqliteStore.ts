import { earlierOf } from '../../commit.ts';
import { StockbusError } from '../../errors.ts';
import type { Checkpoint, Location, OutboxRecord } from '../../ledger.ts';
import { batchKey } from '../../ledger.ts';
import type { Page, Paged, ReservationFilter, Store } from '../../ports.ts';
import { loadedFrom, PackLists } from '../packs/PackLists.ts';
import { CommitWriter } from './CommitWriter.ts';
import { eventGroups, eventsAfter, FORGET_EVENTS, moveRelayed } from './EventTable.ts';
import { InboxTable } from './InboxTable.ts';
import { type OpenDatabase, openDatabase, translated } from './openDatabase.ts';
import { SqliteClosings } from './SqliteClosings.ts';
import { SqlitePacks } from './SqlitePacks.ts';
import { Conditions, Statements } from './Statements.ts';
import { selectIntakeReport } from './selectIntakeReport.ts';
import {
  openOrdersOf,
  parkedOfRow,
  periodIn,
  reservationById,
  type TableList,
  tableLists,
  tablePage,
} from './tableLists.ts';

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

  readonly load: Store['load'] = async ({ skus, reservations, openOrders }) =>
    this.#atOneMoment(({ statements }) => {
      const current = skus.map((sku) => this.#packs.currentOf(statements, sku));
      return {
        ...loadedFrom(skus, current),
        reservations: reservations.flatMap((id) => reservationById(statements, id) ?? []),
        openOrders: openOrders.flatMap((document) => openOrdersOf(statements, document)),
        period: periodIn(statements),
      };
    });
  readonly inbox: Store['inbox'] = async (keys) =>
    this.#atOneMoment(({ inbox }) => inbox.find(keys));

  readonly sources: Store['sources'] = async () =>
    this.#use(({ statements }) =>
      statements.column('SELECT source FROM inbox_sources ORDER BY source'),
    );

  readonly appliedBatches: Store['appliedBatches'] = async (batches) => {
    const sql = 'SELECT 1 FROM applied_batches WHERE intake_id = ? AND batch = ? AND digest = ?';
    return this.#use(({ statements }) => {
      const applied = batches.filter(({ intakeId, index, digest }) =>
        statements.get(sql, [intakeId, index, digest]),
      );
      return new Set(applied.map(batchKey));
    });
  };

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

  readonly recosts: Store['recosts'] = async (page) =>
    this.#lists.recosts(this.#page(tableLists.recosts, page, new Conditions().add('recosts = 1')));

  async dueReservations(now: string, limit: number): Promise<string[]> {
    const sql = `SELECT id FROM reservations INDEXED BY reservations_due
      WHERE state = 'pending' AND expires_at <> '' AND expires_at <= ?
      ORDER BY expires_at, id LIMIT ?`;
    return this.#use(({ statements }) => statements.column(sql, [now, limit]));
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

  async reservations({ sku, state }: ReservationFilter, page: Page) {
    const where = new Conditions().add('state = ?', state);
    where.add('id IN (SELECT id FROM reservation_lines WHERE sku = ?)', sku);
    return this.#page(tableLists.reservations, page, where);
  }

  readonly openOrders: Store['openOrders'] = async ({ sku }, page) =>
    this.#page(tableLists.openOrders, page, new Conditions().add('sku = ?', sku));
  readonly parked: Store['parked'] = async ({ flow }, page) =>
    this.#page(tableLists.parked, page, new Conditions().add('flow = ?', flow));
  readonly checkpoints: Store['checkpoints'] = async (page) =>
    this.#page(tableLists.checkpoints, page, new Conditions());
  readonly period: Store['period'] = async () =>
    this.#use(({ statements }) => periodIn(statements));
  readonly intake: Store['intake'] = async (intakeId) =>
    this.#use(({ statements }) => selectIntakeReport(statements, intakeId));

  readonly parkedRecord: Store['parkedRecord'] = async (id) => {
    const sql = 'SELECT * FROM parked WHERE id = ?';
    const row = this.#use(({ statements }) => statements.get(sql, [id]));
    return row && parkedOfRow(row);
  };

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

  #page<Item>(list: TableList<Item>, page: Page, where: Conditions): Paged<Item> {
    return this.#atOneMoment(({ statements }) => tablePage(statements, list, page, where));
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
