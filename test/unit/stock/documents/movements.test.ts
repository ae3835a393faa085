/** Transfers, states, owners, items of customers, adjustments, and what documents refuse. */
import assert from 'node:assert/strict';
import { day, LedgerRig } from '../../../ledgerRig.ts';

describe('movements', () => {
  let rig: LedgerRig;
  let count = 0;

  const data = (number: number, lines: object[], more: object = {}) => {
    count += 1;
    return { document: `D${count}`, at: day(number), lines, ...more };
  };
  const x = (quantity: string, more: object = {}) => ({
    sku: 'X',
    location: 'A',
    quantity,
    ...more,
  });
  const move = (number: number, from: string, to: string, quantity: string) =>
    rig.book('transfer', data(number, [{ sku: 'X', from, to, quantity }]));

  beforeEach(async () => {
    rig = new LedgerRig({ policy: { pools: { north: ['N', 'N2'] } } });
    await rig.book('receive', data(1, [x('10', { unitCost: '1' })]));
    await rig.book('receive', data(2, [x('10', { unitCost: '3' })]));
  });

  it('inside a pool move no value', async () => {
    await move(3, 'A', 'B', '15');
    assert.equal(await rig.stock('X', 'B'), '15');
    assert.equal((await rig.entries('X')).at(-1)?.value, 0n);
    assert.equal(await rig.pool('X'), '20 @ 40.00');
  });

  it('into another pool take their layers along, with their age', async () => {
    await move(3, 'A', 'N', '15');
    assert.equal(await rig.layers('X', 'north'), '10 @ 10.00, 5 @ 15.00');
    const { rows } = await rig.store.layers({ limit: 10 });
    const ages = rows.filter(({ pool }) => pool === 'north').map(({ since }) => since);
    assert.deepEqual(ages, [day(1), day(2)]);
    await move(4, 'N', 'A', '15');
    assert.equal(await rig.pool('X'), '20 @ 40.00');
  });

  it('in two steps are under way in between: ours, worth what they cost, in no place of ours', async () => {
    await move(3, 'A', 'transit', '12');
    assert.equal(await rig.stock('X', 'transit'), '12');
    assert.equal(await rig.pool('X', 'transit'), '12 @ 16.00');
    assert.equal(await rig.pool('X'), '8 @ 24.00');
    await move(5, 'transit', 'N', '11');
    assert.equal(await rig.pool('X', 'north'), '11 @ 13.00');
    assert.equal(await rig.pool('X', 'transit'), '1 @ 3.00');
    assert.equal(await rig.pool('X', 'transit', day(4)), '12 @ 16.00');
    // What did not arrive comes back and is written off.
    await move(6, 'transit', 'A', '1');
    await rig.book('adjust', data(6, [x('-1')], { reason: 'LOST_ON_THE_WAY' }));
    assert.equal(await rig.pool('X', 'transit'), '0 @ 0.00');
    assert.equal((await rig.entries('X')).at(-1)?.reason, 'LOST_ON_THE_WAY');
  });

  it('in two steps wait for each other: the second cannot come without the first', async () => {
    const second = data(5, [{ sku: 'X', from: 'transit', to: 'N', quantity: '4' }]);
    assert.equal(await rig.refused('transfer', second), 'STOCK_INSUFFICIENT');
    await move(3, 'A', 'transit', '4');
    await rig.book('transfer', second);
    const early = data(2, [{ sku: 'X', from: 'transit', to: 'N', quantity: '1' }]);
    assert.equal(await rig.refused('transfer', early), 'STOCK_INSUFFICIENT');
  });

  it('to scrap leave for good, at what they cost, and follow what it turns out to be', async () => {
    rig = new LedgerRig({ policy: { negative: 'allow' } });
    await rig.book('receive', data(1, [x('4', { unitCost: '3' })]));
    await move(2, 'A', 'scrap', '1');
    const scrapped = data(3, [x('-5', { to: 'scrap' })], { reason: 'BROKEN' });
    await rig.book('adjust', scrapped);
    assert.equal(await rig.stock('X', 'A'), '-2');
    assert.equal(await rig.charged('X'), 'scrap 18.00, supplier -12.00');
    await rig.book('receive', data(4, [x('3', { unitCost: '5' })]));
    assert.equal(await rig.charged('X'), 'scrap 22.00, supplier -27.00');
    assert.equal(await rig.pool('X'), '1 @ 5.00');
    const found = data(5, [x('1', { to: 'scrap' })], { reason: 'FOUND' });
    const { code, field } = await rig.refuse('adjust', found);
    assert.deepEqual([code, field], ['MESSAGE_INVALID', 'lines[0].to']);
    await rig.book('cancel', { document: scrapped.document, at: day(6) });
    assert.equal(await rig.charged('X'), 'scrap 3.00, supplier -27.00');
  });

  it('to where they come from, out of nowhere and into nowhere are refused', async () => {
    const transfer = (from: string, to: string) => data(3, [{ sku: 'X', from, to, quantity: '1' }]);
    assert.equal(await rig.refused('transfer', transfer('A', 'A')), 'STOCK_SAME_PLACE');
    assert.equal(await rig.refused('transfer', transfer('supplier', 'A')), 'PLACE_RESERVED');
    assert.equal(await rig.refused('transfer', transfer('scrap', 'A')), 'PLACE_RESERVED');
    assert.equal(await rig.refused('transfer', transfer('A', 'customer')), 'PLACE_RESERVED');
    assert.equal(
      await rig.refused('status', data(3, [x('1', { to: 'scrap', toStatus: 'damaged' })])),
      'PLACE_RESERVED',
    );
    assert.equal(
      await rig.refused('receive', data(3, [x('1', { location: 'transit' })])),
      'PLACE_RESERVED',
    );
    assert.equal(await rig.refused('issue', data(3, [x('0')])), 'MESSAGE_INVALID');
    assert.equal(
      await rig.refused('status', data(3, [x('1', { toStatus: 'available' })])),
      'STOCK_SAME_PLACE',
    );
  });

  it('between states keep their value, and only what is available is issued', async () => {
    await rig.book('status', data(3, [x('12', { toStatus: 'quarantine' })]));
    await rig.book('status', data(4, [x('2', { status: 'quarantine', toStatus: 'damaged' })]));
    assert.equal(await rig.stock('X', 'A'), '8, damaged: 2, quarantine: 10');
    assert.equal(await rig.pool('X'), '20 @ 40.00');
    assert.equal(await rig.refused('issue', data(5, [x('9')])), 'STOCK_INSUFFICIENT');
    await rig.book('issue', data(5, [x('1', { status: 'damaged' })]));
    await rig.book('adjust', data(6, [x('-1', { status: 'damaged' })], { reason: 'SCRAPPED' }));
    await rig.book(
      'transfer',
      data(6, [{ sku: 'X', from: 'A', to: 'B', quantity: '3', status: 'quarantine' }]),
    );
    assert.equal(await rig.stock('X', 'A'), '8, quarantine: 7');
    assert.equal(await rig.stock('X', 'B'), 'quarantine: 3');
    await rig.book('return', {
      ...data(7, [x('1', { status: 'quarantine' })]),
      party: 'customer',
    });
    assert.equal(await rig.stock('X', 'A'), '8, quarantine: 8');
  });

  it('are refused where the state has no such stock at a later date', async () => {
    await rig.book('issue', data(9, [x('18')]));
    const { message } = await rig.refuse('status', data(5, [x('3', { toStatus: 'damaged' })]));
    assert.match(message, /2 there once D\d+ of 2026-01-09/);
  });

  it('of an owner are counted apart, and worth nothing, wherever they go', async () => {
    const theirs = (quantity: string, more: object = {}) => x(quantity, { owner: 'V-1', ...more });
    await rig.book('receive', data(3, [theirs('5', { unitCost: '99' })]));
    await rig.book(
      'transfer',
      data(4, [{ sku: 'X', from: 'A', to: 'N', quantity: '2', owner: 'V-1' }]),
    );
    await rig.book('issue', data(5, [theirs('1')]));
    await rig.book('count', data(6, [theirs('4', { unitCost: '7' })]));
    await rig.book('produce', {
      ...data(7, [{ sku: 'Y', location: 'A', quantity: '1' }]),
      components: [theirs('1'), x('1')],
    });
    assert.equal(await rig.stock('X', 'A'), '19, V-1: 3');
    assert.equal(await rig.stock('X', 'N'), 'V-1: 2');
    assert.equal(await rig.pool('X'), '19 @ 39.00');
    assert.equal(await rig.pool('Y'), '1 @ 1.00');
    assert.equal(await rig.refused('issue', data(8, [theirs('4')])), 'STOCK_INSUFFICIENT');
    await rig.book('count', data(1, [theirs('1')]));
    assert.equal(await rig.pool('X'), '19 @ 39.00');
  });

  it('of an item that a customer provides are worth nothing', async () => {
    await rig.item('C', { valued: false });
    await rig.book('receive', data(3, [x('5', { sku: 'C', unitCost: '420' })]));
    await rig.book('count', data(4, [x('4', { sku: 'C', unitCost: '7' })]));
    await rig.book('produce', {
      ...data(5, [x('1', { sku: 'Y' })]),
      components: [x('1', { sku: 'C' })],
    });
    assert.equal(await rig.stock('C', 'A'), '3');
    assert.equal(await rig.pool('C'), '0 @ 0.00');
    assert.equal(await rig.pool('Y'), '1 @ 0.00');
    const revalue = { ...data(6, [{ sku: 'C', amount: '10' }]), reason: 'WHY' };
    assert.equal(await rig.refused('revalue', revalue), 'REVALUE_REFUSED');
  });

  it('that adjust say why, line by line', async () => {
    const lines = [x('1', { reason: 'FOUND' }), x('-2'), x('-1', { reason: 'STOLEN' })];
    await rig.book('adjust', data(3, lines, { reason: 'CYCLE' }));
    assert.deepEqual(
      (await rig.entries('X')).slice(2).map(({ from, to, quantity, reason }) => {
        return `${from}>${to} ${quantity / 1_000_000n} ${reason}`;
      }),
      ['adjustment>A 1 FOUND', 'A>adjustment 2 CYCLE', 'A>adjustment 1 STOLEN'],
    );
    assert.equal(await rig.pool('X'), '18 @ 39.00');
  });

  it('of one document are all or none, and their lines see each other', async () => {
    const lines = [x('20'), x('1')];
    const { field } = await rig.refuse('issue', data(3, lines));
    assert.equal(field, 'lines[1].quantity');
    assert.equal(await rig.stock('X', 'A'), '20');
    await rig.book('receive', data(3, [x('1', { unitCost: '5' }), x('2', { unitCost: '6' })]));
    await rig.book(
      'transfer',
      data(4, [
        { sku: 'X', from: 'A', to: 'B', quantity: '23' },
        { sku: 'X', from: 'B', to: 'C', quantity: '23' },
      ]),
    );
    assert.equal(await rig.stock('X', 'C'), '23');
  });

  it('at one moment count in the order in which they arrive', async () => {
    await rig.book('issue', data(2, [x('20')]));
    assert.equal(await rig.refused('issue', data(2, [x('1')])), 'STOCK_INSUFFICIENT');
    await rig.book('receive', data(2, [x('1', { unitCost: '7' })]));
    await rig.book('issue', data(2, [x('1')]));
    assert.equal(await rig.pool('X'), '0 @ 0.00');
    // Earlier in business time it comes first, though it arrives last.
    await rig.book('receive', { ...data(2, [x('1', { unitCost: '9' })]), at: day(1, 1) });
    assert.equal(await rig.charged('X'), 'customer 49.00, supplier -56.00');
    assert.equal(await rig.pool('X'), '1 @ 7.00');
  });

  it('of what nobody knows make the item, or are parked, as the owner wants', async () => {
    const strict = new LedgerRig({ policy: { unknownSku: 'park' } });
    assert.equal(await strict.refused('receive', data(1, [x('1')])), 'SKU_UNKNOWN');
    await strict.item('X');
    await strict.book('receive', data(1, [x('1')]));
  });

  it('that are too large for 64 bits are refused, and leave nothing behind', async () => {
    const huge = '999999999999';
    const line = x(huge, { unitCost: huge });
    assert.equal(await rig.refused('receive', data(3, [line])), 'STOCK_OUT_OF_RANGE');
    await rig.book('receive', data(3, Array(9).fill(x(huge))));
    assert.equal(await rig.refused('receive', data(3, [x(huge)])), 'STOCK_OUT_OF_RANGE');
    assert.equal((await rig.entries('X')).length, 11);
  });
});

