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

export interface Query {
  sql: string;
  values: SQLInputValue[];
}

/** Of a moment that is text. */
export const milliseconds = (text: string): string =>
  `unixepoch(substr(${text}, 1, 19)) * 1000 + substr(${text}, 21, 3)`;

export const RECORDED_AT = 'coalesce(e.recorded_at, d.recorded_at)';

/** Entries that are in no run yet. */
const WAITING = `entries e CROSS JOIN documents d ON d.id = e.document WHERE e.id > ${LAST_IN_RUNS}`;

/** Arms of a compound SELECT; SQLite takes 500. */
const MAX_ARMS = 400;

/** `shared` is about columns that all tables name alike: `sku`, `seq`, `quantity`, `value`. */
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

/** What moved, summed by `by`, in two parts and no order: of runs, and of what is in no run yet. */
export function sumsWhere({ moves, entries, runs }: MoveFilter, by: string): Query[] {
  const sums = `SELECT SUM(quantity), SUM(value), MAX(seq), ${by}`;
  return [
    {
      sql: `${sums} FROM runs CROSS JOIN moves m ON m.run = runs.run
        WHERE ${runs} AND ${moves} GROUP BY ${by}`,
      values: [...runs.values, ...moves.values],
    },
    { sql: `${sums} FROM ${WAITING} AND ${entries} GROUP BY ${by}`, values: entries.values },
  ];
}

/** Keys and numbers of entries, the first `limit` by (sku, seq): each run gives them in order. */
export function entriesWhere(
  { moves, entries, runs }: MoveFilter,
  statements: Statements,
  limit: number,
): Query {
  const numbers = statements
    .all(`SELECT run FROM runs WHERE ${runs}`, runs.values)
    .map(({ run }) => run as number);
  // Few lengths, so that few statements are prepared while the ledger grows; no run is number 0.
  while ((numbers.length & (numbers.length - 1)) !== 0) numbers.push(0);
  const arm = `SELECT sku, seq, entry FROM moves m WHERE run = ? AND ${moves}`;
  const arms = numbers.map((run): Query => ({ sql: arm, values: [run, ...moves.values] }));
  const waiting = `SELECT sku, seq, e.id AS entry FROM ${WAITING} AND ${entries}`;
  return merged([...arms, { sql: waiting, values: entries.values }], limit);
}

function merged(arms: readonly Query[], limit: number): Query {
  if (arms.length > MAX_ARMS) {
    const parts: Query[] = [];
    for (let start = 0; start < arms.length; start += MAX_ARMS) {
      const { sql, values } = merged(arms.slice(start, start + MAX_ARMS), limit);
      parts.push({ sql: `SELECT * FROM (${sql})`, values });
    }
    return merged(parts, limit);
  }
  return {
    sql: `${arms.map(({ sql }) => sql).join('\nUNION ALL ')} ORDER BY 1, 2 LIMIT ?`,
    values: [...arms.flatMap(({ values }) => values), limit],
  };
}

function momentOf(text: string, field: string): number {
  const moment = Date.parse(text);
  if (!Number.isNaN(moment)) return moment;
  throw new StockbusError('HTTP_BAD_REQUEST', `'${text}' is no moment`, { field });
}
