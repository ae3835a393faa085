/** Two replicas behind haproxy, as docs/operations/replicas.md configures it: one goes in the middle, and nobody notices. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { findHaproxy, freePort } from '../../scripts/servers.ts';
import { EventStream } from '../EventStream.ts';
import { HubFolder, HubProcess } from '../HubProcess.ts';
import { until } from '../hubRun.ts';
import { describeServers, type Workplace } from '../pairs.ts';

const TOKEN = 'a-token-of-sixteen-characters';
const authorization = `Bearer ${TOKEN}`;
const CLIENTS = 4;
const WRITES = 100;
const GOES_AFTER = 40;

const [, page = ''] =
  /```haproxy\n(.*?)```/s.exec(readFileSync('docs/operations/replicas.md', 'utf8')) ?? [];

describeServers('two replicas behind haproxy', (pair) => {
  let place: Workplace;
  let folders: HubFolder[];
  const hubs: HubProcess[] = [];
  const proxies: ChildProcess[] = [];
  const ports: number[] = [];

  const start = async (index: number): Promise<void> => {
    const { data } = folders[index]!;
    const port = String(ports[index]);
    const env = { ...place.env, STOCKBUS_DATA: data, STOCKBUS_PORT: port, STOCKBUS_TOKEN: TOKEN };
    hubs[index] = await HubProcess.start(folders[index]!, [], [], env);
  };

  before(async () => {
    place = await pair.workplace();
    const config = 'http: { trustProxy: 1 }\napply: { partitions: 4 }\n';
    folders = [0, 1].map(() => new HubFolder({ 'config/hub.yaml': config }));
    for (const _ of folders) ports.push(await freePort());
    await start(0);
    await start(1);
  });

  after(async () => {
    for (const haproxy of proxies) haproxy.kill('SIGKILL');
    for (const hub of hubs) await hub.end();
    for (const folder of folders) folder.remove();
    await place.remove([0, 1, 2, 3].map(commandQueue));
  });

  /** As on the page, with other ports and this balance. */
  async function proxied(balance: string): Promise<{ url: string; haproxy: ChildProcess }> {
    const port = await freePort();
    const config = page
      .replace('balance roundrobin', `balance ${balance}`)
      .replace(':8000', `:${port}`)
      .replace(':8081', `:${ports[0]}`)
      .replace(':8082', `:${ports[1]}`);
    const file = join(place.data, `${balance}.cfg`);
    writeFileSync(file, config);
    const haproxy = spawn(findHaproxy(), ['-db', '-f', file], { stdio: 'ignore' });
    proxies.push(haproxy);
    const url = `http://127.0.0.1:${port}`;
    await until('both replicas to be ready', async () => {
      const answers = await Promise.all([ask(`${url}/readyz`), ask(`${url}/readyz`)]);
      return answers.every((status) => status === 200);
    });
    return { url, haproxy };
  }

  const ask = (url: string): Promise<number> =>
    fetch(url).then(
      ({ status }) => status,
      () => 0,
    );

  async function write(url: string, sku: string, number: number): Promise<number> {
    const id = `GR-${sku}-${number}`;
    const lines = [{ line: '1', sku, location: 'B', quantity: '1', unitCost: '2' }];
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': id };
    const body = JSON.stringify({ id, document: id, at: '2026-01-05T08:00:00Z', lines });
    for (;;) {
      const response = await fetch(`${url}/v1/stock/receipts`, { method: 'POST', headers, body });
      const text = await response.text();
      assert.match(text, /^{/, 'an answer of the hub, and none of haproxy');
      const answer = JSON.parse(text) as { code?: string };
      // Of one that the killed replica had in hand: it says when to come again.
      if (answer.code !== 'IDEMPOTENCY_RUNNING') return response.status;
      await wait(1_000 * Number(response.headers.get('retry-after')));
    }
  }

  /** Every event of the SKU once, by as many streams as it takes. */
  async function follow(url: string, sku: string, events: number): Promise<string[]> {
    const seen: string[] = [];
    let last = '';
    while (seen.length < events) {
      const more: Record<string, string> = last === '' ? {} : { 'last-event-id': last };
      const after = last === '' ? '&after=0' : '';
      const asked = `${url}/v1/events?types=stock.changed.v1&sku=${sku}${after}`;
      const stream = await EventStream.open(asked, { authorization, ...more });
      try {
        while (seen.length < events) {
          const { event, data, id } = await stream.next();
          if (event === '(end)') break;
          if (event === 'stock.changed.v1') seen.push(JSON.parse(data!).data.document);
          if (id !== undefined) last = id;
        }
      } catch {
        // It was cut with its replica, and goes on at the other.
      } finally {
        stream.cut();
      }
    }
    return seen;
  }

  const cases = [
    ['roundrobin', 'SIGKILL', 'is killed'],
    ['leastconn', 'SIGTERM', 'is told to end'],
  ] as const;
  for (const [balance, signal, happens] of cases) {
    it(`fails no write and books none twice when one ${happens} (${balance})`, async () => {
      const { url, haproxy } = await proxied(balance);
      const sku = `A-${balance}`;
      const followed = follow(url, sku, WRITES);
      const statuses: number[] = [];
      let next = 0;
      let gone: Promise<unknown> | undefined;
      const client = async (): Promise<void> => {
        while (next < WRITES) {
          const number = next++;
          if (number === GOES_AFTER) gone = hubs[0]!.end(signal);
          statuses.push(await write(url, sku, number));
        }
      };
      await Promise.all(Array.from({ length: CLIENTS }, client));
      await gone;
      assert.deepEqual(new Set(statuses), new Set([202]));
      // What the one that was killed had taken it hands on when it is there again.
      await start(0);
      const seen = await followed;
      assert.equal(new Set(seen).size, WRITES, 'each once, and no gap');
      for (const port of ports) {
        const asked = await fetch(`http://127.0.0.1:${port}/v1/stock/${sku}`, {
          headers: { authorization },
        });
        const { rows } = (await asked.json()) as { rows: { onHand: string }[] };
        assert.equal(rows[0]!.onHand, String(WRITES));
      }
      const closed = once(haproxy, 'close');
      haproxy.kill('SIGTERM');
      await closed;
    });
  }
});