describe('production', () => {
  let rig: LedgerRig;
  const part = (sku: string, quantity: string, more: object = {}) => ({
    ...{ sku, location: 'A', quantity },
    ...more,
  });
  const produce = (
    document: string,
    number: number,
    components: object[],
    lines: object[],
    more: object = {},
  ) => rig.book('produce', { document, at: day(number), components, lines, ...more });
  const receive = (document: string, number: number, line: object) =>
    rig.book('receive', { document, at: day(number), lines: [line] });
  const issue = (document: string, number: number, line: object) =>
    rig.book('issue', { document, at: day(number), lines: [line] });

  beforeEach(async () => {
    rig = new LedgerRig({ policy: { pools: { north: ['N'] } } });
    await receive('R1', 1, part('X', '10', { unitCost: '1' }));
    await receive('R2', 1, part('Y', '10', { unitCost: '2' }));
  });

  it('carries the whole cost over, with what it cost besides, the last product takes the residue', async () => {
    const lines = [part('P', '1'), part('Q', '1'), part('S', '1')];
    await produce('P1', 2, [part('X', '5'), part('Y', '2')], lines, { additionalCost: '1' });
    assert.equal(await rig.pool('P'), '1 @ 3.33');
    assert.equal(await rig.pool('Q'), '1 @ 3.33');
    assert.equal(await rig.pool('S'), '1 @ 3.34');
    assert.equal(await rig.charged('X'), 'production 5.00, supplier -10.00');
  });

  it('is shared by quantity, or by the shares that are stated', async () => {
    await produce('P1', 2, [part('X', '8')], [part('P', '3'), part('Q', '1')]);
    assert.equal(await rig.pool('P'), '3 @ 6.00');
    assert.equal(await rig.pool('Q'), '1 @ 2.00');
    const shares = [part('P', '1', { share: '0.1' }), part('Q', '9', { share: '0.3' })];
    await produce('P2', 3, [part('Y', '4')], shares);
    assert.equal(await rig.pool('P'), '4 @ 8.00');
    assert.equal(await rig.pool('Q'), '10 @ 8.00');
    const scrap = [part('P', '1', { share: '1' }), part('W', '5', { share: '0' })];
    await produce('P3', 4, [part('Y', '1')], scrap);
    assert.equal(await rig.pool('W'), '5 @ 0.00');
  });

  it('is refused where only some products have a share, or all have 0', async () => {
    const refused = async (...shares: object[]) => {
      const lines = shares.map((share, index) => part(`P${index}`, '1', share));
      const made = { document: 'P1', at: day(2), components: [part('X', '1')], lines };
      const { code, field } = await rig.refuse('produce', made);
      return `${code} ${field}`;
    };
    assert.equal(await refused({ share: '1' }, {}), 'SHARES_INVALID lines');
    assert.equal(await refused({}, { share: '0' }), 'SHARES_INVALID lines');
    assert.equal(await refused({ share: '0' }, { share: '0.0' }), 'SHARES_INVALID lines');
    assert.equal(await rig.stock('X', 'A'), '10');
  });

  it('takes the same item apart and together: a kit, and repacking from one pool into another', async () => {
    await produce('P1', 2, [part('X', '2'), part('Y', '1')], [part('KIT', '1')]);
    await produce(
      'P2',
      3,
      [part('KIT', '1')],
      [part('X', '2', { share: '1' }), part('Y', '1', { share: '1' })],
    );
    assert.equal(await rig.stock('X', 'A'), '10');
    assert.equal(await rig.pool('KIT'), '0 @ 0.00');
    await produce('P3', 4, [part('X', '10')], [part('X', '10', { location: 'N' })]);
    assert.equal(await rig.pool('X'), '0 @ 0.00');
    assert.equal(await rig.pool('X', 'north'), '10 @ 10.00');
  });

  it('costs anew what it made, on every level, in other pools, and what was sold of it', async () => {
    await produce('P1', 3, [part('X', '10')], [part('Z1', '10')]);
    await produce('P2', 4, [part('Z1', '5'), part('Y', '5')], [part('Z2', '2')], {
      additionalCost: '3',
    });
    await rig.book('transfer', {
      ...{ document: 'T1', at: day(5) },
      lines: [{ sku: 'Z2', from: 'A', to: 'N', quantity: '1' }],
    });
    await issue('I1', 6, part('Z2', '1', { location: 'N' }));
    await produce('P3', 7, [part('Z2', '1')], [part('Z3', '4')]);
    await issue('I2', 8, part('Z3', '1'));
    assert.equal(await rig.charged('Z3'), 'customer 2.25, production -9.00');
    await receive('R0', 0, part('X', '6', { unitCost: '5' }));
    assert.equal(await rig.pool('X'), '6 @ 6.00');
    assert.equal(await rig.pool('Z1'), '5 @ 17.00');
    assert.equal(await rig.charged('Z2'), 'conversion -3.00, customer 15.00, production -12.00');
    assert.equal(await rig.charged('Z3'), 'customer 3.75, production -15.00');
    const made = (await rig.entries('Z3')).filter(({ kind }) => kind === 'recost');
    assert.deepEqual(
      made.map(({ document, corrects, by, at }) => [document, corrects, by, at]),
      [
        ['P3', 1, 1, day(7)],
        ['I2', 2, 2, day(8)],
      ],
    );
    await rig.book('cancel', { document: 'R0' });
    assert.equal(await rig.charged('Z3'), 'customer 2.25, production -9.00');
    assert.equal(await rig.charged('X'), 'production 10.00, supplier -10.00');
  });

  it('costs anew what came back into the item that it was made of', async () => {
    await produce('P1', 3, [part('X', '4')], [part('Z', '4')]);
    await produce('P2', 4, [part('Z', '4')], [part('X', '2')], { additionalCost: '2' });
    await produce('P3', 5, [part('X', '8')], [part('X', '4')]);
    await issue('I1', 6, part('X', '4'));
    assert.equal(await rig.charged('X'), 'conversion -2.00, customer 12.00, supplier -10.00');
    await receive('R0', 0, part('X', '4', { unitCost: '3' }));
    const inOrder = new LedgerRig({ policy: { pools: { north: ['N'] } } });
    const late = await rig.state();
    rig = inOrder;
    await receive('R0', 0, part('X', '4', { unitCost: '3' }));
    await receive('R1', 1, part('X', '10', { unitCost: '1' }));
    await receive('R2', 1, part('Y', '10', { unitCost: '2' }));
    await produce('P1', 3, [part('X', '4')], [part('Z', '4')]);
    await produce('P2', 4, [part('Z', '4')], [part('X', '2')], { additionalCost: '2' });
    await produce('P3', 5, [part('X', '8')], [part('X', '4')]);
    await issue('I1', 6, part('X', '4'));
    assert.deepEqual(late, await rig.state());
  });

  it('that comes late itself finds the cost of its time, and what it made follows', async () => {
    await receive('R3', 5, part('X', '10', { unitCost: '9' }));
    await issue('I1', 6, part('X', '10'));
    await receive('R4', 2, part('P', '1', { unitCost: '1' }));
    await issue('I2', 7, part('P', '1'));
    await produce('P1', 3, [part('X', '5')], [part('P', '5')]);
    assert.equal(await rig.charged('X'), 'customer 50.00, production 5.00, supplier -100.00');
    assert.equal(await rig.pool('P'), '5 @ 5.00');
    const refused = await rig.refused('produce', {
      ...{ document: 'P2', at: day(3), components: [part('X', '6')] },
      lines: [part('P', '1')],
    });
    assert.equal(refused, 'STOCK_INSUFFICIENT');
  });

  it('is named by lines of the right list when it is refused', async () => {
    const data = { document: 'P', at: day(2), components: [part('X', '1'), part('Y', '99')] };
    const first = await rig.refuse('produce', { ...data, lines: [part('P', '1')] });
    assert.equal(first.field, 'components[1].quantity');
    const second = await rig.refuse('produce', {
      ...{ ...data, components: [part('X', '1')] },
      lines: [part('P', '1'), part('P', '1', { location: 'scrap' })],
    });
    assert.equal(second.field, 'lines[1].location');
    assert.equal((await rig.entries('X')).length, 1);
  });
});
