/** `stockbus parked list`: what waits for a person, and what waits no more. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { Desk } from './cli.ts';

describe('parked list', function () {
  this.timeout(20_000);

  it('has what was not booked since, and shows the rest when asked', async () => {
    const desk = new Desk();
    try {
      const config = desk.path('config/hub.yaml');
      const text = readFileSync(config, 'utf8');
      writeFileSync(config, text.replace('\nstock:', '\nstock:\n  negative: deny'));
      const orders = desk.path('orders.json');
      const order = (orderNumber: string) => ({
        ...{ orderNumber, status: 'shipped', shippedAt: '2026-03-09T15:20:00Z' },
        account: { number: 'C' },
        items: [{ position: 1, sku: 'NEW', warehouse: 'BER', quantity: 1 }],
      });
      const ship = async (...numbers: string[]) => {
        writeFileSync(orders, JSON.stringify({ orders: numbers.map(order) }));
        return desk.run(['run', 'crm-orders-shipped', orders]);
      };
      await ship('A', 'B');
      const both = await desk.run(['parked', 'list']);
      assert.equal(both.out.match(/STOCK_INSUFFICIENT/g)?.length, 2);
      assert.doesNotMatch(both.err, /since/);
      const opening = desk.path('counts-1.csv');
      writeFileSync(
        opening,
        'state,count,counted_at,reason,pos,sku,place,lot,best_before,condition,found,unit\n' +
          'closed,C1,2026-03-01T10:00:00Z,x,1,NEW,BER,,,,1,\n',
      );
      assert.equal((await desk.run(['run', 'warehouse-counts', opening])).code, 0);
      assert.match((await ship('A')).out, /1 booked/);
      const waiting = await desk.run(['parked', 'list']);
      assert.equal(waiting.out.match(/STOCK_INSUFFICIENT/g)?.length, 1);
      assert.match(waiting.err, /1 more was booked since: --settled/);
      const settled = await desk.run(['parked', 'list', '--settled']);
      assert.equal(settled.out.match(/STOCK_INSUFFICIENT/g)?.length, 1);
      assert.notEqual(settled.out, waiting.out);
    } finally {
      desk.remove();
    }
  });
});
