import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from '../../bench/child.ts';
import type { RawWriteFigures } from '../../bench/rawSqlite.ts';
import { Desk, root } from './cli.ts';

describe('the raw writes that the road is measured against', function () {
  this.timeout(60_000);
  const desk = new Desk({}, ['erp-purchase-receipts']);

  before(async () => {
    const sample = join(root, 'flows/samples/erp-purchase-receipts.csv');
    const { code, err } = await desk.run(['run', 'erp-purchase-receipts', sample]);
    assert.equal(code, 3, err);
  });

  after(() => desk.remove());

  for (const kind of ['plain', 'packs']) {
    it(`take the ${kind === 'plain' ? 'content' : 'rows'} of a store that was booked`, async () => {
      const target = desk.path(kind);
      mkdirSync(target);
      const args = [kind, desk.folder, desk.path('data'), target, '2'];
      const options = { args, env: { STOCKBUS_PORT: '0' }, timeoutMs: 30_000 };
      const figures = await runChild<RawWriteFigures>('rawSqlite.ts', options);
      assert.equal(figures.transactions, 2);
      assert.ok(figures.written >= 20, `${figures.written} rows`);
    });
  }
});
