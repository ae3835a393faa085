/** What is said of a lot whose last day is over. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { Desk } from './cli.ts';

const flow = `flow: lots
from: http
read: json
steps:
  - map:
      document: no
      at: $date("2026-01-02T08:00:00Z")
      sku: sku
      location: place
      quantity: $decimal(quantity)
      lot: lot
      expiresOn: until
key: no
to: stock.receive.v1
`;
const received = [
  { no: 'R-1', sku: 'MILK', place: 'BER', quantity: 5, lot: 'OLD', until: '2026-01-31' },
  { no: 'R-2', sku: 'MILK', place: 'BER', quantity: 7, lot: 'NEW', until: '2999-12-31' },
];

describe('an expired lot', () => {
  const desk = new Desk({}, []);
  after(() => desk.remove());

  before(async () => {
    writeFileSync(desk.path('flows', 'lots.yaml'), flow);
    writeFileSync(desk.path('lots.json'), JSON.stringify(received));
    const run = await desk.run(['run', 'lots', 'lots.json']);
    assert.equal(run.code, 0, run.out + run.err);
  });

  const rows = async (...line: string[]) =>
    JSON.parse((await desk.run([...line, '--format', 'json'])).out);

  it('is called expired, and is promised to nobody', async () => {
    const { out } = await desk.run(['stock', 'MILK']);
    assert.match(out, /^MILK +BER +NEW +available +2999-12-31 +7 +0 +7 *$/m);
    assert.match(out, /^MILK +BER +OLD +expired +2026-01-31 +5 +0 +0 *$/m);
    const all = await rows('stock', 'MILK');
    assert.deepEqual(
      all.map(({ lot, status, available, expired }: Record<string, string>) => [
        lot,
        status,
        available,
        expired,
      ]),
      [
        ['NEW', 'available', '7', ''],
        ['OLD', 'available', '0', 'yes'],
      ],
    );
  });

  it('is shown beside what can be promised', async () => {
    const { out } = await desk.run(['available', 'MILK']);
    assert.match(out, /Expired/);
    const [row] = await rows('available', 'MILK');
    assert.deepEqual([row.onHand, row.expired, row.promisable], ['7', '5', '7']);
  });
});
