/** Flows, tables and rules are read anew while the hub runs: what is changed changes, and what is bad runs on as it was. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { HubFolder, HubProcess } from '../HubProcess.ts';
import { until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { root } from './cli.ts';

const flow = (name: string, place = 'Place'): string => `flow: ${name}
from: http
read: { csv: {} }
steps:
  - map: { sku: Item, location: ${place}, quantity: $decimal(Qty), at: $date(At), document: No }
key: No
to: stock.receive.v1
`;

const payload = (number: string, place = 'BER'): string =>
  `No,Item,Place,Qty,At\n${number},A-1,${place},2,2026-03-01T08:00:00Z\n`;

/** In place of the document alone. */
const PRICE = `document: No, unitCost: '$decimal("10.00")', currency: '"USD"'`;
const DOOR = `flow: door
from: { folder: inbox, pattern: "*.csv", settle: 20ms, recheck: 200ms }
read: { csv: {} }
steps: []
to:
  - to: { flow: joined }
    map: { number: No, item: Item }
`;
const JOINED = `flow: joined
from: { flow: [door] }
steps: []
key: number
to:
  - map: { document: number, sku: item, const: { location: BER, at: "2026-03-01T08:00:00Z" }, quantity: '$decimal("1")' }
    type: stock.issue.v1
`;
const FEED = `flow: feed
from: stock.changed.v1
write: { json: { format: lines } }
to: { folder: feed, name: "stock-{seq}.ndjson" }
`;

interface Ended {
  code: number;
  stdout: string;
}

interface Report {
  flows: { flow: string; change: string; faults: string[] }[];
  needsRestart: string[];
}

