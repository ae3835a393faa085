/** Receipts that wait for their despatch, as who runs the hub sees them. */
import assert from 'node:assert/strict';
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
    assert.match(out, /2 records handed on to supplier-receipts\/await\n/);
    assert.match(
      out,
      /1 record waits in supplier-receipts\/await under 'S-104\/DA-88' for what supplier-despatches makes, until \d{4}-.*Z at the latest\n/,
    );
    assert.doesNotMatch(out, /already/);
    const shown = (await waiting()).split('\n').filter((line) => line.includes('/await'));
    assert.deepEqual(
      shown.map((line) => line.trim().split(/ {2,}/).slice(0, 3)),
      [
        ['supplier-receipts/await', 'S-104/DA-88', '1'],
        ['supplier-receipts/await', 'S-311/DA-88', '1'],
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
    assert.match(tried.out, /1 await .*\n(?:.*\n)*?to supplier-receipts\/await, where it waits\n/);
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
      "INSERT INTO stage_rows VALUES ('long/await', ?, 'x', '', NULL, ?)",
    );
    for (const key of keys) row.run(key, key === 'K150' ? '{"v":9}' : '{"v":1,"waiting":2}');
    database.close();
    const shown = (await waiting()).split('\n').filter((line) => line.includes('long/await'));
    assert.deepEqual(
      shown.map((line) => line.trim().split(/ {2,}/).slice(1, 3)),
      keys.map((key) => [key, key === 'K150' ? 'cannot be read' : '2']),
    );
  });
});
