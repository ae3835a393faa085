/** A flow as its author looks into it, record by record. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Desk, root } from './cli.ts';

const receipts = join(root, 'flows/samples/erp-purchase-receipts.csv');

describe('stockbus try', () => {
  let desk: Desk;

  before(() => {
    desk = new Desk();
  });

  after(() => desk.remove());

  it('shows the first record after each step, and the message that comes of it', async () => {
    const { code, out, err } = await desk.run(['try', 'erp-purchase-receipts', receipts]);
    assert.equal(code, 0, err);
    assert.match(out, /^record 1, line 2\n {2}\{\n {4}"Status": "POSTED",/);
    assert.match(out, /^1 filter flows\/erp-purchase-receipts\.yaml:7:\d+: as before$/m);
    assert.match(out, /^2 map .*\n {2}\{\n {4}"document": "WE-26-0311",/m);
    assert.match(out, /^3 group .*\n {2}\{\n {4}"document": "WE-26-0311",/m);
    assert.match(out, /^stock\.receive\.v1 WE-26-0311\n {2}\{/m);
    // Its document has two lines: the row after it belongs to it.
    assert.match(out, /"sku": "FIL-500"/);
  });

  it('takes for the first what is a record at all', async () => {
    const file = join(desk.folder, 'census.csv');
    writeFileSync(file, 'GF,F,SF,Gasto total 2011\nFuente: x,,,\nGobierno,,,1.50\n');
    const config = join(root, 'examples/tables');
    const { out, err } = await desk.run(['try', 'figures-spending', file, '--config', config]);
    assert.match(out, /^record 2, line 3\n/, err);
    assert.match(out, /"value": "1\.5"/);
  });

  it('shows one record after one step, and what was dropped or is parked', async () => {
    const line = ['try', 'erp-purchase-receipts', receipts, '--record'];
    const map = await desk.run([...line, '2', '--after', 'map']);
    assert.equal(map.code, 0, map.err);
    assert.match(map.out, /^record 2, line 3\n2 map [^\n]*\n {2}\{\n/);
    assert.match(map.out, /"quantity": "200"/);
    assert.doesNotMatch(map.out, /stock\.receive|1 filter/);
    const dropped = await desk.run([...line, '5']);
    assert.equal(dropped.code, 0);
    assert.match(dropped.out, /^1 filter [^\n]*: dropped$/m);
    assert.doesNotMatch(dropped.out, /2 map/);
    const bad = await desk.run([...line, '11']);
    assert.equal(bad.code, 3);
    assert.match(bad.out, /^parked: .*record 11 field sku LOOKUP_NOT_FOUND/m);
  });

  it('gives all of it as JSON, a line for each record', async () => {
    const { code, out } = await desk.run([
      'try',
      'erp-purchase-receipts',
      receipts,
      ...['--all', '--json'],
    ]);
    assert.equal(code, 3);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(lines.length, 15);
    assert.deepEqual(
      lines[0].steps.map(({ number, name }: { number: number; name: string }) => [number, name]),
      [
        [1, 'filter'],
        [2, 'map'],
        [3, 'group'],
      ],
    );
    assert.equal(lines[0].read.ReceiptNo, 'WE-26-0311');
    assert.deepEqual(lines[1].messages, lines[0].messages);
    assert.equal(lines[10].faults[0].code, 'LOOKUP_NOT_FOUND');
  });

  it('takes events through a subscription', async () => {
    const event = {
      sku: 'TEA',
      location: 'BER',
      status: 'available',
      available: '4',
      version: '2',
    };
    writeFileSync(
      desk.path('events.json'),
      JSON.stringify([event, { ...event, status: 'damaged' }]),
    );
    const { code, out } = await desk.run(['try', 'stock-feed-webshop', 'events.json', '--all']);
    assert.equal(code, 0);
    assert.match(out, /^record 2\n[\s\S]*1 filter [^\n]*: dropped$/m);
    assert.match(
      out,
      /sends of all that came in:\n\[\n\{"sku":"TEA","location":"BER","available":"4"/,
    );
  });

  it('asks the books for the rows of a report, or takes those of a file', async () => {
    await desk.run(['run', 'erp-purchase-receipts', receipts]);
    const asked = await desk.run(['try', 'valuation-daily']);
    assert.equal(asked.code, 0, asked.err);
    assert.match(asked.out, /^1 map [^\n]*\n {2}\{\n {4}"SKU": /m);
    assert.match(asked.out, /^SKU;Pool;Quantity;Value;Currency;UnitCost$/m);
    writeFileSync(desk.path('rows.json'), '{"sku":"A","value":"1.00"}\n{"sku":"B"}\n');
    const given = await desk.run(['try', 'valuation-daily', 'rows.json', '--record', '2']);
    assert.match(given.out, /^record 2\n {2}\{\n {4}"sku": "B"/);
  });

  it('works while another flow is broken, and says what is asked wrong', async () => {
    writeFileSync(desk.path('flows/broken.yaml'), 'flow: broken\nfrm: x\n');
    assert.equal((await desk.run(['try', 'erp-purchase-receipts', receipts])).code, 0);
    const dry = await desk.run(['run', 'erp-purchase-receipts', receipts, '--dry-run']);
    assert.equal(dry.code, 3, dry.err);
    const broken = await desk.run(['try', 'broken', receipts]);
    assert.deepEqual(
      [broken.code, /flows\/broken\.yaml:2:1 FLOW_UNKNOWN_FIELD/.test(broken.err)],
      [1, true],
    );
    const wrong: [string[], RegExp][] = [
      [['erp-purchase-receipts', receipts, '--after', 'mapp'], /no step 'mapp'.*1 filter, 2 map/],
      [['erp-purchase-receipts', receipts, '--record', '0'], /'0' is no number of a record/],
      [['erp-purchase-receipts', receipts, '--record', '99'], /no record 99/],
      [['erp-purchase-receipts'], /FILE is missing/],
    ];
    for (const [line, message] of wrong) {
      const { code, err } = await desk.run(['try', ...line]);
      assert.deepEqual([code, message.test(err)], [2, true], err);
    }
  });
});
