/** What commands say to programs: one value of JSON on standard output, whatever else is told beside it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Desk, root } from './cli.ts';

const receipts = join(root, 'flows/samples/erp-purchase-receipts.csv');

describe('commands in JSON', () => {
  let desk: Desk;

  before(() => {
    desk = new Desk({}, ['erp-purchase-receipts', 'stock-feed-webshop']);
  });
  after(() => desk.remove());

  const json = async (line: readonly string[], code = 0) => {
    const ended = await desk.run([...line, '--format', 'json']);
    assert.equal(ended.code, code, ended.out + ended.err);
    assert.match(ended.out, /^[^\n]+\n$/, 'one line');
    return JSON.parse(ended.out);
  };

  it('say what a dry run and a run have done', async () => {
    const dry = await json(['run', 'erp-purchase-receipts', receipts, '--dry-run'], 3);
    assert.deepEqual([dry.dryRun, dry.booked, dry.parked], [true, 6, 4]);
    assert.equal(dry.samples[0].type, 'stock.receive.v1');
    const ran = await json(['run', 'erp-purchase-receipts', receipts], 3);
    assert.deepEqual([ran.booked, ran.exists, ran.parked], [6, 0, 4]);
    assert.equal(ran.parkedFirst.length, 4);
    assert.equal(typeof ran.parkedFirst[0].faults[0].code, 'string');
  });

  it('say what is in order, and what is connected to what', async () => {
    const linted = await json(['lint']);
    assert.deepEqual(linted.flows, ['erp-purchase-receipts', 'stock-feed-webshop']);
    const { flows, broken } = await json(['flows']);
    assert.equal(flows.length, 2);
    assert.deepEqual(broken, []);
  });

  it('say what tests have found, and what they reach', async () => {
    const tested = await json(['test', '--coverage']);
    assert.deepEqual([tested.failed, tested.faults], [[], []]);
    assert.ok(tested.tests > 0);
    assert.equal(tested.coverage.percent, Math.floor(tested.coverage.percent));
  });

  it('say what was copied, and that nothing was to be migrated', async () => {
    const { skus, digest } = await json(['backup', desk.path('copy')]);
    const restored = await desk.run(['restore', desk.path('copy'), '--format', 'json'], {
      STOCKBUS_DATA: desk.path('elsewhere'),
    });
    assert.equal(restored.code, 0, restored.err);
    assert.deepEqual(
      [JSON.parse(restored.out).skus, JSON.parse(restored.out).digest],
      [skus, digest],
    );
    assert.deepEqual(await json(['migrate']), { migrated: false });
  });

  it('say what was made', async () => {
    const { files } = await json(['init', 'made']);
    assert.ok(files.includes('config/hub.yaml'));
  });

  it('tell a fault as they tell it to people, and end as they do', async () => {
    const { faults } = await json(['run', 'erp-purchase-receipt', receipts], 1);
    assert.equal(faults[0].code, 'FLOW_UNKNOWN');
    assert.match(faults[0].todo, /did you mean 'erp-purchase-receipts'/);
  });
});
