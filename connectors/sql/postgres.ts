/** PostgreSQL, over `pg`, which is installed by whoever polls one. */
import { Socket } from 'node:net';
import type { Client, ClientConfig } from 'pg';
import { StockbusError } from '../../core/errors.ts';
import { postgresError } from './postgresError.ts';
import { columnsOf, jsonOfRow } from './postgresJson.ts';
import type {
  PageBounds,
  RowPosition,
  SqlBounds,
  SqlConnection,
  SqlDriver,
  SqlPage,
  SqlRow,
  SqlRows,
} from './SqlDriver.ts';

/** Rows that are fetched at once: so many are in memory beside the page. */
const FETCHED_ROWS = 50;
/** So much longer than the database itself we wait for its word that it took too long. */
const GRACE_MS = 2_000;
const CLOSE_MS = 2_000;

/** Sorts as the times do. */
const FORMAT = `'YYYY-MM-DD"T"HH24:MI:SS.US'`;
/** Before it nothing is read: `-infinity` and years before Christ have no place in that order. */
const FIRST = '0001-01-01T00:00:00.000000';

type Cells = (string | null)[];

export const postgres: SqlDriver = {
  async connect(address, bounds) {
    const { Client: PgClient } = await loaded();
    const socket = new Socket();
    const client = new PgClient(clientConfig(address, bounds, socket));
    // What befalls a connection is told by what was asked over it.
    client.on('error', () => socket.destroy());
    const stop = (): void => void socket.destroy();
    bounds.signal.addEventListener('abort', stop, { once: true });
    try {
      await client.connect();
    } catch (error) {
      socket.destroy();
      throw postgresError(error, address);
    } finally {
      bounds.signal.removeEventListener('abort', stop);
    }
    return new PostgresConnection(client, socket, address, bounds);
  },
};

async function loaded(): Promise<typeof import('pg')> {
  try {
    return (await import('pg')).default as unknown as typeof import('pg');
  } catch (error) {
    const message = 'the driver for PostgreSQL is not installed';
    const todo = 'Run `npm install pg` where stockbus is installed.';
    throw new StockbusError('SQL_DRIVER_MISSING', message, undefined, { todo, cause: error });
  }
}

function clientConfig(address: string, bounds: SqlBounds, socket: Socket): ClientConfig {
  const url = new URL(address);
  const { timeoutMs, isPlain } = bounds;
  return {
    host: decodeURIComponent(url.hostname).replace(/^\[|\]$/g, ''),
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ssl: isPlain ? false : { rejectUnauthorized: true },
    application_name: 'stockbus',
    keepAlive: true,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs + GRACE_MS,
    stream: () => socket,
    // Everything as the database writes it: no double, no local time.
    types: { getTypeParser: () => (value: unknown) => value } as never,
  };
}

class PostgresConnection implements SqlConnection {
  readonly #client: Client;
  readonly #socket: Socket;
  readonly #address: string;
  readonly #bounds: SqlBounds;
  #isReading = false;

