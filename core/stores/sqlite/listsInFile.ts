/** What the tables hold as it is: lists by pages, and the rows of reservations, open orders and the period. */
import { keyBy, pageOf, readCursor, shapeOf } from '../../cursor.ts';
import { type AppliedBatch, intakeReport } from '../../intakeReport.ts';
import type {
  Checkpoint,
  CheckpointKey,
  Location,
  OpenOrder,
  Period,
  Reservation,
  ReservationLine,
} from '../../ledger.ts';
import { limits } from '../../limits.ts';
import type { LogLine } from '../../logLine.ts';
import type { NamedMessage } from '../../pack.ts';
import {
  type Backlog,
  CASE,
  CLOSED,
  type Declaration,
  type ListChapter,
  type Page,
  type Paged,
} from '../../ports.ts';
import { emptyDatabase } from './readDatabase.ts';
import { Conditions, fieldsOf, type Row, Statements } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';

/** What is done is kept where it says since when, and in no list. */
const OPEN = '* FROM (SELECT * FROM open_orders WHERE quantity > 0)';

export const listsInFile = (file: StoreFile): ListChapter => ({
  sources: async () =>
    file.read((statements) => statements.column('SELECT source FROM inbox_sources ORDER BY 1')),

  async *messages() {
    const sql = `SELECT document, source, message_id, contenthash, json_array_length(packs), id
      FROM documents WHERE id > ? ORDER BY id LIMIT ?`;
    for (let last: number | undefined = -1; last !== undefined; ) {
      const values = [last, limits.pageRows];
      const rows = file.read((statements) => statements.arrays(sql, values));
      yield rows as unknown as NamedMessage[];
      last = rows.at(-1)?.at(-1) as number | undefined;
    }
  },

  async checkpoint(sku, at) {
    const sql = `SELECT sku, at, rank, seq, after_seq AS afterSeq, state FROM checkpoints
      WHERE sku = ? AND at <= ? ORDER BY at DESC, seq DESC LIMIT 1`;
    return file.read((statements) => statements.rows<Checkpoint>(sql, [sku, at]))[0];
  },

  async checkpoints(page) {
    const list = { rows: 'sku, at, seq FROM checkpoints', key: ['sku', 'at', 'seq'] };
    return tablePage<CheckpointKey>(file, list, page);
  },

  async dueReservations(now, limit) {
    const sql = `SELECT id FROM reservations INDEXED BY reservations_due
      WHERE state = 'pending' AND expires_at <> '' AND expires_at <= ?
      ORDER BY expires_at, id LIMIT ?`;
    return file.read((statements) => statements.column(sql, [now, limit]));
  },

  async reservations({ sku, state, reference }, page) {
    const where = new Conditions().add('state = ?', state);
    where.add("reference <> '' AND reference = ?", reference);
    where.add('id IN (SELECT id FROM reservation_lines WHERE sku = ?)', sku);
    const list = { rows: '* FROM reservations', key: ['id'], of: reservationOf };
    return tablePage(file, list, page, where);
  },

  async openOrders({ sku }, page) {
    const list = { rows: OPEN, key: ['sku', 'due', 'document', 'line'], exact: true };
    return tablePage<OpenOrder>(file, list, page, new Conditions().add('sku = ?', sku));
  },

  backlog: async () => file.read(backlogIn),

  async location(code) {
    return tablePage(file, places, ONE, new Conditions().add('location = ?', code)).rows[0];
  },

  locations: async (page) => tablePage(file, places, page),

  declared: async () => ({ found: file.read(declaredIn), wanted: declaredInNone() }),

  async missingPacks() {
    const sql = 'SELECT coalesce(max(id), 0) - count(*) FROM packs';
    return file.read((statements) => statements.column<number>(sql)[0]!);
  },

  async log({ about, name }, page) {
    const list = { rows: '* FROM log', key: ['about', 'name', 'version'] };
    const where = new Conditions().add('about = ?', about).add('name = ?', name);
    return tablePage<LogLine>(file, list, page, where);
  },

  intake: async (intakeId) =>
    intakeReport(file.read((statements) => appliedOf(statements, intakeId))),
  period: async () => file.read(periodIn),
});

const states = CLOSED.map((state) => `'${state}'`).join();
const WAITS = `id NOT IN (SELECT id FROM control WHERE kind = '${CASE}' AND state IN (${states}))`;

const backlogIn = (statements: Statements): Backlog => ({
  parked: statements.rows(
    `SELECT flow, count(*) AS records, min(parked_at) AS since FROM parked WHERE ${WAITS}
      GROUP BY flow ORDER BY flow`,
    [],
  ),
  dead: statements.column<number>(`SELECT count(*) FROM dead_letters WHERE ${WAITS}`)[0]!,
  outbox: statements.column<number>('SELECT count(*) FROM outbox')[0]!,
});

const APPLIED = `SELECT *, batch AS "index", existing AS "exists" FROM applied_batches
  WHERE intake_id = ?`;

const appliedOf = (statements: Statements, intakeId: string): AppliedBatch[] =>
  statements.all(APPLIED, [intakeId]).map((row) => fieldsOf<AppliedBatch>(row, 'answers'));

const declaredIn = (statements: Statements): Declaration[] =>
  statements.rows('SELECT type, name, sql FROM sqlite_schema', []);

function declaredInNone(): Declaration[] {
  const { database, close } = emptyDatabase();
  const declared = declaredIn(new Statements(database));
  close();
  return declared;
}

/** A list of what a table has: columns and table, what it is ordered by, and what a row gives where that is not its fields. */
export interface TableList<Item> {
  rows: string;
  key: readonly string[];
  of?(row: Row, statements: Statements): Item;
  /** Where quantities are among the columns. */
  exact?: boolean;
}

const ONE = { limit: 1 };
const places: TableList<Location> = {
  ...{ rows: '* FROM locations', key: ['location'] },
  of: (row) => fieldsOf<Location>(row, 'attributes'),
};

export function tablePage<Item>(
  file: StoreFile,
  { rows: what, key, of = (row) => fieldsOf<Item>(row), exact }: TableList<Item>,
  page: Page,
  where: Conditions = new Conditions(),
): Paged<Item> {
  const columns = key.join();
  const after = readCursor(page.after, shapeOf(key));
  if (after) where.add(`(${columns}) > (${key.map(() => '?').join()})`, ...after);
  const sql = `SELECT ${what} WHERE ${where} ORDER BY ${columns} LIMIT ?`;
  return file.atOneMoment(({ statements }) => {
    const found = statements.all(sql, [...where.values, page.limit + 1], exact);
    const { rows, ...rest } = pageOf(found, page.limit, keyBy(key));
    return { rows: rows.map((row) => of(row, statements)), ...rest };
  });
}

const LINES = `SELECT line, sku, place, pool, lot, quantity, committed
  FROM reservation_lines WHERE id = ? ORDER BY position`;

export function reservationById(statements: Statements, id: string): Reservation | undefined {
  const row = statements.get('SELECT * FROM reservations WHERE id = ?', [id]);
  return row && reservationOf(row, statements);
}

function reservationOf(row: Row, statements: Statements): Reservation {
  const lines = statements.rows<ReservationLine>(LINES, [row.id as string], true);
  return { ...fieldsOf<Omit<Reservation, 'lines'>>(row, 'log'), lines };
}

export const openOrdersOf = (statements: Statements, document: string): OpenOrder[] =>
  statements.rows('SELECT * FROM open_orders WHERE document = ? ORDER BY line', [document], true);

export const periodIn = (statements: Statements): Period =>
  fieldsOf<Period>(statements.get('SELECT * FROM period', [])!, 'log');
