/** What the connector asks of a database: one file a kind, which knows its driver and how it writes SQL. */

import type { Runtime } from '../../core/runtime.ts';

export interface SqlDriver {
  /** Throws SQL_DRIVER_MISSING, SQL_UNREACHABLE, SQL_DENIED. */
  connect(address: string, bounds: SqlBounds): Promise<SqlConnection>;
}

export interface SqlBounds {
  /** Of a connection, and of each statement, here and at the database. */
  timeoutMs: number;
  /** Nothing is encrypted, and no certificate is asked for. */
  isPlain: boolean;
  /** Ends what is asked when it is aborted. */
  signal: AbortSignal;
  runtime: Pick<Runtime, 'after'>;
}

/** What rows are read from. */
export interface SqlRows {
  /** Parts of its name, schema first. */
  table?: readonly string[];
  query?: string;
  /** Left out: all. */
  columns?: readonly string[];
  key: readonly string[];
}

/**
 * A place in the order of (updated, key), as text: `updated` in UTC with six digits of a second, so that texts are in the order
 * of the times. Without a key: before the first row of that time.
 */
export interface RowPosition {
  updated: string;
  key: readonly string[];
}

export interface SqlRow {
  /** Empty of a row of an outbox. */
  updated: string;
  key: readonly string[];
  /** It lies behind the place that was named. */
  isAhead: boolean;
  /** One line of JSON. Exact: decimals, floats and large whole numbers are text. */
  json: string;
}

export interface SqlPage {
  rows: SqlRow[];
  /** There was no more when it was read. */
  isLast: boolean;
}

export interface PageBounds {
  rows: number;
  /** With so many bytes a page ends, about. */
  bytes: number;
}

/** One connection, asked one thing at a time; each reading is a read-only transaction of its own. */
export interface SqlConnection {
  /** What the clock of the database says, so much earlier. */
  clock(earlierMs: number): Promise<string>;
  /** Rows from a place on (behind it, where it has a key) up to a time, in the order of (updated, key). */
  changed(
    of: SqlRows & { updated: string },
    range: { from?: RowPosition; aheadOf?: RowPosition; upTo: string },
    bounds: PageBounds,
  ): Promise<SqlPage>;
  /** Rows in the order of their key: those whose `mark` is empty, where there is one. */
  waiting(of: SqlRows, mark: string | undefined, bounds: PageBounds): Promise<SqlPage>;
  /** The only writing: deletes these rows, or sets `mark` to the time. */
  settle(of: SqlRows, mark: string | undefined, keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
