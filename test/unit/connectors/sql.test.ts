/** What polling a database promises, against a real PostgreSQL: nothing late is missed, nothing comes twice, no digit is lost. */
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { SeenRows } from '../../../connectors/sql/SeenRows.ts';
import { sql } from '../../../connectors/sql.ts';
import { StockbusError } from '../../../core/errors.ts';
import type { Poller } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { PolledMemory } from '../../PolledMemory.ts';
import { PostgresServer } from '../../PostgresServer.ts';

type Json = Record<string, unknown>;

describe('polling a database', () => {
  let server: PostgresServer;
  let memory: PolledMemory;
  const logged: string[] = [];
  const runtime = {
    ...systemRuntime(),
    log: (_level: string, event: string) => void logged.push(event),
  };

  const faultsOf = (from: Json): string[] => {
    const faults: string[] = [];
    sql.from!.read(from, [], ({ message }) => faults.push(message));
    return faults;
  };
  function pollerOf(from: Json, address = server.address, timeout = 5_000): Poller {
    const read = sql.from!.read({ lag: '0ms', every: '1s', ...from }, [], ({ message }) => {
      throw new Error(message);
    })!;
    const about = { name: 'partner', flow: 'orders', runtime };
    return sql.poller!({ address, timeout, plain: false }, read, about);
  }
  const orders = (more: Json = {}): Poller =>
    pollerOf({ table: 'orders', key: 'id', updated: 'updated', ...more });
  const insert = (ids: number[], updated: string): Promise<unknown> =>
    server.query(`INSERT INTO orders SELECT unnest($1::int[]), ${updated}`, [ids]);

  before(async function () {
    this.timeout(60_000);
    server = await PostgresServer.start();
  });
  after(() => server.stop());
  beforeEach(async () => {
    memory = new PolledMemory();
    await server.query('DROP TABLE IF EXISTS orders');
    await server.query('CREATE TABLE orders (id int PRIMARY KEY, updated timestamptz)');
  });

  it('gives each value exactly, and takes every name for a name', async () => {
    const odd = 'a "b"; DROP TABLE orders; --';
    const name = `"${odd.replaceAll('"', '""')}"`;
    await server.query(`CREATE SCHEMA odd; CREATE TABLE odd.${name} (
      ${name} bigint, n numeric, f float8, i int, t timestamptz, l timestamp, d date, b boolean, j json, e text, y bytea, u uuid)`);
    await server.query(`INSERT INTO odd.${name} VALUES (9007199254740993, 12345678901234567.890123456789, 0.1, 7,
      '2026-03-29 02:30:00.123456+01', '2026-03-29 02:30:00', '2026-12-31', true, E'{"x":\n1.10}', E'line\nü"', '\\x00ff', NULL)`);
    await pollerOf({ table: `odd.${odd}`, key: odd, updated: 't' }).poll(memory.turn());
    const [row] = memory.rows();
    deepEqual(row, {
      ...{ [odd]: '9007199254740993', n: '12345678901234567.890123456789', f: '0.1', i: 7 },
      ...{ t: '2026-03-29T01:30:00.123456Z', l: '2026-03-29T02:30:00', d: '2026-12-31', b: true },
      ...{ j: { x: 1.1 }, e: 'line\nü"', y: '\\x00ff', u: null },
    });
    equal((await server.query('SELECT count(*)::int AS n FROM orders'))[0]!.n, 0);
  });

  it('cuts no rows of one time, and has one id for a page that comes again', async () => {
    await insert([5, 3, 9, 1, 7, 2, 8], `now() - interval '1 minute'`);
    memory.durable = async (page) => {
      if (page === 1) throw new StockbusError('BROKER_UNREACHABLE', 'away');
    };
    await rejects(orders({ page: 3 }).poll(memory.turn()), { code: 'BROKER_UNREACHABLE' });
    const { id } = memory.offered[0]!;
    deepEqual(memory.taken('id'), [1, 2, 3]);
    memory.durable = async () => undefined;
    await orders({ page: 3 }).poll(memory.turn());
    // The page that was offered in vain is the second that was claimed.
    deepEqual([id, ...memory.offered.map((one) => one.id)], ['id1', 'id2', 'id4']);
    deepEqual(memory.taken('id'), [5, 7, 8, 9]);
    await orders({ page: 3 }).poll(memory.turn());
    deepEqual(memory.taken('id'), []);
  });

  it('finds what was committed late, behind what it knows, once', async () => {
    const [early, late] = [await server.client(), await server.client()];
    await early.query(`BEGIN; INSERT INTO orders VALUES (1, now())`);
    await late.query(`BEGIN; INSERT INTO orders VALUES (2, now()); COMMIT`);
    const poller = orders();
    await poller.poll(memory.turn());
    deepEqual(memory.taken('id'), [2]);
    await early.query('COMMIT');
    await Promise.all([early.end(), late.end()]);
    await poller.poll(memory.turn());
    deepEqual(memory.taken('id'), [1]);
    await server.query('UPDATE orders SET updated = now() WHERE id = 2');
    // Another process, which knows what is kept alone.
    await orders().poll(memory.turn());
    deepEqual(memory.taken('id'), [2]);
    await poller.poll(memory.turn());
    deepEqual(memory.taken('id'), []);
  });

  it('leaves what is younger than the lag for later, and reads no further back than the overlap', async () => {
    await insert([1], `now() - interval '1 hour'`);
    await insert([2], `now() - interval '2 hours'`);
    await insert([3], 'now()');
    const poller = orders({ lag: '10m', overlap: '5m' });
    await poller.poll(memory.turn());
    deepEqual(memory.taken('id'), [2, 1]);
    await insert([4], `now() - interval '90 minutes'`);
    await insert([5], `now() - interval '62 minutes'`);
    await poller.poll(memory.turn());
    deepEqual(memory.taken('id'), [5]);
  });

  it('remembers no more rows than it may, says so, and still takes each once', async () => {
    const seen = new SeenRows(60_000, { sqlSeenRows: 6, sqlPileRows: 2 });
    const row = (id: number) => ({
      ...{ updated: '2026-01-01T00:00:00.000000', key: [String(id)] },
      ...{ isAhead: true, json: '{}' },
    });
    for (let id = 0; id < 20; id += 2) {
      const position = { updated: row(id).updated, key: [String(id + 1)] };
      await seen.keep(memory, [row(id), row(id + 1)], position);
    }
    equal(seen.isShort, true);
    const again = new SeenRows(60_000);
    await again.load(memory);
    const known = Array.from({ length: 20 }, (_, id) => id).filter((id) => again.has(row(id)));
    deepEqual(known, [14, 15, 16, 17, 18, 19]);
    deepEqual(again.start, { updated: row(0).updated, key: ['13'] });
    equal(memory.kept.size, 4);
  });

  it('writes nothing into a table that it polls', async () => {
    const refused = { code: 'SQL_REFUSED' };
    await server.query(`CREATE OR REPLACE FUNCTION writes() RETURNS timestamptz LANGUAGE sql AS
      $$ DELETE FROM orders RETURNING updated $$`);
    await insert([1], 'now()');
    const query = 'SELECT 1 AS id, writes() AS updated';
    await rejects(pollerOf({ query, key: 'id', updated: 'updated' }).poll(memory.turn()), refused);
    const two = 'SELECT id, updated FROM orders) q; DELETE FROM orders; --';
    await rejects(
      pollerOf({ query: two, key: 'id', updated: 'updated' }).poll(memory.turn()),
      refused,
    );
    equal((await server.query('SELECT 1 FROM orders')).length, 1);
    await pollerOf({
      query: 'SELECT id, updated FROM orders -- all;',
      ...{ key: ['id'], updated: 'updated', columns: ['id'] },
    }).poll(memory.turn());
    deepEqual(memory.rows(), [{ id: 1 }]);
  });

  it('says of each failure whose it is, and within its time', async () => {
    const codeOf = async (poller: Poller): Promise<[string, string]> => {
      const error: unknown = await poller.poll(memory.turn()).catch((thrown) => thrown);
      ok(error instanceof StockbusError, String(error));
      ok(!error.message.includes('wrong word'));
      return [error.code, error.message];
    };
    const slow = "SELECT 1 AS id, timestamptz '2026-01-01' AS updated, pg_sleep(5)";
    const silent = await listening(() => undefined);
    const noise = await listening((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const at = ({ port }: { port: number }): string =>
      `postgres://u:wrong%20word@127.0.0.1:${port}/d`;
    const from = { table: 'orders', key: 'id', updated: 'updated' };
    const codes = [
      await codeOf(pollerOf(from, server.addressOf('partner', 'wrong word'))),
      await codeOf(orders({ table: 'nowhere' })),
      await codeOf(orders({ updated: 'id' })),
      await codeOf(orders({ key: 'nobody' })),
      await codeOf(
        pollerOf({
          query: 'SELECT id, updated, id FROM orders',
          key: 'updated',
          updated: 'updated',
        }),
      ),
      await codeOf(pollerOf({ query: slow, key: 'id', updated: 'updated' }, undefined, 300)),
      await codeOf(pollerOf(from, at(silent), 300)),
      await codeOf(pollerOf(from, at(noise), 300)),
      await codeOf(pollerOf(from, 'postgres://u:p@127.0.0.1:1/d')),
    ].map(([code]) => code);
    await insert([1], 'now()');
    deepEqual(codes, [
      ...['SQL_DENIED', 'SQL_REFUSED', 'SQL_REFUSED', 'SQL_REFUSED', 'SQL_REFUSED'],
      ...['SQL_FAILED', 'SQL_UNREACHABLE', 'SQL_UNREACHABLE', 'SQL_UNREACHABLE'],
    ]);
    const [, message] = await codeOf(orders({ table: 'x'.repeat(63) }));
    match(
      message,
      /^the database 127\.0\.0\.1:\d+\/postgres: relation "x+" does not exist \(42P01\)$/,
    );
    await Promise.all([silent.close(), noise.close()]);
  });

  it('stops while the database thinks', async () => {
    const stop = new AbortController();
    const query = "SELECT 1 AS id, timestamptz '2026-01-01' AS updated, pg_sleep(60)";
    const look = pollerOf({ query, key: 'id', updated: 'updated' }, undefined, 60_000).poll(
      memory.turn(stop.signal),
    );
    setTimeout(() => stop.abort(), 200);
    await rejects(look, { code: 'SQL_UNREACHABLE' });
  });

  describe('an outbox', () => {
    beforeEach(async () => {
      await server.query(`DROP TABLE IF EXISTS outbox;
        CREATE TABLE outbox (id bigint PRIMARY KEY, payload jsonb, sent timestamptz)`);
    });
    const add = (...ids: number[]): Promise<unknown> =>
      server.query(`INSERT INTO outbox SELECT unnest($1::int[]), '{"q": 1.10}'`, [ids]);
    const left = async (): Promise<unknown[]> =>
      (await server.query('SELECT id::int FROM outbox WHERE sent IS NULL ORDER BY 1')).map(
        ({ id }) => id,
      );

    it('is taken in the order of ids, also those that were committed late, and emptied or marked', async () => {
      for (const mark of [{}, { mark: 'sent' }]) {
        await add(12, 11);
        const poller = pollerOf({ outbox: 'outbox', key: 'id', page: 2, ...mark });
        await poller.poll(memory.turn());
        await add(3, 20, 7);
        await poller.poll(memory.turn());
        deepEqual(memory.taken('id'), ['11', '12', '3', '7', '20']);
        deepEqual(await left(), []);
        await server.query('TRUNCATE outbox');
      }
    });

    it('deletes nothing before it is durable, and offers nothing again that is', async () => {
      await add(1, 2);
      const poller = pollerOf({ outbox: 'outbox', key: 'id' });
      memory.durable = () => Promise.reject(new StockbusError('BROKER_UNREACHABLE', 'away'));
      await rejects(poller.poll(memory.turn()), { code: 'BROKER_UNREACHABLE' });
      deepEqual(await left(), [1, 2]);
      await server.query(`CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE insufficient_privilege; END $$;
        CREATE TRIGGER no BEFORE DELETE ON outbox EXECUTE FUNCTION no()`);
      memory.durable = async () => undefined;
      await rejects(poller.poll(memory.turn()), { code: 'SQL_REFUSED' });
      await rejects(poller.poll(memory.turn()), { code: 'SQL_REFUSED' });
      deepEqual(await left(), [1, 2]);
      await server.query('DROP TRIGGER no ON outbox');
      await add(3);
      await poller.poll(memory.turn());
      deepEqual(memory.taken('id'), ['1', '2', '3']);
      deepEqual(await left(), []);
    });
  });

  it('lets no two flows empty one outbox', () => {
    const use = (from: Json) => ({
      config: { address: server.address, timeout: 1, plain: false },
      from: sql.from!.read(from, [], () => undefined)!,
    });
    const [outbox, other] = ['a', 'b'].map((name) => use({ outbox: name, key: 'id' }));
    const table = use({ table: 'a', key: 'id', updated: 'u' });
    match(sql.overlap!(outbox!, outbox!)!, /^both empty the outbox 127.0.0.1:\d+\/postgres a: /);
    deepEqual([sql.overlap!(outbox!, other!), sql.overlap!(table, table)], [undefined, undefined]);
  });

  it('refuses what it could not keep, where it is written', () => {
    deepEqual(
      [
        { table: 'a', key: 'id' },
        { table: 'a', query: 'SELECT', key: 'id', updated: 'u' },
        { outbox: 'a', key: ['x', 'y'] },
        { outbox: 'a', key: 'x', updated: 'u' },
        { table: 'a.b.c', key: 'x', updated: 'u' },
        { table: 'a', key: 'x', updated: 'u', mark: 'm' },
      ].map((from) => faultsOf(from).length),
      [1, 1, 1, 1, 1, 1],
    );
    const addresses = [
      'mysql://u:p@h/d',
      'postgres://h/d',
      'postgres://u@h/d?sslmode=disable',
      'nothing',
    ];
    for (const address of addresses) {
      const faults: string[] = [];
      sql.config.read({ address }, [], ({ message }) => faults.push(message));
      equal(faults.length, 1, address);
      ok(!faults[0]!.includes('h/d'), faults[0]);
    }
  });
});

async function listening(
  answer: (socket: import('node:net').Socket) => void,
): Promise<{ port: number; close: () => Promise<void> }> {
  const sockets = new Set<import('node:net').Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
