import type { DatabaseSync } from 'node:sqlite';
import { pageOf, readCursor } from '../../cursor.ts';
import { StockbusError } from '../../errors.ts';
import type { Commit, CostLayer, InboxRecord, Location, SkuHead } from '../../ledger.ts';
import { batchKey } from '../../ledger.ts';
import type { IntakeReport, ParkedRecord } from '../../message.ts';
import type {
  CommitResult,
  LedgerFilter,
  Loaded,
  LoadRequest,
  Page,
  StockFilter,
  Store,
} from '../../ports.ts';
import { stockAsOf, valuationAsOf, valuationOf, virtualList } from './asOf.ts';
import { CommitWriter } from './CommitWriter.ts';
import { ledgerPage } from './ledgerPage.ts';
import { openDatabase, translated } from './openDatabase.ts';
import { balanceOf, headOf, inboxOf, layerOf, locationOf, parkedOf } from './rows.ts';
import { Conditions, Statements } from './Statements.ts';

const HEADS = `SELECT heads.sku, version, seq, recorded_at, pools, name, unit, valuation, barcode,
  item_group, attributes FROM heads LEFT JOIN items ON items.sku = heads.sku`;

interface Opened {
  database: DatabaseSync;
  statements: Statements;
  writer: CommitWriter;
}

/**
 * Stock in one SQLite file. Calls run at once, one after another; other processes may read the same
 * file at any time, and write it: each commit takes SQLite's write lock.
 */
