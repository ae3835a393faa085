/** What a subscriber could not be given: seen, and sent again to it alone. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { Desk } from './cli.ts';

const RECEIPTS = `from: { folder: in, pattern: "*.csv" }
read: { csv: {} }
steps:
  - map:
      sku: Item
      location: Whse
      quantity: $decimal(Qty)
      unitCost: '"1"'
      currency: '"EUR"'
      document: PO
      at: '"2026-03-01T10:00:00Z"'
key: PO
to: stock.receive.v1
`;
const SHOP = (rule: string): string => `from: stock.changed.v1
steps:
  - validate:
      - { rule: '${rule}', message: the shop does not know it }
write: json
to: { folder: out, name: "shop-{seq}.json" }
`;

const QUEUES = [commandQueue(0), sinkQueue('shop'), sinkQueue('other')];

describePairs('work on dead letters', (pair) => {
  let desk: Desk;
  let place: Workplace;
  afterEach(async () => {
    desk.remove();
    await place.remove(QUEUES);
  });

  it('finds what a subscription refused, and sends it again, to that one alone', async () => {
    place = await pair.workplace();
    desk = new Desk(place.env);
    desk.clearFlows();
    const { STOCKBUS_BROKER: broker, STOCKBUS_STORE: store } = place.env;
    if (broker && store) {
      appendFileSync(desk.path('config/hub.yaml'), `broker: ${broker}\nstore: ${store}\n`);
    }
    mkdirSync(desk.path('out'));
    writeFileSync(desk.path('flows/receipts.yaml'), RECEIPTS);
    writeFileSync(desk.path('flows/shop.yaml'), SHOP('sku != "B-2"'));
    writeFileSync(desk.path('flows/other.yaml'), SHOP('true').replace('shop-', 'other-'));
    writeFileSync(desk.path('a.csv'), 'PO,Item,Whse,Qty\nPO-1,A-1,BER,5\n');
    writeFileSync(desk.path('b.csv'), 'PO,Item,Whse,Qty\nPO-77,B-2,BER,7\n');
    for (const file of ['a.csv', 'b.csv']) {
      const taken = await desk.run(['run', 'receipts', file]);
      assert.equal(taken.code, 0, taken.err);
    }
    const sent = (): string[] => readdirSync(desk.path('out')).sort();
    const before = sent();
    const list = await desk.run(['dead', 'list', '--find', 'PO-77']);
    assert.match(list.out, /shop +1 +open .*the shop does not know it/);
    assert.doesNotMatch(list.out, /other/);
    const [id] = /^[0-9a-f]{20}/m.exec(list.out)!;
    assert.deepEqual((await desk.run(['dead', 'list', '--find', 'PO-1'])).out, '');
    const shown = await desk.run(['dead', 'show', id]);
    assert.match(shown.out, /"sku": "B-2"/);
    assert.match(shown.out, /To do: +once the other side takes it: stockbus dead replay/);
    // Without a change it dies again, as another letter.
    const again = await desk.run(['dead', 'replay', id]);
    assert.equal(again.code, 0, again.err);
    assert.match((await desk.run(['dead', 'replay', id])).err, /CASE_CLOSED/);
    assert.deepEqual(sent(), before);
    writeFileSync(desk.path('flows/shop.yaml'), SHOP('true'));
    const replayed = await desk.run(['dead', 'replay', '--flow', 'shop']);
    assert.equal(replayed.code, 0, replayed.err);
    assert.match(replayed.out, /1 letter on the way again/);
    const [file, ...more] = sent().filter((name) => !before.includes(name));
    assert.deepEqual(more, []);
    assert.match(file!, /^shop-/);
    assert.match(readFileSync(desk.path('out', file!), 'utf8'), /"sku":"B-2"/);
    assert.equal((await desk.run(['dead', 'list'])).out, '');
    const done = await desk.run(['dead', 'list', '--state', 'replayed']);
    assert.equal(done.out.match(/^[0-9a-f]{20}/gm)?.length, 2);
  });
});
