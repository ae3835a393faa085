/** A flow that is renamed, as its author meets it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Desk, root } from './cli.ts';

const sample = join(root, 'flows/samples/erp-purchase-receipts.csv');

describe('a flow that is renamed', () => {
  let desk: Desk;
  before(() => {
    desk = new Desk({}, ['erp-purchase-receipts']);
  });
  after(() => desk.remove());

  const write = (text: string): void => {
    writeFileSync(desk.path('flows', 'purchase-receipts.yaml'), text);
  };

  it('is asked about by lint, which makes nothing, and books nothing twice under its source', async () => {
    const before = await desk.run(['lint']);
    assert.doesNotMatch(before.out, /FLOW_SOURCE_GONE/);
    assert.ok(!readdirSync(desk.folder).includes('data'));

    assert.match((await desk.run(['run', 'erp-purchase-receipts', sample])).out, /6 booked/);
    const old = desk.path('flows', 'erp-purchase-receipts.yaml');
    const text = readFileSync(old, 'utf8').replace('erp-purchase-receipts', 'purchase-receipts');
    renameSync(old, desk.path('flows', 'purchase-receipts.yaml'));
    rmSync(desk.path('flows', 'erp-purchase-receipts.test.yaml'));
    write(text);
    const { code, out } = await desk.run(['lint']);
    assert.equal(code, 0);
    assert.match(
      out,
      /hint: flows\/purchase-receipts\.yaml:\d+:\d+ FLOW_SOURCE_GONE documents of 'erp-purchase-receipts' were booked.*write 'source: erp-purchase-receipts' in it/,
    );

    const hint =
      /^hint: flows\/purchase-receipts\.yaml:\d+:\d+ FLOW_SOURCE_GONE .*'erp-purchase-rec/;
    const [header, row] = readFileSync(sample, 'utf8').split('\n') as [string, string];
    writeFileSync(desk.path('none.csv'), `${header}\n${row.replace('POSTED', 'OPEN')}\n`);
    for (const dry of [['--dry-run'], []])
      assert.match((await desk.run(['run', 'purchase-receipts', 'none.csv', ...dry])).out, hint);

    write(text.replace('about:', 'source: erp-purchase-receipts\nabout:'));
    assert.doesNotMatch((await desk.run(['lint'])).out, /FLOW_SOURCE_GONE/);
    const again = await desk.run(['run', 'purchase-receipts', sample]);
    assert.match(again.out, /0 booked, 6 booked before/);
    assert.doesNotMatch(again.out, /FLOW_SOURCE_GONE/);
  });
});
