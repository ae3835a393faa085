/** What the tables hold as it is: lists by pages, and the rows of reservations, open orders and the period. */
import { keyBy, pageOf, readCursor, shapeOf } from '../../cursor.ts';
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
import type { ParkedRecord } from '../../message.ts';
import type { NamedMessage } from '../../pack.ts';
import type { Declaration, ListChapter, LogFilter, Page, Paged } from '../../ports.ts';
import { emptyDatabase } from './readDatabase.ts';
import { Conditions, type Row, Statements } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';
import { selectIntakeReport } from './selectIntakeReport.ts';

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
    const list = { rows: 'sku, at, seq FROM checkpoints', key: ['sku', 'at', 'seq'], of: same };
    return tablePage<CheckpointKey>(file, list, page);
  },

  async dueReservations(now, limit) {
    const sql = `SELECT id FROM reservations INDEXED BY reservations_due
      WHERE state = 'pending' AND expires_at <> '' AND expires_at <= ?
      ORDER BY expires_at, id LIMIT ?`;
    return file.read((statements) => statements.column(sql, [now, limit]));
  },

  async reservations({ sku, state }, page) {
    const where = new Conditions().add('state = ?', state);
    where.add('id IN (SELECT id FROM reservation_lines WHERE sku = ?)', sku);
    const list = { rows: '* FROM reservations', key: ['id'], of: reservationOf };
    return tablePage(file, list, page, where);
  },

  async openOrders({ sku }, page) {
    const list = { rows: OPEN, key: ['sku', 'due', 'document', 'line'], of: same, exact: true };
    return tablePage<OpenOrder>(file, list, page, new Conditions().add('sku = ?', sku));
  },

  async parked({ flow }, page) {
    const list = { rows: '* FROM parked', key: ['parked_at', 'id'], of: parkedOf };
    return tablePage(file, list, page, new Conditions().add('flow = ?', flow));
  },

  async parkedRecord(id) {
    const row = rowIn(file, 'parked', 'id', id);
    return row && parkedOf(row);
  },

  async location(code) {
    const row = rowIn(file, 'locations', 'location', code);
    return row && locationOf(row);
  },

  async locations(page) {
    return tablePage(file, { rows: '* FROM locations', key: ['location'], of: locationOf }, page);
  },

  async declared() {
    const sql = 'SELECT type, name, sql FROM sqlite_schema';
    const { database, close } = emptyDatabase();
    const wanted = new Statements(database).rows<Declaration>(sql, []);
    close();
    return { found: file.read((statements) => statements.rows<Declaration>(sql, [])), wanted };
  },

  log: async (filter, page) => logPage(file, filter, page),
  period: async () => file.read(periodIn),
  intake: async (intakeId) => file.read((statements) => selectIntakeReport(statements, intakeId)),
});

function logPage(file: StoreFile, { about, name }: LogFilter, page: Page): Paged<LogLine> {
  const list = { rows: '* FROM log', key: ['about', 'name', 'version'], of: same };
  const where = new Conditions().add('about = ?', about).add('name = ?', name);
  return tablePage<LogLine>(file, list, page, where);
}

const rowIn = (file: StoreFile, table: string, column: string, key: string): Row | undefined =>
  file.read((statements) => statements.get(`SELECT * FROM ${table} WHERE ${column} = ?`, [key]));

/** A list of what a table has: columns and table, what it is ordered by, and what a row gives. */
interface TableList<Item> {
  rows: string;
  key: readonly string[];
  of(row: Row, statements: Statements): Item;
  /** Where quantities are among the columns. */
  exact?: boolean;
}

const locationOf = (row: Row): Location =>
  ({ ...row, attributes: JSON.parse(row.attributes as string) }) as Location;
const same = <Item>(row: Row): Item => ({ ...row }) as Item;

export function tablePage<Item>(
  file: StoreFile,
  { rows: what, key, of, exact }: TableList<Item>,
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
  const { expires_at: expiresAt, log, ...rest } = row;
  const lines = statements.rows<ReservationLine>(LINES, [row.id as string], true);
  return { ...rest, expiresAt, lines, log: JSON.parse(log as string) } as Reservation;
}

export const openOrdersOf = (statements: Statements, document: string): OpenOrder[] =>
  statements.rows('SELECT * FROM open_orders WHERE document = ? ORDER BY line', [document], true);

export function periodIn(statements: Statements): Period {
  const { version, closed_through, log } = statements.get('SELECT * FROM period', [])!;
  return { version, closedThrough: closed_through, log: JSON.parse(log as string) } as Period;
}

function parkedOf(row: Row): ParkedRecord {
  const { id, intake_id, flow, name, stage, faults, record, content } = row;
  const { type, source, message_id } = row;
  return {
    ...{ id, stage, record, content, faults: JSON.parse(faults as string) },
    origin: { intakeId: intake_id, flow, name },
    ...(type === null ? {} : { type }),
    ...(source === null ? {} : { source }),
    ...(message_id === null ? {} : { messageId: message_id }),
  } as ParkedRecord;
}
