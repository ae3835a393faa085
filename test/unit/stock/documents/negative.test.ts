/** More than there is: by policy of item and place, now and at every later date. */
import assert from 'node:assert/strict';
import type { Doc } from '../../../ledgerRig.ts';
import { day, LedgerRig } from '../../../ledgerRig.ts';

const doc =
  (type: string) =>
  (document: string, number: number, quantity: string, more: object = {}): Doc => {
    const lines = [{ sku: 'X', location: 'A', quantity, ...more }];
    const party = type === 'return' ? { party: 'customer' } : {};
    return [type, { document, at: day(number), ...party, lines }];
  };
const receive = doc('receive');
const issue = doc('issue');

describe('stock below zero', () => {
  it('is denied or allowed by the item, else by the place, else by the hub', async () => {
    const rig = new LedgerRig({ policy: { negative: 'deny', negativePlaces: { SHOP: 'allow' } } });
    const take = async (sku: string, location: string): Promise<string> => {
      const [refusal] = await rig.send([issue(`I-${sku}-${location}`, 1, '1', { sku, location })]);
      return refusal?.code ?? 'booked';
    };
    await rig.item('STRICT', { negative: 'deny' });
    await rig.item('LOOSE', { negative: 'allow' });
    assert.equal(await take('X', 'A'), 'STOCK_INSUFFICIENT');
    assert.equal(await take('X', 'SHOP'), 'booked');
    assert.equal(await take('STRICT', 'SHOP'), 'STOCK_INSUFFICIENT');
    assert.equal(await take('LOOSE', 'A'), 'booked');
  });

  it('is denied for transfers, transit, losses, states, components and returns to suppliers too', async () => {
    const rig = new LedgerRig();
    await rig.book(...receive('R1', 1, '1'));
    const transfer = (from: string, to: string) => ({
      ...{ document: 'T1', at: day(2) },
      lines: [{ sku: 'X', from, to, quantity: '2' }],
    });
    const two = { document: 'D1', at: day(2), lines: [{ sku: 'X', location: 'A', quantity: '2' }] };
    const made = {
      ...two,
      lines: [{ sku: 'Y', location: 'A', quantity: '1' }],
      components: two.lines,
    };
    const status = [{ ...two.lines[0], toStatus: 'damaged' }];
    for (const [type, data] of [
      ['transfer', transfer('A', 'B')],
      ['transfer', transfer('transit', 'A')],
      ['adjust', { ...two, reason: 'LOST', lines: [{ ...two.lines[0], quantity: '-2' }] }],
      ['status', { ...two, lines: status }],
      ['produce', made],
      ['return', { ...two, party: 'supplier' }],
    ] as [string, object][]) {
      assert.equal(await rig.refused(type, data), 'STOCK_INSUFFICIENT', type);
    }
    assert.equal((await rig.entries('X')).length, 1);
  });

  it('is denied at later dates too, and says which document would be short', async () => {
    const rig = new LedgerRig();
    await rig.book(...receive('R1', 1, '10'));
    await rig.book(...issue('I1', 4, '6'));
    await rig.book(...receive('R2', 6, '10'));
    await rig.book(...issue('I2', 8, '12'));
    assert.equal(await rig.stock('X', 'A'), '2');
    const { message, field } = await rig.refuse(...issue('I3', 2, '5'));
    assert.equal(field, 'lines[0].quantity');
    assert.match(message, /X at A: 5 asked, 4 there once I1 of 2026-01-04/);
    const late = await rig.refuse(...issue('I3', 2, '3'));
    assert.match(late.message, /2 there once I2 of 2026-01-08/);
    await rig.book(...issue('I3', 2, '2'));
    assert.match((await rig.refuse(...issue('I4', 9, '1'))).message, /1 asked, 0 there$/);
  });

  it('is not there at a date before what came later, though there is enough now', async () => {
    const rig = new LedgerRig();
    await rig.book(...receive('R1', 5, '10'));
    assert.match((await rig.refuse(...issue('I1', 4, '1'))).message, /1 asked, 0 there$/);
  });

  it('ends at the next count, which says what is there', async () => {
    const rig = new LedgerRig();
    await rig.book(...receive('R1', 1, '10'));
    await rig.book(...doc('count')('C1', 5, '3'));
    await rig.book(...issue('I1', 6, '3'));
    await rig.book(...issue('I2', 4, '10'));
    assert.equal(await rig.refused(...issue('I3', 4, '1')), 'STOCK_INSUFFICIENT');
    assert.equal(await rig.stock('X', 'A'), '');
  });

  it('refuses a cancelled receipt, a cancelled return and a cancelled arrival whose goods are gone', async () => {
    const rig = new LedgerRig();
    await rig.book(...receive('R1', 1, '5'));
    await rig.book(...issue('I1', 2, '4'));
    const { code, message } = await rig.refuse('cancel', { document: 'R1' });
    assert.equal(code, 'STOCK_INSUFFICIENT');
    assert.match(message, /I1/);
    await rig.book(...doc('return')('C1', 3, '2'));
    await rig.book(...issue('I2', 4, '3'));
    assert.match((await rig.refuse('cancel', { document: 'C1' })).message, /I2/);
    assert.equal((await rig.entries('X')).length, 4);
  });

  it('where it is allowed is valued at the last known cost, and trued up when the receipt comes', async () => {
    const rig = new LedgerRig({ policy: { negative: 'allow' } });
    await rig.book(...receive('R1', 1, '2', { unitCost: '10' }));
    await rig.book(...issue('I1', 2, '5'));
    assert.equal(await rig.pool('X'), '-3 @ -30.00');
    await rig.book(...receive('R2', 3, '10', { unitCost: '12' }));
    assert.equal(await rig.pool('X'), '7 @ 84.00');
    const trueup = (await rig.entries('X')).at(-1)!;
    assert.deepEqual(
      [trueup.kind, trueup.document, trueup.reference, trueup.corrects, trueup.by, trueup.at],
      ['trueup', 'I1', 'R2', 2, 3, day(3)],
    );
    assert.equal(rig.money(trueup.value), '6.00');
    assert.equal(await rig.charged('X'), 'customer 56.00, supplier -140.00');
  });

  it('of two takers is settled in their order, each charged with its own part', async () => {
    const rig = new LedgerRig({ policy: { negative: 'allow' } });
    await rig.item('X', { standardCost: '1' });
    await rig.book(...issue('I1', 1, '2'));
    await rig.book(...doc('adjust')('A1', 2, '-3'));
    await rig.book(...receive('R1', 3, '4', { unitCost: '5' }));
    assert.equal(await rig.pool('X'), '-1 @ -1.00');
    await rig.book(...receive('R2', 4, '1', { unitCost: '7' }));
    assert.equal(await rig.charged('X'), 'adjustment 17.00, customer 10.00, supplier -27.00');
  });

  it('that was short goes away when the receipt turns out to be earlier', async () => {
    const rig = new LedgerRig({ policy: { negative: 'allow' } });
    await rig.book(...issue('I1', 5, '2'));
    await rig.book(...receive('R1', 8, '5', { unitCost: '9' }));
    await rig.book(...receive('R0', 2, '2', { unitCost: '4' }));
    assert.equal(await rig.pool('X'), '5 @ 45.00');
    assert.equal(await rig.charged('X'), 'customer 8.00, supplier -53.00');
    const open = (await rig.entries('X')).filter(({ by, corrects }) => by !== corrects);
    assert.equal(
      open.reduce((sum, { value }) => sum + value, 0n),
      0n,
    );
  });

  it('moves on as a shortage of the pool that it leaves, at the same cost in the next', async () => {
    const rig = new LedgerRig({ policy: { negative: 'allow', pools: { north: ['N'] } } });
    await rig.book(...receive('R1', 1, '1', { unitCost: '6' }));
    await rig.book('transfer', {
      ...{ document: 'T1', at: day(2) },
      lines: [{ sku: 'X', from: 'A', to: 'N', quantity: '3' }],
    });
    assert.equal(await rig.pool('X'), '-2 @ -12.00');
    assert.equal(await rig.pool('X', 'north'), '3 @ 18.00');
    await rig.book(...receive('R2', 3, '2', { unitCost: '9' }));
    assert.equal(await rig.pool('X'), '0 @ 0.00');
    assert.equal(await rig.pool('X', 'north'), '3 @ 24.00');
    assert.equal(await rig.charged('X'), 'supplier -24.00');
  });

  it('that is settled by its own goods, which come back, moves no value inside of its pool', async () => {
    const rig = new LedgerRig({ policy: { negative: 'allow' } });
    const moved = (document: string, on: number, from: string, to: string, quantity: string) =>
      rig.book('transfer', { document, at: day(on), lines: [{ sku: 'X', from, to, quantity }] });
    await rig.book(...receive('R1', 1, '1', { unitCost: '6' }));
    await moved('AR1', 3, 'transit', 'A', '2');
    await rig.book(...receive('R2', 2, '1', { unitCost: '9' }));
    await moved('SH1', 4, 'A', 'transit', '4');
    const inside = (await rig.entries('X')).filter(
      ({ fromPool, toPool, value }) => fromPool === toPool && value !== 0n,
    );
    assert.deepEqual(inside, []);
    assert.equal(await rig.pool('X', 'transit'), '2 @ 15.00');
    assert.equal(await rig.charged('X'), 'supplier -15.00');
  });
});
