/** Flows, tables and rules are read anew while the hub runs: what is changed changes, and what is bad runs on as it was. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HubFolder, HubProcess } from '../HubProcess.ts';
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
    await place.remove(['stock.commands.g1.p00']);
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
    assert.equal(((await paused.json()) as { by: string }).by, 'api:night');
    await changes();
    const refused = await hub.post('same', payload('GR-1'), 'text/csv');
    assert.equal(refused.status, 503);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    const { detail } = (await refused.json()) as { detail: string };
    assert.match(detail, /^the flow 'same' is paused by api:night since \S+: it doubles rows$/);
    assert.equal(await parkedOf('other', 'GR-2'), 0);
    const resumed = (await (await say('resume', {})).json()) as { state: string };
    assert.equal(resumed.state, 'running');
    assert.equal(await parkedOf('same', 'GR-1'), 0);
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
