/** Receipts that wait for their despatch, as who runs the hub sees them. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Desk } from './cli.ts';

describe('stockbus waiting', () => {
  let desk: Desk;
  before(() => {
    desk = new Desk({}, ['supplier-despatches', 'supplier-receipts']);
  });
  after(() => desk.remove());

  const waiting = async (): Promise<string> => {
    const { code, out, err } = await desk.run(['waiting']);
    assert.equal(code, 0, err);
    return out + err;
  };

  it('shows what waits, until what it waits for has come', async () => {
    const received = ['run', 'supplier-receipts', 'flows/samples/supplier-receipts.json'];
    const { out } = await desk.run(received);
    assert.match(out, /2 records handed on to supplier-receipts\/await-supplier-despatches\n/);
    assert.match(
      out,
      /1 record waits in supplier-receipts\/await-supplier-despatches under 'S-104\/DA-88' for what supplier-despatches makes, until \d{4}-.*Z at the latest\n/,
    );
    assert.doesNotMatch(out, /already/);
    const shown = (await waiting()).split('\n').filter((line) => line.includes('/await'));
    assert.deepEqual(
      shown.map((line) => line.trim().split(/ {2,}/).slice(0, 3)),
      [
        ['supplier-receipts/await-supplier-despatches', 'S-104/DA-88', '1'],
        ['supplier-receipts/await-supplier-despatches', 'S-311/DA-88', '1'],
      ],
    );
    assert.match(
      (await desk.run(received)).out,
      /2 of them wait there already, from supplier-receipts\.json at .*: what has one key is booked once\n/,
    );
    const tried = await desk.run([
      'try',
      'supplier-receipts',
      'flows/samples/supplier-receipts.json',
    ]);
    assert.match(
      tried.out,
      /1 await .*\n(?:.*\n)*?to supplier-receipts\/await-supplier-despatches, where it waits\n/,
    );
    assert.doesNotMatch(tried.out, /dropped/);
    await desk.run(['run', 'supplier-despatches', 'flows/samples/supplier-despatches.json']);
    const left = await waiting();
    assert.doesNotMatch(left, /S-104/);
    assert.match(left, /S-311\/DA-88/);
  });

  it('shows a long list in order, with the rows that it cannot read', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => `K${index + 100}`);
    const database = new DatabaseSync(desk.path('data', 'store.db'));
    const row = database.prepare(
      "INSERT INTO stage_rows VALUES ('long/await', ?, 'x', '', NULL, 2, ?)",
    );
    for (const key of keys) row.run(key, key === 'K150' ? '{"v":9}' : '{"v":1}');
    database.close();
    const lines = (await waiting()).split('\n').filter((line) => line.includes('long/await'));
    const shown = lines.filter((line) => !line.startsWith('hint: '));
    assert.deepEqual(
      shown.map((line) => line.trim().split(/ {2,}/).slice(1, 3)),
      keys.map((key) => [key, key === 'K150' ? 'cannot be read' : '2']),
    );
    assert.equal(lines.length, shown.length + 1);
    assert.match(
      lines.at(-1)!,
      /STAGE_GONE no flow has the step 'long\/await' any more, in which 200 records wait since/,
    );
  });

  it('parks what waits in a step that no flow has any more, once somebody says so', async () => {
    const stage = 'supplier-receipts/await-supplier-despatches';
    const release = (name: string) => desk.run(['waiting', 'release', name]);
    const used = await release(stage);
    assert.equal(used.code, 1);
    assert.match(used.err, /STAGE_UNKNOWN a flow has the step .*, which decides by itself/);
    for (const end of ['yaml', 'test.yaml']) rmSync(desk.path('flows', `supplier-receipts.${end}`));
    const gone =
      /hint: STAGE_GONE no flow has the step 'supplier-receipts\/await-supplier-despatches' .* 2 records wait since .*; put the flow 'supplier-receipts' back, or write 'source: supplier-receipts' .*; 'stockbus waiting release supplier-receipts\/await-supplier-despatches' parks what waits/;
    assert.match((await desk.run(['lint'])).out, gone);
    assert.match(await waiting(), gone);
    assert.match(
      (await release('supplier-receipts/await-supplier-despatch')).err,
      /STAGE_UNKNOWN no flow has left a step .*; did you mean 'supplier-receipts\/await-supplier-despatches'\?/,
    );
    const { code, out, err } = await release(stage);
    assert.deepEqual(
      [code, out],
      [0, `2 records of '${stage}' parked: stockbus parked list\n`],
      err,
    );
    const parked = await desk.run(['parked', 'list']);
    assert.match(parked.out, /supplier-receipts .* STAGE_RELEASED it waited in/);
    assert.doesNotMatch(await waiting(), /supplier-receipts/);
  });
});
