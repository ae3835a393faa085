/** The topology of a hub as its author sees it. */
import assert from 'node:assert/strict';
import { Desk } from './cli.ts';

describe('stockbus flows', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk();
  });

  afterEach(() => desk.remove());

  it('says what comes from where, and who is told', async () => {
    const { code, out, err } = await desk.run(['flows']);
    assert.equal(code, 0, err);
    const rows = out.replaceAll(/ +/g, ' ');
    assert.match(
      rows,
      /^Into the books$[\s\S]*^ erp-inbox \(folder\) receipts-\*\.csv → erp-purchase-receipts → stock\.receive\.v1$/m,
    );
    assert.match(
      rows,
      /→ order-reservations → reservation\.create\.v1, reservation\.update\.v1, reservation\.commit\.v1, reservation\.void\.v1, shop-parcels$/m,
    );
    assert.match(
      rows,
      /^Told of what is booked$[\s\S]*^ stock\.changed\.v1 → stock-feed-webshop → webshop \(http\)$/m,
    );
    assert.match(
      rows,
      /^Reports\n[\s\S]*^ 0 6 \* \* \* Europe\/Berlin valuation → valuation-daily → finance-outbox \(folder\)$/m,
    );
    assert.match(rows, /^Events that nobody is told: stock\.rejected\.v1$/m);
    assert.match(rows, /→ reservation\.create\.v1, wms-berlin-outbox \(folder\), /);
    assert.match(rows, /→ supplier-cartons → stock\.receive\.v1; asks pim \(http\)$/m);
    assert.doesNotMatch(rows, /no flow names: .*pim/);
  });

  it('draws it for Mermaid, each thing once', async () => {
    const { code, out } = await desk.run(['flows', '--mermaid']);
    assert.equal(code, 0);
    const lines = out.trimEnd().split('\n');
    assert.equal(lines[0], 'flowchart LR');
    const nodes = lines.filter((line) => /^ {2}n\d+[[(]/.test(line));
    assert.equal(new Set(nodes.map((line) => line.replace(/^ {2}n\d+/, ''))).size, nodes.length);
    const idOf = (name: string) =>
      nodes.find((line) => line.includes(`"${name}"`))?.match(/n\d+/)?.[0] ?? name;
    for (const [from, to] of [
      ['erp-purchase-receipts', 'stock.receive.v1'],
      ['stock.receive.v1', 'the books'],
      ['the books', 'stock.changed.v1'],
      ['stock.changed.v1', 'stock-feed-webshop'],
      ['stock-feed-webshop', 'webshop (http)'],
    ] as const) {
      assert.ok(lines.includes(`  ${idOf(from)} --> ${idOf(to)}`), `${from} --> ${to}\n${out}`);
    }
    assert.ok(lines.includes(`  ${idOf('supplier-cartons')} -. asks .-> ${idOf('pim (http)')}`));
  });
});