describePairs('a hub that reads its folder anew', (pair) => {
  let place: Workplace;
  let folder: HubFolder;
  let hub: HubProcess;

  beforeEach(async function () {
    this.timeout(180_000);
    place = await pair.workplace();
    folder = new HubFolder({
      'config/hub.yaml': 'stock: { zone: UTC }\n',
      'flows/same.yaml': flow('same'),
      'flows/other.yaml': flow('other', `'$lookup("places", Place)'`),
    });
    mkdirSync(join(folder.path, 'config/tables'));
    write('config/tables/places.csv', 'name,code\nBER,BER\n');
    hub = await HubProcess.start(folder, [], [], place.env);
  });

  afterEach(async function () {
    this.timeout(180_000);
    await hub.end('SIGKILL');
    folder.remove();
    await place.remove([commandQueue(0), sinkQueue('feed')]);
  });

  const write = (name: string, text: string): void => writeFileSync(join(folder.path, name), text);
  const reload = (): Promise<Response> => fetch(`${hub.url}/v1/reload`, { method: 'POST' });
  const changes = async (): Promise<string[]> => {
    const answer = await reload();
    assert.equal(answer.status, 200, await answer.clone().text());
    const { flows } = (await answer.json()) as Report;
    return flows.map(({ flow: name, change }) => `${name}: ${change}`).sort();
  };
  const parkedOf = async (name: string, number: string, at?: string): Promise<number> => {
    const answer = await hub.post(name, payload(number, at), 'text/csv');
    assert.equal(answer.status, 202, await answer.clone().text());
    return ((await answer.json()) as { parked: number }).parked;
  };

  const those = async (change: string): Promise<string[]> =>
    (await changes()).flatMap((line) => {
      const [name = '', is] = line.split(': ');
      return is === change ? [name] : [];
    });
  const config = (of: string): void =>
    write(
      'config/hub.yaml',
      `stock: { zone: UTC, currency: EUR, negative: allow }
connectors:
  inbox: { folder: { path: "\${STOCKBUS_DATA}/in-${of}" } }
  feed: { folder: { path: "\${STOCKBUS_DATA}/out-${of}" } }
`,
    );
  const drop = (inbox: string, number: string): void => {
    const temporary = join(place.data, inbox, `.${number}.csv`);
    writeFileSync(temporary, `No,Item\n${number},${number}-sku\n`);
    renameSync(temporary, join(place.data, inbox, `${number}.csv`));
  };
  const toldIn = (of: string): string =>
    readdirSync(join(place.data, `out-${of}`), { withFileTypes: true })
      .filter((one) => one.isFile() && !one.name.startsWith('.'))
      .map((one) => readFileSync(join(one.parentPath, one.name), 'utf8'))
      .join('');
  const arrives = (sku: string, of: string): Promise<unknown> =>
    until(`${sku} in out-${of}`, async () => toldIn(of).includes(sku), 60_000);

  it('takes what is changed, new and gone, and leaves the rest alone; a bad file runs on as it was', async function () {
    this.timeout(180_000);
    assert.equal(await parkedOf('other', 'GR-1'), 0);
    write('config/tables/places.csv', 'name,code\nHAM,HAM\n');
    write('flows/fresh.yaml', flow('fresh'));
    assert.deepEqual(await changes(), ['fresh: added', 'other: changed', 'same: unchanged']);
    assert.equal(await parkedOf('fresh', 'GR-2'), 0);
    assert.equal(await parkedOf('other', 'GR-3'), 1, 'by the table as it is now');

    write('flows/fresh.yaml', flow('fresh').replace('steps:', 'stepz:'));
    rmSync(join(folder.path, 'flows/other.yaml'));
    const answer = await reload();
    const { flows } = (await answer.json()) as Report;
    const kept = flows.find(({ flow: name }) => name === 'fresh');
    assert.equal(kept?.change, 'kept');
    assert.match(kept.faults[0]!, /flows\/fresh\.yaml.*stepz/);
    assert.equal(await parkedOf('fresh', 'GR-4'), 0, 'by the file as it was');
    assert.equal((await hub.post('other', payload('GR-5'), 'text/csv')).status, 404);
    const told = await hub.logged('hub.reloaded', ({ faults }) => (faults as string[]).length > 0);
    assert.deepEqual(told.flows, ['fresh: kept', 'other: removed', 'same: unchanged']);
  });

  it('pauses and resumes a flow by HTTP, whoever reads the folder anew meanwhile', async function () {
    this.timeout(180_000);
    const say = (action: string, body: object) =>
      fetch(`${hub.url}/v1/flows/same/${action}`, { method: 'POST', body: JSON.stringify(body) });
    assert.equal((await say('pause', {})).status, 400);
    const paused = await say('pause', { by: 'night', reason: 'it doubles rows' });
    assert.equal(paused.status, 200);
    assert.equal(((await paused.json()) as { by: string }).by, 'local (night)');
    await changes();
    const refused = await hub.post('same', payload('GR-1'), 'text/csv');
    assert.equal(refused.status, 503);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    const { detail } = (await refused.json()) as { detail: string };
    assert.match(
      detail,
      /^the flow 'same' is paused by local \(night\) since \S+: it doubles rows$/,
    );
    assert.equal(await parkedOf('other', 'GR-2'), 0);
    const resumed = (await (await say('resume', {})).json()) as { state: string };
    assert.equal(resumed.state, 'running');
    assert.equal(await parkedOf('same', 'GR-1'), 0);
  });

  it('books by the rates as they are by then', async function () {
    this.timeout(180_000);
    const rates = (rate: string): void =>
      write('config/rates.csv', `currency,from,rate\nUSD,2026-01-01,${rate}\n`);
    const values = async (sku: string): Promise<string[]> => {
      const answer = await fetch(`${hub.url}/v1/valuation?sku=${sku}`);
      const { rows } = (await answer.json()) as { rows: { value: string }[] };
      return rows.map(({ value }) => value);
    };
    const valued = async (number: string, sku: string): Promise<string[]> => {
      await hub.post('priced', payload(number).replace('A-1', sku), 'text/csv');
      await until(`the value of ${sku}`, async () => (await values(sku)).length > 0);
      return values(sku);
    };
    config('1');
    rates('0.5');
    write('flows/priced.yaml', flow('priced').replace('document: No', PRICE));
    await changes();
    assert.deepEqual(await valued('GR-1', 'US-1'), ['10.00']);
    rates('0.25');
    const unchanged = ['other: unchanged', 'priced: unchanged', 'same: unchanged'];
    assert.deepEqual(await changes(), unchanged, 'rates are those of booking, and of no flow');
    assert.deepEqual(await valued('GR-2', 'US-2'), ['5.00']);
    assert.deepEqual(await values('US-1'), ['10.00']);
  });

  it('goes on with a source, a sink and linked flows as they are by then, and loses nothing between', async function () {
    this.timeout(180_000);
    for (const name of ['in-1', 'in-2', 'out-1', 'out-2']) mkdirSync(join(place.data, name));
    config('1');
    for (const [name, text] of Object.entries({ door: DOOR, joined: JOINED, feed: FEED }))
      write(`flows/${name}.yaml`, text);
    await changes();
    drop('in-1', 'F-1');
    await arrives('F-1-sku', '1');
    drop('in-2', 'F-2');
    config('2');
    assert.deepEqual(await those('changed'), ['door', 'feed']);
    await arrives('F-2-sku', '2');
    assert.ok(!toldIn('1').includes('F-2-sku'));

    write('flows/door.yaml', DOOR.replace('item: Item', 'article: Item'));
    write('flows/joined.yaml', JOINED.replace('sku: item', 'skuu: item'));
    assert.deepEqual(await those('kept'), ['door', 'joined'], 'one alone would park all');
    drop('in-2', 'F-3');
    await arrives('F-3-sku', '2');
    write('flows/joined.yaml', JOINED.replace('sku: item', 'sku: article'));
    assert.deepEqual(await those('changed'), ['door', 'joined']);
    drop('in-2', 'F-4');
    await arrives('F-4-sku', '2');
    const parked = await fetch(`${hub.url}/v1/parked`);
    assert.deepEqual(((await parked.json()) as { rows: unknown[] }).rows, []);
  });

  it('does so for the command, which says what became of each flow', async function () {
    this.timeout(180_000);
    const address = new URL(hub.url);
    const stockbus = (...args: string[]) =>
      promisify(execFile)(process.execPath, [join(root, 'bin/stockbus.js'), ...args], {
        cwd: folder.path,
        env: { ...process.env, ...place.env, STOCKBUS_PORT: address.port },
      });
    write('flows/fresh.yaml', flow('fresh'));
    const { stdout } = await stockbus('reload');
    assert.equal(stdout, 'fresh: added\n2 flows unchanged.\n');
    write('flows/fresh.yaml', flow('fresh').replace('steps:', 'stepz:'));
    await assert.rejects(stockbus('reload'), ({ code, stdout: out }: Ended) => {
      assert.equal(code, 3);
      assert.match(out, /^fresh: runs on as it was\n {2}flows\/fresh\.yaml.*stepz/);
      return true;
    });
    write('config/hub.yaml', 'stock: { zone: Nowhere/Land }\n');
    await assert.rejects(stockbus('reload'), { code: 1 });
  });

  it('changes nothing where config/ has faults, and says which; SIGHUP does the same as the command', async function () {
    this.timeout(180_000);
    write('config/hub.yaml', 'stock: { zone: Nowhere/Land }\n');
    const refused = await reload();
    assert.equal(refused.status, 422);
    assert.match(await refused.text(), /RELOAD_REFUSED.*config\/hub\.yaml:1/);
    assert.equal(await parkedOf('same', 'GR-1'), 0);

    write('config/hub.yaml', 'stock: { zone: Europe/Berlin }\napply: { partitions: 3 }\n');
    process.kill(hub.pid, 'SIGHUP');
    const { flows, needsRestart } = await hub.logged('hub.reloaded');
    assert.deepEqual(flows, ['other: changed', 'same: changed']);
    assert.deepEqual(needsRestart, ['apply']);
    assert.equal(await parkedOf('same', 'GR-2'), 0);
    assert.equal((await fetch(`${hub.url}/readyz`)).status, 200);
  });
});
