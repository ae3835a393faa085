/** Rows of a partner's database, by asking again and again what is new. */
import { limits } from '../core/limits.ts';
import type { ConnectorSpec, Poller, SourceAbout, SourceUse } from '../core/ports.ts';
import type { Field } from '../core/spec.ts';
import {
  checked,
  duration,
  flag,
  integer,
  list,
  optional,
  record,
  secret,
  text,
} from '../core/spec.ts';
import { OutboxPoller } from './sql/OutboxPoller.ts';
import { postgres } from './sql/postgres.ts';
import type { SqlConnection, SqlRows } from './sql/SqlDriver.ts';
import { TablePoller } from './sql/TablePoller.ts';

export interface SqlConfig {
  address: string;
  timeout: number;
  plain: boolean;
}

export interface SqlFrom {
  table: string | undefined;
  query: string | undefined;
  outbox: string | undefined;
  columns: string[] | undefined;
  key: string[];
  updated: string | undefined;
  mark: string | undefined;
  every: number;
  overlap: number;
  lag: number;
  page: number;
}

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

const config: Field<SqlConfig> = checked(
  record('The database of a partner: PostgreSQL. Other databases: not yet.', {
    address: addressField(
      'Where it is: postgres://user:password@host:5432/database. Take it from an environment variable. The user needs no right but to SELECT (for an outbox also to DELETE, or to UPDATE the mark).',
    ),
    timeout: optional(
      duration('Longest time for connecting, and for each statement, at the database too.'),
      limits.sqlTimeoutMs,
    ),
    plain: optional(
      flag(
        'Goes without TLS to another machine. A database on this machine is asked without TLS in any case; to any other the connection is encrypted, and its certificate checked.',
      ),
      false,
    ),
  }),
  ({ timeout }) => (timeout < 100 ? 'timeout is shorter than 100ms' : undefined),
);

const columnField = (about: string): Field<string> =>
  text(about, { pattern: /^[^\0]{1,63}$/, shape: 'a name of a column' });

const tableField = (about: string): Field<string> =>
  text(about, { pattern: /^[^.\0]{1,63}(\.[^.\0]{1,63})?$/, shape: 'a table, or schema.table' });

const from: Field<SqlFrom> = checked(
  record('Which rows are taken in, and how often is asked.', {
    table: optional(
      tableField(
        'Table or view, with its schema where it needs one. Names are taken exactly as the database has them: in lower case where they were made without quotes.',
      ),
    ),
    query: optional(
      text(
        'Instead of a table: one SELECT, which names each of its columns once. It is asked as a part of another.',
      ),
    ),
    outbox: optional(
      tableField(
        'Instead of both: a table into which the partner writes what is for us. Rows are taken in the order of their `key` and deleted once they are durable.',
      ),
    ),
    columns: optional(
      list('Columns that records have; left out: all.', columnField('A column.'), { min: 1 }),
    ),
    key: oneOrMore('Column that names a row, or several. It is never empty.'),
    updated: optional(
      columnField(
        'Column of the type timestamptz that every change of a row sets to the time; one without a time zone is taken as UTC. A row without it is never taken.',
      ),
    ),
    mark: optional(
      columnField('Of an outbox: a column that is set to the time instead of deleting the row.'),
    ),
    every: optional(duration('So long after one look comes the next.'), 60_000),
    overlap: optional(
      duration(
        'Each look reads again what was changed so long before the last row that it knows, for what was committed late. Longer than the longest transaction of the partner.',
      ),
      5 * 60_000,
    ),
    lag: optional(
      duration('Rows younger than this, by the clock of the database, wait for the next look.'),
      5_000,
    ),
    page: optional(integer('Rows of one payload, at most.', { min: 1, max: 10_000 }), 500),
  }),
  problemOf,
);