  constructor(client: Client, socket: Socket, address: string, bounds: SqlBounds) {
    this.#client = client;
    this.#socket = socket;
    this.#address = address;
    this.#bounds = bounds;
    bounds.signal.addEventListener('abort', this.#stopReading, { once: true });
  }

  /** What is being settled is brought to its end. */
  readonly #stopReading = (): void => {
    if (this.#isReading) this.#socket.destroy();
  };

  clock(earlierMs: number): Promise<string> {
    return this.#transaction('READ ONLY', async () => {
      const earlier = `clock_timestamp() - $1::int8 * interval '1 millisecond'`;
      const { rows } = await this.#ask(`SELECT to_char(${earlier}, ${FORMAT})`, [
        String(earlierMs),
      ]);
      return rows[0]![0]!;
    });
  }

  changed(
    of: SqlRows & { updated: string },
    { from, aheadOf, upTo }: { from?: RowPosition; aheadOf?: RowPosition; upTo: string },
    bounds: PageBounds,
  ): Promise<SqlPage> {
    const values: string[] = [];
    const updated = `q.${quoted(of.updated)}`;
    const order = [updated, ...of.key.map((name) => `q.${quoted(name)}`)].join(', ');
    const after = ({ updated: time, key }: RowPosition): string =>
      key.length === 0
        ? `${updated} >= $${values.push(time)}`
        : `(${order}) > (${[time, ...key].map((value) => `$${values.push(value)}`).join(', ')})`;
    const isAhead = aheadOf ? after(aheadOf) : 'true';
    const range = `${after(from ?? { updated: FIRST, key: [] })} AND ${updated} <= $${values.push(upTo)}`;
    const own = `${isAhead}, to_char(${updated}, ${FORMAT}), pg_typeof(${updated})::text`;
    return this.#page(of, { own, where: range, order, values }, bounds, (cells) => {
      const [ahead, time, type] = cells as [string, string, string];
      if (/^timestamp/.test(type)) return { isAhead: ahead === 't', updated: time };
      const message = `column ${quoted(of.updated)} is of the type ${type}, and no timestamp`;
      const todo = 'Name as `updated` a column of the type timestamptz, or make one in a `query`.';
      throw new StockbusError('SQL_REFUSED', message, undefined, { todo });
    });
  }

  waiting(of: SqlRows, mark: string | undefined, bounds: PageBounds): Promise<SqlPage> {
    const where = mark === undefined ? 'true' : `q.${quoted(mark)} IS NULL`;
    const order = of.key.map((name) => `q.${quoted(name)}`).join(', ');
    const text = { own: `true, '', ''`, where, order, values: [] };
    return this.#page(of, text, bounds, () => ({ isAhead: true, updated: '' }));
  }

  async settle(of: SqlRows, mark: string | undefined, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const table = (of.table ?? []).map(quoted).join('.');
    const these = keys.map((_key, index) => `$${index + 1}`).join(', ');
    const where = `${quoted(of.key[0]!)} IN (${these})`;
    const text =
      mark === undefined
        ? `DELETE FROM ${table} WHERE ${where}`
        : `UPDATE ${table} SET ${quoted(mark)} = now() WHERE ${where} AND ${quoted(mark)} IS NULL`;
    await this.#transaction('READ WRITE', () => this.#ask(text, [...keys]));
  }

  async close(): Promise<void> {
    this.#bounds.signal.removeEventListener('abort', this.#stopReading);
    const timer = this.#bounds.runtime.after(CLOSE_MS, () => this.#socket.destroy());
    // A connection that is broken is closed.
    await this.#client.end().catch(() => undefined);
    timer.stop();
    this.#socket.destroy();
  }

  /** Fetched in pieces, so that wide rows end a page before they fill the memory. */
  #page(
    of: SqlRows,
    text: { own: string; where: string; order: string; values: string[] },
    bounds: PageBounds,
    about: (own: Cells) => Pick<SqlRow, 'isAhead' | 'updated'>,
  ): Promise<SqlPage> {
    const keys = of.key.map((name) => `q.${quoted(name)}::text`);
    const data = of.columns?.map((name) => `q.${quoted(name)}`) ?? ['q.*'];
    const source = of.table ? of.table.map(quoted).join('.') : `(${bare(of.query!)}\n)`;
    const select = `SELECT ${[text.own, ...keys, ...data].join(', ')} FROM ${source} AS q
      WHERE ${text.where} ORDER BY ${text.order} LIMIT ${bounds.rows}`;
    const first = 3 + of.key.length;
    return this.#transaction('READ ONLY', async () => {
      await this.#ask(`DECLARE stockbus_page NO SCROLL CURSOR FOR ${select}`, text.values);
      const found: SqlRow[] = [];
      let bytes = 0;
      for (;;) {
        const { rows, fields } = await this.#ask(`FETCH ${FETCHED_ROWS} FROM stockbus_page`, []);
        const columns = columnsOf(fields.slice(first));
        for (const cells of rows) {
          const json = jsonOfRow(columns, cells.slice(first));
          bytes += json.length;
          found.push({ ...about(cells.slice(0, 3)), key: cells.slice(3, first) as string[], json });
        }
        const isCut = bytes >= bounds.bytes;
        if (rows.length === FETCHED_ROWS && !isCut) continue;
        return { rows: found, isLast: !isCut && found.length < bounds.rows };
      }
    });
  }

  async #transaction<T>(kind: 'READ ONLY' | 'READ WRITE', work: () => Promise<T>): Promise<T> {
    const settings = [
      ...[
        `statement_timeout = ${this.#bounds.timeoutMs}`,
        `lock_timeout = ${this.#bounds.timeoutMs}`,
      ],
      ...[`TimeZone = 'UTC'`, `DateStyle = 'ISO, YMD'`, `IntervalStyle = 'iso_8601'`],
      ...['extra_float_digits = 1', `bytea_output = 'hex'`],
    ].map((setting) => `SET LOCAL ${setting}`);
    this.#isReading = kind === 'READ ONLY';
    try {
      await this.#client.query([`BEGIN TRANSACTION ${kind}`, ...settings].join('; '));
      const result = await work();
      await this.#client.query('COMMIT');
      return result;
    } catch (error) {
      // Whatever it was: the next look has a connection of its own.
      this.#socket.destroy();
      throw postgresError(error, this.#address);
    } finally {
      this.#isReading = false;
    }
  }

  async #ask(
    text: string,
    values: string[],
  ): Promise<{ rows: Cells[]; fields: { name: string; dataTypeID: number }[] }> {
    return this.#client.query({ text, values, rowMode: 'array' });
  }
}

/** Whatever a name holds, it is a name. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const bare = (query: string): string => query.replace(/[;\s]+$/, '');
