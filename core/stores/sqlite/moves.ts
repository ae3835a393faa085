/**
 * How `moves` is read: by entries that happened and were learnt within bounds. The moments of runs are
 * milliseconds, a third of the text; those of the entries that are in no run yet are text.
 */
import type { SQLInputValue } from 'node:sqlite';
import { StockbusError } from '../../errors.ts';
import { Conditions, type Statements } from './Statements.ts';
import { LAST_IN_RUNS } from './schema.ts';

export interface Clocks {
  since?: string;
  asOf?: string;
  knownAt?: string;
}

/** What an entry must be like, in the words of each table that tells. */
interface MoveFilter {
  /** On a row `m` of `moves`. */
  moves: Conditions;
  /** On a row `e` of `entries` with `d` of `documents`. */
  entries: Conditions;
  /** On a row of `runs` that may hold such entries. */
  runs: Conditions;
}

/** Of a moment that is text. */
export const milliseconds = (text: string): string =>
  `unixepoch(substr(${text}, 1, 19)) * 1000 + substr(${text}, 21, 3)`;

export const RECORDED_AT = 'coalesce(e.recorded_at, d.recorded_at)';

/** Entries that are in no run yet. */
const WAITING = `entries e CROSS JOIN documents d ON d.id = e.document WHERE e.id > ${LAST_IN_RUNS}`;

/** Arms of a compound SELECT; SQLite takes 500. */
const MAX_ARMS = 400;

/** `shared` holds for columns that all tables name alike: `sku`, `seq`, `lot`, `owner`. */
export function moveFilter({ since, asOf, knownAt }: Clocks, shared: Conditions): MoveFilter {
  const filter: MoveFilter = {
    moves: new Conditions().add(`${shared}`, ...shared.values),
    entries: new Conditions().add(`${shared}`, ...shared.values),
    runs: new Conditions(),
  };
  const bound = (moves: string, entries: string, moment: number): void => {
    filter.moves.add(moves, moment);
    filter.entries.add(entries, new Date(moment).toISOString());
  };
  if (since !== undefined) bound('m.at >= ?', 'd.at >= ?', momentOf(since, 'since'));
  if (asOf !== undefined) {
    const moment = momentOf(asOf, 'asOf');
    bound('m.at <= ?', 'd.at <= ?', moment);
    filter.runs.add('first_at <= ?', moment);
  }
  if (knownAt !== undefined) {
    const moment = momentOf(knownAt, 'knownAt');
    bound('m.recorded_at <= ?', `${RECORDED_AT} <= ?`, moment);
    filter.runs.add('first_recorded_at <= ?', moment);
  }
  return filter;
}

/** Rows in no order. `columns` are those that both tables name alike. */
export function movesWhere(
  { moves, entries, runs }: MoveFilter,
  columns: string,
): { sql: string; values: SQLInputValue[] } {
  return {
    sql: `SELECT ${columns} FROM runs CROSS JOIN moves m ON m.run = runs.run
      WHERE ${runs} AND ${moves}
      UNION ALL SELECT ${columns} FROM ${WAITING} AND ${entries}`,
    values: [...runs.values, ...moves.values, ...entries.values],
  };
}

/** Keys and numbers of entries, first `limit` of them by (sku, seq). Each run gives them in order. */
export function entriesWhere(
  { moves, entries, runs }: MoveFilter,
  statements: Statements,
  limit: number,
): { sql: string; values: SQLInputValue[] } {
  const numbers = statements
    .all(`SELECT run FROM runs WHERE ${runs}`, runs.values)
    .map(({ run }) => run as number);
  const size = Math.ceil(numbers.length / MAX_ARMS);
  const arms: string[] = [];
  const values: SQLInputValue[] = [];
  for (let start = 0; start < numbers.length; start += size) {
    const some = numbers.slice(start, start + size);
    const marks = some.map(() => '?').join(', ');
    arms.push(`SELECT sku, seq, entry FROM moves m WHERE run IN (${marks}) AND ${moves}`);
    values.push(...some, ...moves.values);
  }
  arms.push(`SELECT sku, seq, e.id AS entry FROM ${WAITING} AND ${entries}`);
  return {
    sql: `${arms.join('\nUNION ALL ')} ORDER BY 1, 2 LIMIT ?`,
    values: [...values, ...entries.values, limit],
  };
}

function momentOf(text: string, field: string): number {
  const moment = Date.parse(text);
  if (!Number.isNaN(moment)) return moment;
  throw new StockbusError('HTTP_BAD_REQUEST', `'${text}' is no moment`, { field });
}