function problemOf({
  table,
  query,
  outbox,
  key,
  updated,
  mark,
  every,
}: SqlFrom): string | undefined {
  if ([table, query, outbox].filter((way) => way !== undefined).length !== 1)
    return 'one of `table`, `query` and `outbox` says what is read';
  if (every < 100) return 'every is shorter than 100ms';
  if (outbox === undefined) {
    if (mark !== undefined) return '`mark` is of an outbox';
    return updated === undefined
      ? '`updated` is missing: the column that says when a row was changed'
      : undefined;
  }
  if (updated !== undefined) return 'an outbox has no `updated`: its rows go when they are taken';
  return key.length === 1 ? undefined : 'the key of an outbox is one column';
}

/**
 * In: a look reads, in read-only transactions, pages of rows in the order of (updated, key), from the overlap before the last row
 * known up to the clock of the database less a lag; rows that are known are left out by key and time. What is read is one payload
 * a page (lines of JSON); where it has come to is written once that is durable.
 */
export const sql: ConnectorSpec<SqlConfig, SqlFrom> = {
  name: 'sql',
  about:
    'Takes in rows of a partner’s database (PostgreSQL) that are new or were changed, or those of an outbox table.',
  config,
  from,
  examples: [
    'from: { sql: partner, table: shop.orders, key: order_id, updated: updated_at, overlap: 10m }',
    'from: { sql: partner, outbox: shop.outbox, key: id, every: 10s }',
  ],
  overlap: (one, other) =>
    outboxOf(one) !== undefined && outboxOf(one) === outboxOf(other)
      ? `both empty the outbox ${outboxOf(one)}: each row would come to one of them`
      : undefined,
  poller: pollerOf,
};

function outboxOf({ config, from }: SourceUse<SqlConfig, SqlFrom>): string | undefined {
  const { host, pathname } = new URL(config.address);
  return from.outbox === undefined ? undefined : `${host}${pathname} ${from.outbox}`;
}

function pollerOf(
  config: SqlConfig,
  from: SqlFrom,
  about: SourceAbout<SqlConfig, SqlFrom>,
): Poller {
  const { host, hostname, pathname } = new URL(config.address);
  const isPlain = config.plain || LOOPBACK.test(hostname);
  const bounds = { timeoutMs: config.timeout, isPlain, runtime: about.runtime };
  const connect = (signal: AbortSignal): Promise<SqlConnection> =>
    postgres.connect(config.address, { ...bounds, signal });
  const name = from.table ?? from.outbox ?? 'query';
  const options = {
    ...{ name, place: `postgres://${host}${pathname} ${name}` },
    ...{ everyMs: from.every, pageRows: from.page, rows: rowsOf(from) },
  };
  if (from.outbox !== undefined) return new OutboxPoller({ ...options, mark: from.mark }, connect);
  const rows = { ...options.rows, updated: from.updated! };
  const { log } = about.runtime;
  return new TablePoller(
    { ...options, rows, overlapMs: from.overlap, lagMs: from.lag },
    { connect, log, connector: about.name, flow: about.flow },
  );
}

function rowsOf({ table, outbox, query, columns, key }: SqlFrom): SqlRows {
  const named = table ?? outbox;
  return {
    ...(named === undefined ? {} : { table: named.split('.') }),
    ...(query === undefined ? {} : { query }),
    ...(columns ? { columns } : {}),
    key,
  };
}

function oneOrMore(about: string): Field<string[]> {
  const one = columnField(about);
  const several = list(about, one, { min: 1 });
  const schema = { anyOf: [one.schema, several.schema], description: about };
  return {
    ...several,
    ...{ kind: `${one.kind}, or several in a list`, schema },
    read: (value, path, report) =>
      several.read(Array.isArray(value) ? value : [value], path, report),
  };
}

function addressField(about: string): Field<string> {
  return checked(
    secret(about, 'an address such as postgres://user:password@host:5432/database'),
    (value) => {
      const url = URL.canParse(value) ? new URL(value) : undefined;
      if (!url || !/^postgres(ql)?:$/.test(url.protocol))
        return 'the address is not one of PostgreSQL (postgres://user:password@host:5432/database); other databases: not yet';
      if (url.search !== '' || url.hash !== '') return 'the address takes nothing behind ? or #';
      return url.username === '' || url.hostname === '' || url.pathname.length < 2
        ? 'the address names no user, no host or no database'
        : undefined;
    },
  );
}
