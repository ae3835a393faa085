/** Servers that are away when the hub starts: it listens, says what it waits for, and goes on by itself once they are there. */
import assert from 'node:assert/strict';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from '../../scripts/servers.ts';
import { until } from '../hubRun.ts';
import { describePairs } from '../pairs.ts';
import { Desk, ended, logged } from './cli.ts';

/** Nobody listens there. */
/** From now on the server answers at this port of ours. */
function doorTo(server: URL, port: number): Server & { shut(): void } {
  const sockets = new Set<Socket>();
  const door = createServer((client) => {
    const upstream = connect(Number(server.port), server.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [client, upstream].forEach((one) => void one.destroy()));
    }
    client.pipe(upstream).pipe(client);
  }).listen(port, '127.0.0.1');
  const shut = (): void => {
    for (const socket of sockets) socket.destroy();
    door.close();
  };
  return Object.assign(door, { shut });
}

describe('stockbus start without its servers', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk({}, ['erp-purchase-receipts']);
  });

  afterEach(() => desk.remove());

  for (const [name, variable, scheme] of [
    ['RabbitMQ', 'STOCKBUS_BROKER', 'amqp'],
    ['MongoDB', 'STOCKBUS_STORE', 'mongodb'],
  ] as const) {
    it(`listens and is not ready while ${name} is away, and ends when it is told to`, async function () {
      this.timeout(60_000);
      const env = { [variable]: `${scheme}://127.0.0.1:${await freePort()}` };
      const hub = desk.spawn(['start'], env);
      const end = ended(hub);
      const [listening, waits] = await Promise.all([
        logged(hub, 'hub.listening'),
        logged(hub, 'hub.waits'),
      ]);
      assert.match(String(waits.code), /UNREACHABLE/);
      const ready = await fetch(`${listening.address}/readyz`);
      assert.equal(ready.status, 503);
      assert.match(await ready.text(), /"hub":"starting","waitsFor":"/);
      const posted = await fetch(`${listening.address}/v1/flows/erp-purchase-receipts`, {
        method: 'POST',
        headers: { 'content-type': 'text/csv' },
        body: 'a;b\n',
      });
      assert.equal(posted.status, 503);
      assert.ok(posted.headers.get('retry-after'));
      hub.kill('SIGTERM');
      assert.equal((await end).code, 0);
    });

    it(`ends at once where --fail-fast asks for it, as other commands do: ${name}`, async function () {
      this.timeout(60_000);
      const env = { [variable]: `${scheme}://127.0.0.1:${await freePort()}` };
      const { code, err } = await desk.runProcess(['start', '--fail-fast'], env);
      assert.equal(code, 1);
      assert.match(err, /UNREACHABLE/);
    });
  }
});

describePairs('servers that come after the hub', (pair) => {
  if (pair.name === 'embedded') return;

  it('are found, one after the other, and the hub books', async function () {
    this.timeout(90_000);
    const place = await pair.workplace();
    const desk = new Desk(place.env, ['erp-purchase-receipts']);
    const ways = {
      broker: new URL(place.env.STOCKBUS_BROKER!),
      store: new URL(place.env.STOCKBUS_STORE!),
    };
    const ports = { broker: await freePort(), store: await freePort() };
    const at = (url: URL, port: number): string => url.href.replace(url.host, `127.0.0.1:${port}`);
    const store = new URL(at(ways.store, ports.store));
    store.searchParams.delete('replicaSet');
    store.searchParams.set('directConnection', 'true');
    const hub = desk.spawn(['start'], {
      STOCKBUS_BROKER: at(ways.broker, ports.broker),
      STOCKBUS_STORE: store.href,
    });
    const end = ended(hub);
    const { address } = await logged(hub, 'hub.listening');
    const ready = async () => (await fetch(`${address}/readyz`)).status;
    assert.equal(await ready(), 503);
    const first = doorTo(ways.store, ports.store);
    assert.equal(await ready(), 503);
    const second = doorTo(ways.broker, ports.broker);
    await until('the hub', async () => (await ready()) === 200);
    hub.kill('SIGTERM');
    assert.equal((await end).code, 0);
    first.shut();
    second.shut();
    desk.remove();
    await place.remove(['stock.commands.g1.p00']);
  });
});