export class SqliteStore implements Store {
  readonly #folder: string;
  #opened: Opened | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(): Promise<void> {
    if (this.#opened) return;
    const database = openDatabase(this.#folder);
    const statements = new Statements(database);
    this.#opened = { database, statements, writer: new CommitWriter(database) };
  }

  async load(request: LoadRequest): Promise<Loaded> {
    const loaded = this.#atOneMoment((statements) => ({
      heads: request.skus.map((sku) => {
        const row = statements.get(`${HEADS} WHERE heads.sku = ?`, [sku]);
        return row ? headOf(row) : emptyHead(sku);
      }),
      balances: request.balances.flatMap(({ sku, place, lot, status }) => {
        const sql = 'SELECT * FROM balances WHERE sku = ? AND place = ? AND lot = ? AND status = ?';
        const row = statements.get(sql, [sku, place, lot, status], true);
        return row ? [balanceOf(row)] : [];
      }),
      layers: request.layers.flatMap(({ sku, pool, count, after }) => {
        const sql = `SELECT * FROM layers WHERE sku = ? AND pool = ? AND (seq, part) > (?, ?)
          ORDER BY seq, part LIMIT ?`;
        const values = [sku, pool, after?.seq ?? -1, after?.part ?? -1, count];
        return statements.all(sql, values, true).map(layerOf);
      }),
    }));
    this.#use(({ writer }) => writer.remember(loaded.heads));
    return loaded;
  }

  async inbox(keys: readonly { source: string; id: string }[]): Promise<InboxRecord[]> {
    const sql = 'SELECT * FROM inbox WHERE source = ? AND id = ?';
    return this.#use(({ statements }) =>
      keys.flatMap(({ source, id }) => {
        const row = statements.get(sql, [source, id]);
        return row ? [inboxOf(row)] : [];
      }),
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

  async commit(commit: Commit): Promise<CommitResult> {
    return this.#use(({ writer }) => writer.write(commit));
  }

  async outbox(limit: number) {
    const sql = 'SELECT id, topic, count, body FROM outbox ORDER BY position LIMIT ?';
    return this.#use(({ statements }) =>
      statements.all(sql, [limit]).map((row) => ({
        id: row.id as string,
        topic: row.topic as Commit['outbox'][number]['topic'],
        count: row.count as number,
        body: row.body as string,
      })),
    );
  }

  async published(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const sql = 'DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?))';
    this.#use(({ statements }) => statements.run(sql, [JSON.stringify(ids)]));
  }

  async stock(filter: StockFilter, page: Page) {
    const { asOf } = filter;
    const rows = this.#atOneMoment((statements) => {
      if (asOf !== undefined) return stockAsOf(statements, { ...filter, asOf }, page);
      const where = new Conditions().add('sku = ?', filter.sku).add('place = ?', filter.place);
      if (filter.place === undefined) where.add(`place NOT IN (${virtualList})`);
      const after = readCursor(page.after, ['string', 'string', 'string', 'string']);
      if (after) where.add('(sku, place, lot, status) > (?, ?, ?, ?)', ...after);
      const sql = `SELECT * FROM balances WHERE ${where} ORDER BY sku, place, lot, status LIMIT ?`;
      return statements.all(sql, [...where.values, page.limit + 1], true).map(balanceOf);
    });
    return pageOf(rows, page.limit, (row) => [row.sku, row.place, row.lot, row.status]);
  }

  async ledger(filter: LedgerFilter, page: Page) {
    const rows = this.#use(({ statements }) => ledgerPage(statements, filter, page));
    return pageOf(rows, page.limit, (row) => [row.sku, row.seq]);
  }

  async valuation(filter: { sku?: string; asOf?: string }, page: Page) {
    const { asOf } = filter;
    const rows = this.#atOneMoment((statements) => {
      if (asOf !== undefined) return valuationAsOf(statements, { ...filter, asOf }, page);
      const where = new Conditions().add('sku = ?', filter.sku);
      const after = readCursor(page.after, ['string', 'string']);
      if (after) where.add('sku >= ?', after[0]).add('(sku, pool) > (?, ?)', ...after);
      const sql = `SELECT sku, pool, quantity, value FROM pools WHERE ${where}
        ORDER BY sku, pool LIMIT ?`;
      return statements.all(sql, [...where.values, page.limit + 1], true).map(valuationOf);
    });
    return pageOf(rows, page.limit, (row) => [row.sku, row.pool]);
  }

  async intake(intakeId: string): Promise<IntakeReport | undefined> {
    const sql = `SELECT flow, name, COUNT(DISTINCT batch) AS applied, MAX(batches) AS batches,
      SUM(records) AS records, SUM(filtered) AS filtered, SUM(messages) AS messages,
      SUM(booked) AS booked, SUM(existing) AS existing, SUM(parked) AS parked,
      MIN(recorded_at) AS first_at, MAX(recorded_at) AS last_at
      FROM applied_batches WHERE intake_id = ? GROUP BY intake_id`;
    const row = this.#use(({ statements }) => statements.get(sql, [intakeId]));
    if (!row) return undefined;
    const batches = row.batches as number | null;
    return {
      origin: { intakeId, flow: row.flow as string, name: row.name as string },
      records: row.records as number,
      filtered: row.filtered as number,
      messages: row.messages as number,
      booked: row.booked as number,
      exists: row.existing as number,
      parked: row.parked as number,
      appliedBatches: row.applied as number,
      ...(batches === null ? {} : { batches }),
      firstAt: row.first_at as string,
      lastAt: row.last_at as string,
      done: row.applied === batches,
    };
  }

  async parked(filter: { flow?: string }, page: Page) {
    const where = new Conditions().add('flow = ?', filter.flow);
    const after = readCursor(page.after, ['string', 'string']);
    if (after) where.add('(parked_at, id) > (?, ?)', ...after);
    const sql = `SELECT * FROM parked WHERE ${where} ORDER BY parked_at, id LIMIT ?`;
    const rows = this.#use(({ statements }) =>
      statements.all(sql, [...where.values, page.limit + 1]),
    );
    const { rows: some, ...rest } = pageOf(rows, page.limit, (row) => [
      row.parked_at as string,
      row.id as string,
    ]);
    return { rows: some.map(parkedOf), ...rest };
  }

  async parkedRecord(id: string): Promise<ParkedRecord | undefined> {
    const sql = 'SELECT * FROM parked WHERE id = ?';
    const row = this.#use(({ statements }) => statements.get(sql, [id]));
    return row && parkedOf(row);
  }

  async location(code: string): Promise<Location | undefined> {
    const sql = 'SELECT * FROM locations WHERE location = ?';
    const row = this.#use(({ statements }) => statements.get(sql, [code]));
    return row && locationOf(row);
  }

  async heads(page: Page) {
    const [sku] = readCursor(page.after, ['string']) ?? [];
    const where = new Conditions().add('heads.sku > ?', sku);
    const sql = `${HEADS} WHERE ${where} ORDER BY heads.sku LIMIT ?`;
    const rows = this.#use(({ statements }) =>
      statements.all(sql, [...where.values, page.limit + 1]).map(headOf),
    );
    return pageOf(rows, page.limit, (row): [string] => [row.sku]);
  }

  async layers(page: Page) {
    const after = readCursor(page.after, ['string', 'string', 'number', 'number']);
    const where = new Conditions();
    if (after) where.add('(sku, pool, seq, part) > (?, ?, ?, ?)', ...after);
    const sql = `SELECT * FROM layers WHERE ${where} ORDER BY sku, pool, seq, part LIMIT ?`;
    const rows = this.#use(({ statements }): CostLayer[] =>
      statements.all(sql, [...where.values, page.limit + 1], true).map(layerOf),
    );
    return pageOf(rows, page.limit, (row) => [row.sku, row.pool, row.seq, row.part]);
  }

  async ping(): Promise<void> {
    this.#use(({ statements }) => statements.get('SELECT 1 FROM heads LIMIT 1', []));
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    if (opened) translated(this.#folder, () => opened.database.close());
  }

  /** Several reads that see the same commits, whatever other processes write meanwhile. */
  #atOneMoment<T>(read: (statements: Statements) => T): T {
    return this.#use(({ statements }) => {
      statements.run('BEGIN');
      try {
        return read(statements);
      } finally {
        statements.run('COMMIT');
      }
    });
  }

  #use<T>(action: (opened: Opened) => T): T {
    const opened = this.#opened;
    if (!opened) throw new StockbusError('SHUTTING_DOWN', `the store in ${this.#folder} is closed`);
    return translated(`${this.#folder}/store.db`, () => action(opened));
  }
}

function emptyHead(sku: string): SkuHead {
  return { sku, version: 0, seq: 0, item: undefined, pools: [], recordedAt: '' };
}
