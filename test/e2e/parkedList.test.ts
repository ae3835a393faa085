/** `stockbus parked list`: what waits for a person, and what waits no more. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { Desk } from './cli.ts';

describe('parked list', function () {
  this.timeout(60_000);

  it('has what was not booked since, and shows the rest when asked', async () => {
    const desk = new Desk({}, ['crm-orders-shipped', 'warehouse-counts']);
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
      assert.doesNotMatch(both.err, /since|stage intake/);
      const [id] = /^[0-9a-f]{20}/m.exec(both.out)!;
      const shown = await desk.run(['parked', 'show', id]);
      assert.match(
        shown.out,
        /^To do: +correct what is named.* once it is booked, this entry is settled\.$/m,
      );
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
      // What intake parked is known again by its key.
      const send = async (shipped: object) => {
        writeFileSync(orders, JSON.stringify({ orders: [shipped] }));
        return desk.run(['run', 'crm-orders-shipped', orders]);
      };
      const bad = { ...order('A'), orderNumber: 'C', shippedAt: 'soon' };
      await send(bad);
      const all = await desk.run(['parked', 'list']);
      const [ofIntake] = /^[0-9a-f]{20}(?=.* intake )/m.exec(all.out)!;
      const why = await desk.run(['parked', 'show', ofIntake]);
      assert.match(
        why.out,
        /^To do: +correct it where it came from.*once a record with its key is booked/m,
      );
      // The same again is not it, and neither is another.
      await send(bad);
      assert.match((await desk.run(['parked', 'list'])).out, new RegExp(ofIntake));
      const none = { ...order('C'), items: [{ ...order('C').items[0]!, quantity: 0 }] };
      await send(none);
      assert.match((await desk.run(['parked', 'list'])).out, new RegExp(ofIntake));
      writeFileSync(config, text);
      assert.match((await send(order('C'))).out, /1 booked/);
      const after = await desk.run(['parked', 'list']);
      assert.doesNotMatch(after.out, new RegExp(ofIntake));
      assert.match((await desk.run(['parked', 'list', '--settled'])).out, new RegExp(ofIntake));
    } finally {
      desk.remove();
    }
  });
});
