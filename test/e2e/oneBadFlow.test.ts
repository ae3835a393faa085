/** One bad flow, and one source that cannot start, keep no other from running; both are told wherever somebody looks. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HubFolder, HubProcess } from '../HubProcess.ts';
import { until } from '../hubRun.ts';
import { Desk } from './cli.ts';

const receipts = (name: string, from: string): string => `flow: ${name}
from: ${from}
read: { csv: {} }
steps:
  - map: { sku: Item, location: Place, quantity: $decimal(Qty), at: $date(At), document: No }
key: No
to: stock.receive.v1
`;

const payload = (number: string): string =>
  `No,Item,Place,Qty,At\n${number},A-1,BER,2,2026-03-01T08:00:00Z\n`;

const CONFIG = `connectors:
  sound: { folder: { path: sound } }
  odd: { folder: { path: odd } }
`;

const bad = receipts('bad', 'http').replace('filter', 'filtre').replace('steps:', 'stepz:');

describe('a flow that is wrong', () => {
  let folder: HubFolder;
  let hub: HubProcess | undefined;

  beforeEach(() => {
    folder = new HubFolder({
      'config/hub.yaml': CONFIG,
      'flows/good.yaml': receipts('good', 'http'),
    });
  });

  afterEach(async () => {
    await hub?.end('SIGKILL');
    folder.remove();
  });

  const flows = async (): Promise<Record<string, string>[]> =>
    ((await (await fetch(`${hub!.url}/v1/flows`)).json()) as { rows: Record<string, string>[] })
      .rows;

  it('is left out, with its faults, and the others book', async () => {
    writeFileSync(join(folder.path, 'flows/bad.yaml'), bad);
    hub = await HubProcess.start(folder);
    const told = await hub.logged('flow.left_out');
    assert.equal(told.flow, 'bad');
    assert.match(String(told.faults), /flows\/bad\.yaml:\d+:\d+ .*stepz/);
    assert.equal((await hub.post('good', payload('GR-1'), 'text/csv')).status, 202);
    const refused = await hub.post('bad', payload('GR-2'), 'text/csv');
    assert.equal(refused.status, 503);
    assert.match(await refused.text(), /FLOW_LEFT_OUT/);
    const ready = await fetch(`${hub.url}/readyz`);
    assert.equal(ready.status, 200);
    assert.match(await ready.text(), /"told":\{"flow bad":"left out: /);
    const shown = (await flows()).map(({ name, state }) => `${name} ${state}`);
    assert.deepEqual(shown, ['bad left out', 'good running']);
    assert.equal(await hub.end(), 0);
  });

  it('that hands on to one that is left out is left out too, and none that only lies beside it', async () => {
    const chained = receipts('chained', 'http').replace(
      'to: stock.receive.v1',
      'to: { flow: bad }',
    );
    const to = chained.replace(/key: No\n/, '');
    writeFileSync(join(folder.path, 'flows/chained.yaml'), to);
    writeFileSync(join(folder.path, 'flows/bad.yaml'), bad.replace('http', '{ flow: chained }'));
    writeFileSync(join(folder.path, 'flows/twice.yaml'), receipts('good', 'http'));
    hub = await HubProcess.start(folder);
    const shown = (await flows()).map(({ name, state, code }) => `${name} ${state} ${code}`);
    assert.deepEqual(shown.slice(1), [
      'chained left out FLOW_UNKNOWN_FLOW',
      'good running ',
      'good left out FLOW_DUPLICATE_NAME',
    ]);
    assert.equal((await hub.post('good', payload('GR-1'), 'text/csv')).status, 202);
  });

  it('keeps no file from being run through another; lint fails all the same', async () => {
    const desk = new Desk();
    try {
      desk.clearFlows();
      writeFileSync(desk.path('flows/good.yaml'), receipts('good', 'http'));
      writeFileSync(desk.path('flows/bad.yaml'), bad);
      writeFileSync(desk.path('receipts.csv'), payload('GR-1'));
      const good = await desk.run(['run', 'good', 'receipts.csv']);
      assert.equal(good.code, 0, good.err);
      assert.match(good.out, /1 booked/);
      assert.match(
        good.err,
        /The flow 'bad' is left out; `stockbus lint` says more: flows\/bad\.yaml/,
      );
      const own = await desk.run(['run', 'bad', 'receipts.csv']);
      assert.equal(own.code, 1);
      assert.match(own.err, /stepz/);
      assert.equal((await desk.run(['lint'])).code, 1);
    } finally {
      desk.remove();
    }
  });

  it('whose source cannot start is tried again, and says why, while the others take in', async () => {
    writeFileSync(
      join(folder.path, 'flows/odd.yaml'),
      receipts('odd', '{ folder: odd, pattern: "*.csv" }'),
    );
    writeFileSync(
      join(folder.path, 'flows/sound.yaml'),
      receipts('sound', '{ folder: sound, pattern: "*.csv", settle: 0s }'),
    );
    // A file where the folder should be.
    writeFileSync(join(folder.path, 'odd'), '');
    hub = await HubProcess.start(folder);
    assert.equal((await hub.logged('flow.start_failed')).flow, 'odd');
    const state = async (): Promise<string> =>
      String((await flows()).find(({ name }) => name === 'odd')?.state);
    assert.equal(await state(), 'failed');
    mkdirSync(join(folder.path, 'sound'), { recursive: true });
    writeFileSync(join(folder.path, 'sound/r.csv'), payload('GR-1'));
    await hub.logged('folder.file_taken');
    const ready = await fetch(`${hub.url}/readyz`);
    assert.equal(ready.status, 200);
    assert.match(await ready.text(), /"flow odd":"failed: FOLDER_UNUSABLE /);
    const desk = new Desk();
    try {
      const env = { STOCKBUS_PORT: new URL(hub.url).port, STOCKBUS_DATA: folder.data };
      const status = await desk.run(['status', '--config', folder.path], env);
      assert.equal(status.code, 1, status.out);
      assert.match(
        status.out,
        /^Not all is well: 1 thing .*\n {2}odd failed: FOLDER_UNUSABLE .*; .+/,
      );
    } finally {
      desk.remove();
    }
    rmSync(join(folder.path, 'odd'));
    assert.equal((await hub.logged('flow.start_succeeded')).flow, 'odd');
    assert.equal(await state(), 'running');
    writeFileSync(join(folder.path, 'odd/r.csv'), payload('GR-2'));
    await until('the other file', () => hub!.lines('folder.file_taken').length === 2);
  });
});
