/** What the tables hold as it is: lists by pages, and the rows of reservations, open orders and the period. */
import { type CursorPart, pageOf, readCursor } from '../../cursor.ts';
import type {
  CheckpointKey,
  OpenOrder,
  Period,
  Reservation,
  ReservationLine,
} from '../../ledger.ts';
import type { ParkedRecord } from '../../message.ts';
import type { Page, Paged } from '../../ports.ts';
import type { Conditions, Row, Statements } from './Statements.ts';

/** A list of what a table has: columns and table, what it is ordered by, and what a row gives. */
export interface TableList<Item> {
  rows: string;
  key: readonly string[];
  of(row: Row, statements: Statements): Item;
  /** Where quantities are among the columns. */
  exact?: true;
}

const listOf = <Item>(list: TableList<Item>): TableList<Item> => list;

export const tableLists = {
  recosts: listOf({
    rows: 'sku FROM skus INDEXED BY skus_recosts',
    key: ['sku'],
    of: ({ sku }) => sku as string,
  }),
  checkpoints: listOf({
    rows: 'sku, at, seq FROM checkpoints',
    key: ['sku', 'at', 'seq'],
    of: (row) => ({ ...row }) as unknown as CheckpointKey,
  }),
  reservations: listOf({ rows: '* FROM reservations', key: ['id'], of: reservationOf }),
  openOrders: listOf({
    rows: '* FROM open_orders',
    key: ['sku', 'due', 'document', 'line'],
    of: (row) => ({ ...row }) as unknown as OpenOrder,
    exact: true,
  }),
  parked: listOf({ rows: '* FROM parked', key: ['parked_at', 'id'], of: parkedOfRow }),
};

export function tablePage<Item>(
  statements: Statements,
  { rows: what, key, of, exact }: TableList<Item>,
  page: Page,
  where: Conditions,
): Paged<Item> {
  const columns = key.join();
  const shape = key.map((column) => (column === 'seq' ? 'number' : 'string'));
  const after = readCursor(page.after, shape);
  if (after) where.add(`(${columns}) > (${key.map(() => '?').join()})`, ...after);
  const sql = `SELECT ${what} WHERE ${where} ORDER BY ${columns} LIMIT ?`;
  const found = statements.all(sql, [...where.values, page.limit + 1], exact);
  const keyOf = (row: Row) => key.map((column) => row[column] as CursorPart);
  const { rows, ...rest } = pageOf(found, page.limit, keyOf);
  return { rows: rows.map((row) => of(row, statements)), ...rest };
}

const LINES = `SELECT line, sku, place, pool, lot, quantity, committed
  FROM reservation_lines WHERE id = ? ORDER BY position`;

export function reservationById(statements: Statements, id: string): Reservation | undefined {
  const row = statements.get('SELECT * FROM reservations WHERE id = ?', [id]);
  return row && reservationOf(row, statements);
}

export function reservationOf(row: Row, statements: Statements): Reservation {
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

export function parkedOfRow(row: Row): ParkedRecord {
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
