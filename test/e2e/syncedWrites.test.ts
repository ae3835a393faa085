/** How often a file waits for the disk on its way to a subscriber, as the system sees it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import type { Story } from '../../core/history/story.ts';
import { HubFolder, HubProcess } from '../HubProcess.ts';
import { until } from '../hubRun.ts';
import { notRunOutside } from '../notRun.ts';

const hubYaml = (subscriber: string): string => `
http: { port: 0 }
stock: { currency: EUR, minorDigits: 2, unknownSku: create, valuation: fifo }
connectors:
  inbox: { folder: { path: "\${STOCKBUS_DATA}/in" } }
  subscriber: { http: { url: "${subscriber}" } }
`;
const receipts = `
flow: receipts
about: One receipt a row.
from: { folder: inbox, pattern: "*.csv", settle: 50ms, recheck: 100ms }
read: csv
steps:
  - map:
      document: number
      at: $date("2026-03-01")
      sku: sku
      location: place
      quantity: $decimal(quantity)
key: number
to: stock.receive.v1
`;
const feedOf = (name: string): string => `
flow: ${name}
about: Every change of stock.
from: stock.changed.v1
write: json
to: { http: subscriber }
`;

const isTraceable = spawnSync('strace', ['-D', '-e', 'trace=none', 'true']).status === 0;
if (isTraceable) describe('synced writes', suite);
else
  notRunOutside('synced writes', 'strace is not here, or may not trace', 'apt-get install strace');

function suite(): void {
  let folder: HubFolder;
  let hub: HubProcess;
  let server: Server;
  /** Times in milliseconds at which a subscriber was called. */
  const calls: number[] = [];
  const called = Promise.withResolvers<void>();

  before(async () => {
    server = createServer((request, response) => {
      calls.push(Date.now());
      if (calls.length === 2) called.resolve();
      request.resume().on('end', () => response.writeHead(204).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    folder = new HubFolder({
      'config/hub.yaml': hubYaml(`http://127.0.0.1:${port}/`),
      'flows/receipts.yaml': receipts,
      'flows/one.yaml': feedOf('one'),
      'flows/two.yaml': feedOf('two'),
    });
    const traced = ['-e', 'trace=fsync,fdatasync', '-o', join(folder.path, 'trace')];
    hub = await HubProcess.start(folder, [], ['strace', '-D', '-f', '-y', '-ttt', ...traced]);
  });

  after(async () => {
    await hub.end();
    server.close();
    folder.remove();
  });

  /** Files that were synced from one moment to another, in order. */
  const synced = (fromMs: number, toMs: number): string[] => {
    const lines = readFileSync(join(folder.path, 'trace'), 'utf8').split('\n');
    return lines.flatMap((line) => {
      const found = /^\d+ +(?<time>[\d.]+) .*<(?<path>[^>]+-wal)>/.exec(line)?.groups;
      const atMs = Number(found?.time) * 1_000;
      return found && atMs >= fromMs && atMs <= toMs ? [basename(found.path!)] : [];
    });
  };

  it('are two before what subscribers get, and one for all of these, however many the rows', async () => {
    const rows = Array.from({ length: 50 }, (_, index) => `R${index},S${index % 7},X,5`);
    const droppedAt = Date.now();
    folder.drop('rows.csv', `number,sku,place,quantity\n${rows.join('\n')}\n`);
    await called.promise;
    const [broker, store] = ['broker.db-wal', 'store.db-wal'];
    // Subscribers are called while what they get is synced, and then the outbox is rid of it.
    const all = await until('the last sync', async () => {
      const seen = synced(droppedAt, Date.now());
      return seen.length >= 4 && seen;
    });
    // What is noted beside the work comes later, and nobody waits until the disk has it.
    await until('the note of the call', async () => {
      // Before its first note nothing is known of the file.
      const answer = await fetch(`${hub.url}/v1/history/rows.csv`);
      const { lines = [] } = (await answer.json()) as Partial<Story>;
      return lines.some(({ what }) => what === 'delivered');
    });
    assert.deepEqual(all, [broker, store, broker, store]);
    assert.deepEqual(synced(droppedAt, Date.now()), all);
    assert.deepEqual(synced(droppedAt, Math.min(...calls)).slice(0, 2), [broker, store]);
  }).timeout(60_000);
}
