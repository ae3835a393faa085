/** An export of stock without dates and numbers, as its reader meets it. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { Desk } from './cli.ts';

const flow = `flow: outlet-stock
from: { folder: wms-inbox, pattern: "outlet-*.csv" }
read: csv
steps:
  - map:
      document: $payload.file
      at: $payload.received
      sku: sku
      location: place
      quantity: $decimal(found, ".")
      const: { reason: outlet }
key: $payload.sha256 & "/" & $row
to: stock.count.v1
`;

describe('a file without a date of its own', () => {
  let desk: Desk;
  before(() => {
    desk = new Desk({}, []);
    writeFileSync(desk.path('flows', 'outlet-stock.yaml'), flow);
    writeFileSync(desk.path('outlet-1.csv'), 'sku,place,found\nCUP-200,BER,5\nESP-1KG,BER,7\n');
  });
  after(() => desk.remove());

  it('is booked as of when it came, and is booked before whenever it comes again', async () => {
    assert.doesNotMatch((await desk.run(['lint'])).out, /outlet-stock/);
    const rehearsed = await desk.run(['run', 'outlet-stock', 'outlet-1.csv', '--dry-run']);
    assert.match(rehearsed.out, /2 would be booked/, rehearsed.err);
    assert.match((await desk.run(['run', 'outlet-stock', 'outlet-1.csv'])).out, /2 booked/);
    const again = await desk.run(['run', 'outlet-stock', 'outlet-1.csv']);
    assert.match(again.out, /0 booked, 2 booked before/);
    const dry = await desk.run(['run', 'outlet-stock', 'outlet-1.csv', '--dry-run']);
    assert.match(dry.out, /2 booked before/);
    assert.equal((await desk.run(['verify'])).code, 0);
  });
});
