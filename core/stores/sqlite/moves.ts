/**
 * How `moves` is read: by entries that happened and were learnt within bounds. The moments of runs are
 * milliseconds, a third of the text; those of the entries that are in no run yet are text.
 */
import type { SQLInputValue } from 'node:sqlite';
import { StockbusError } from '../../errors.ts';
import { Conditions } from './Statements.ts';
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

export interface SqlQuery {
  sql: string;
  values: SQLInputValue[];
}

/** Of a moment that is text. */
export const milliseconds = (text: string): string =>
  `unixepoch(substr(${text}, 1, 19)) * 1000 + substr(${text}, 21, 3)`;

export const RECORDED_AT = 'coalesce(e.recorded_at, d.recorded_at)';

/** Rows of all runs; what `runs` and `moves` of a filter say of them follows. */
export const IN_RUNS = 'runs CROSS JOIN moves m ON m.run = runs.run WHERE';

/** Entries that are in no run yet; what `entries` of a filter says of them follows. */
export const WAITING = `entries e CROSS JOIN documents d ON d.id = e.document WHERE e.id > ${LAST_IN_RUNS} AND`;

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
export function sumsWhere({ moves, entries, runs }: MoveFilter, by: string): SqlQuery[] {
  const sums = `SELECT SUM(quantity), SUM(value), MAX(seq), ${by}`;
  return [
    {
      sql: `${sums} FROM ${IN_RUNS} ${runs} AND ${moves} GROUP BY ${by}`,
      values: [...runs.values, ...moves.values],
    },
    { sql: `${sums} FROM ${WAITING} ${entries} GROUP BY ${by}`, values: entries.values },
  ];
}

function momentOf(text: string, field: string): number {
  const moment = Date.parse(text);
  if (!Number.isNaN(moment)) return moment;
  throw new StockbusError('QUERY_BAD_PERIOD', `'${text}' is no moment`, { field });
}
