import { sql } from '../../../connectors/sql.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { PostgresServer } from '../../PostgresServer.ts';
import { TcpProxy } from '../../TcpProxy.ts';
import { connectorContract, type SourceRig, textOf } from './connectorContract.ts';
import { PolledRig } from './polledRig.ts';
import { troublesOf } from './troublesOf.ts';

const runtime = { ...systemRuntime(), random: () => 0 };

describe('PostgreSQL', () => {
  let server: PostgresServer;

  before(async function () {
    this.timeout(60_000);
    server = await PostgresServer.start();
    await server.query('CREATE TABLE outbox (id bigserial PRIMARY KEY, name text, body text)');
  });
  after(() => server.stop());

  /** A row of an outbox is what arrives; that it is gone is how the partner sees it taken in. */
  async function sourceRig(): Promise<SourceRig> {
    await server.query('TRUNCATE outbox');
    const from = sql.from!.read(
      { outbox: 'outbox', key: 'id', every: '100ms', page: 1 },
      [],
      (fault) => {
        throw new Error(fault.message);
      },
    )!;
    const proxy = await TcpProxy.start(server.port);
    const address = server.address.replace(String(server.port), String(proxy.port));
    const config = { address, timeout: 1_000, plain: false };
    const rig = new PolledRig(runtime, async (payload) => {
      const { name, body } = JSON.parse(await textOf(payload.body));
      rig.named(payload.origin.intakeId, name);
      const origin = { ...payload.origin, name };
      return { ...payload, origin, body: only(body) };
    });
    const about = { name: 'partner', flow: 'receipts', runtime };
    return {
      troubles: troublesOf(proxy),
      open: () => rig.open(sql.poller!(config, from, about)),
      arrive: async (name, text) => {
        await server.query('INSERT INTO outbox (name, body) VALUES ($1, $2)', [name, text]);
      },
      acknowledged: async (name) =>
        (await server.query('SELECT 1 FROM outbox WHERE name = $1', [name])).length === 0,
      putAside: async (name) => rig.putAside(name),
      close: () => proxy.stop(),
    };
  }

  connectorContract({
    name: 'sql',
    source: sourceRig,
    sink: {
      reason: 'a partner’s tables are its own: nothing is written into them',
      holds: async () => sql.sink === undefined,
    },
    lookup: {
      reason: '`enrich` asks APIs',
      holds: async () => sql.lookup === undefined,
    },
  });
});

async function* only(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
