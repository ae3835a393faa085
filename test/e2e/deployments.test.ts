/** What a hub was given to run is known: what is there no more gets nothing more, is told, and is retired by a command. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLine } from '../../core/cli/commandLine.ts';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { loadFolder } from '../../core/hub/openHub.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { type HubRun, reportsOf, startHubIn, until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { RecordedTerminal } from '../recordedTerminal.ts';

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

  const command = async (...line: string[]) => {
    const { terminal, said } = new RecordedTerminal();
    const around = { env: place.env, terminal, workingFolder: '.', enter: () => undefined };
    const code = await commandLine([...line, '--config', folder], around);
    return { code, ...said };
  };

  it('pauses a flow by a command, keeps it paused over a start, and goes on with what waited', async () => {
    run = await startHubIn(folder, place);
    const because = ['--reason', 'prices are wrong'];
    assert.match((await command('flows', 'pause', 'arivals', ...because)).err, /'arrivals'\?/);
    assert.equal((await command('flows', 'pause', 'arrivals')).code, 2);
    const { code, out } = await command('flows', 'pause', 'arrivals', ...because);
    assert.equal(code, 0);
    assert.match(out, /^arrivals is paused by cli:\S+ since \S+: prices are wrong$/m);
    const of = (hub: HubRun) => hub.hub.flows().find(({ name }) => name === 'arrivals')!;
    await until('the pause', () => of(run!).state === 'paused');
    const paused = of(run);
    assert.match(paused.reason!.message, /^by cli:\S+ since \S+: prices are wrong$/);
    drop(1);
    const said = await command('status', '--format', 'json');
    assert.deepEqual(
      JSON.parse(said.out).troubles.filter(({ what }: { what: string }) => what === 'paused'),
      [
        {
          ...{ kind: 'waits', what: 'paused' },
          message: `arrivals: paused ${paused.reason!.message}`,
          see: 'stockbus flows resume arrivals',
        },
      ],
    );
    await run.close();
    run = await startHubIn(folder, place);
    assert.deepEqual([of(run).state, of(run).since], ['paused', paused.since]);
    assert.match((await run.hub.health()).told!['flow arrivals']!, /^paused: by cli:.*wrong$/);
    const body = { origin: { intakeId: 'x', flow: 'arrivals', name: 'x' }, body: [] };
    await assert.rejects(run.hub.accept('arrivals', body as never), { code: 'FLOW_PAUSED' });
    await reload(run);
    assert.equal(of(run).state, 'paused');
    assert.equal((await command('flows', 'resume', 'arrivals')).code, 0);
    assert.equal((await reportsOf(run, 1)).length, 1);
    assert.equal(of(run).state, 'running');
    assert.match((await command('flows', 'resume', 'arrivals')).out, /was not paused/);
  });

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
