/** What a hub was given to run is known: what is there no more gets nothing more, is told, and is retired by a command. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
const QUEUES = [
  commandQueue(0),
  SHOP,
  sinkQueue('till'),
  sinkQueue('desk'),
  'stage.g1.late.delay.p00',
];

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
          ...{ of: 'arrivals', since: paused.since, href: '/v1/flows/map?flow=arrivals' },
          action: { does: 'resume', href: '/v1/flows/arrivals/resume' },
        },
      ],
    );
    await run.close();
    run = await startHubIn(folder, place);
    assert.deepEqual([of(run).state, of(run).since], ['paused', paused.since]);
    assert.match(
      (await run.hub.health()).told!['flow arrivals']!,
      /^paused: FLOW_PAUSED by cli:.* prices are wrong; stockbus flows resume$/,
    );
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
    assert.match((await command('flows', 'retire', 'arrivals', '--drain')).err, /FLOW_NOT_GONE/);
    const dry = await command('flows', 'retire', 'shop');
    assert.equal(dry.code, 3);
    assert.match(dry.out, /gone since \S+ by cli:ops\n {2}queue deliver\.g1\.shop: 1 waiting\n/);
    assert.match((await command('flows', 'list')).out, /^shop +\S+ +gone/m);
    assert.equal((await run.store.control('endpoint', ['shop'])).length, 1);
    const drained = await command('flows', 'retire', 'shop', '--drain');
    assert.deepEqual([drained.code, drained.err], [0, '']);
    assert.equal(await waiting(run), undefined);
    assert.deepEqual(await run.store.control('endpoint', ['shop']), []);
    const { store } = run;
    const dead = await until('the dead letter', async () => {
      const { rows } = await store.deadLetters({}, { limit: 10 });
      return rows.length > 0 && rows;
    });
    assert.match(dead[0]!.reason, /the flow 'shop' was retired/);
    assert.match((await command('flows', 'retire', 'shop')).err, /FLOW_UNKNOWN/);
  });

  it('leaves alone what a hub with other flows over the same store runs, and tells none of it as gone', async () => {
    const other = mkdtempSync(join(tmpdir(), 'stockbus-flows-'));
    cpSync(folder, other, { recursive: true });
    const late = `flow: late
from: { folder: inbox, pattern: "*.late", settle: 20ms, recheck: 200ms }
read: csv
key: No
steps:
  - delay: { for: 1h }
  - map: { document: No, at: $date("2026-01-01"), sku: Sku, location: Bin, quantity: Qty, unitCost: Cost }
to: stock.receive.v1
`;
    writeFileSync(join(folder, 'flows/late.yaml'), late);
    rmSync(join(other, 'flows/arrivals.yaml'));
    renameSync(join(other, 'flows/shop.yaml'), join(other, 'flows/desk.yaml'));
    const desk = (name: string): void => {
      const text = readFileSync(join(folder, 'flows/shop.yaml'), 'utf8');
      writeFileSync(join(other, `flows/${name}.yaml`), text.replace('flow: shop', `flow: ${name}`));
    };
    desk('desk');
    const as = (name: string) => ({ ...place, env: { ...place.env, STOCKBUS_NAME: name } });
    const told = (hub: HubRun): string[] =>
      hub.lines.map(({ event }) => event).filter((event) => event.endsWith('gone'));
    let second: HubRun | undefined;
    try {
      run = await startHubIn(folder, as('a'));
      const { store, broker } = run;
      writeFileSync(join(place.data, 'in', '1.late'), 'No,Sku,Bin,Qty,Cost\nL1,S,BER,1,1\n');
      await until('the delay', async () => (await store.stages()).some((one) => one.waiting === 1));
      second = await startHubIn(other, as('b'), ['deliver', 'intake']);
      rmSync(join(other, 'flows/desk.yaml'));
      desk('till');
      await second.hub.reload(await loadFolder(other, as('b').env), 'cli:ops');
      assert.deepEqual([told(run), told(second)], [[], ['flow.gone']]);
      assert.match(goneIn(second).join('\n'), /'deliver\.g1\.desk' \(0 messages wait\)$/);
      without('late');
      await run.hub.reload(await loadFolder(folder, as('a').env), 'cli:ops');
      assert.deepEqual(told(run), ['flow.gone', 'stage.gone']);
      assert.match(goneIn(run).join('\n'), /the step 'late\/delay' \(1 record waits\)/);
      drop(1);
      const names = ['shop', 'till', 'desk'].map((name) => sinkQueue(name));
      await until('who is told', async () => {
        const { rows } = await store.controlRows({ kind: 'endpoint' }, { limit: 10 });
        return (
          rows
            .map(({ id }) => id)
            .sort()
            .join() === 'shop,till'
        );
      });
      const { queues } = await broker.look(names);
      const lying = queues.filter(({ queue }) => queue === sinkQueue('desk'));
      assert.deepEqual(
        lying.map(({ ready }) => ready),
        [0],
      );
      place.env.STOCKBUS_NAME = 'a';
      const refused = await command('flows', 'retire', 'late', '--remove');
      assert.match(refused.err, /FLOW_NOT_EMPTY.*waiting release late\/delay/s);
      assert.match((await command('flows', 'retire', 'till', '--drain')).err, /deployment 'b'/);
      const inUse = await command('flows', 'retire', 'till', '--remove', '--of', 'b');
      assert.match(inUse.err, /BROKER_QUEUE_IN_USE/);
      assert.equal((await command('flows', 'retire', 'desk', '--remove')).code, 0);
      assert.equal((await command('flows', 'retire', 'late', '--keep')).code, 0);
      await run.close();
      run = await startHubIn(folder, as('a'));
      assert.deepEqual(told(run), ['stage.gone']);
    } finally {
      await second?.close();
      rmSync(other, { recursive: true });
    }
  });
});
