/** What a hub was given to run is known: what is there no more gets nothing more, is told, and is retired by a command. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { loadFolder } from '../../core/hub/openHub.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { type HubRun, reportsOf, startHubIn, until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';

const SHOP = sinkQueue('shop');
const QUEUES = [commandQueue(0), SHOP];

describePairs('a deployment', (pair) => {
  let place: Workplace;
  let folder: string;
  let server: Server;
  let status: number;
  let run: HubRun | undefined;

  beforeEach(async () => {
    place = await pair.workplace();
    folder = mkdtempSync(join(tmpdir(), 'stockbus-flows-'));
    cpSync('test/fixtures/endpoint', folder, { recursive: true });
    status = 503;
    server = createServer((request, response) => {
      request.resume();
      request.once('end', () => response.writeHead(status).end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    place.env.SHOP_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });

  afterEach(async () => {
    await run?.close();
    run = undefined;
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true });
    await place.remove(QUEUES);
  });

  const drop = (number: number): void =>
    writeFileSync(
      join(place.data, 'in', `${number}.csv`),
      `No,Sku,Bin,Qty,Cost\nD${number},S,BER,1,1\n`,
    );
  const without = (name: string): void => rmSync(join(folder, `flows/${name}.yaml`));
  const reload = async (hub: HubRun): Promise<void> => {
    await hub.hub.reload(await loadFolder(folder, place.env), 'cli:ops');
  };
  const goneIn = ({ lines }: HubRun): string[] =>
    lines.filter(({ event }) => event === 'flow.gone').map(({ fields }) => String(fields.message));
  const waiting = async ({ broker }: HubRun): Promise<number | undefined> => {
    const { queues } = await broker.look([SHOP]);
    return queues.find(({ queue }) => queue === SHOP)?.ready;
  };

  it('sends nothing more to a subscriber whose flow is gone, keeps what waits, and says so at each start', async () => {
    run = await startHubIn(folder, place);
    drop(1);
    await reportsOf(run, 1);
    const { lines } = run;
    await until('a refusal', () => lines.some(({ event }) => event === 'endpoint.backing_off'));
    without('shop');
    await reload(run);
    assert.match(goneIn(run).join('\n'), /^no flow has.*'deliver\.g1\.shop' \(1 message waits\)$/);
    drop(2);
    await reportsOf(run, 2);
    await until('the event', async () => (await run!.store.backlog()).outbox === 0);
    assert.equal(await waiting(run), 1);
    await run.close();
    run = await startHubIn(folder, place);
    assert.equal(goneIn(run).length, 1);
  });
});
