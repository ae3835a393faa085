/** Quantities in boxes and thousandths, costs in other currencies. */
import assert from 'node:assert/strict';
import { all, day, LedgerRig } from '../../../ledgerRig.ts';

const line = (quantity: string, unit?: string, more: object = {}) => ({
  ...{ sku: 'X', location: 'A', quantity, ...more },
  ...(unit === undefined ? {} : { unit }),
});
let count = 0;
const doc = (lines: object[], more: object = {}) => {
  count += 1;
  return { document: `D${count}`, at: day(5, count), lines, ...more };
};

describe('units of an item', () => {
  let rig: LedgerRig;

  beforeEach(async () => {
    rig = new LedgerRig();
    await rig.item('X', { unit: 'EA', units: { BOX: '12', G: '1/1000', THIRD: '1/3' } });
  });

  it('are booked in base units, and cost what one of them costs', async () => {
    await rig.book('receive', doc([line('2', 'BOX', { unitCost: '24' })]));
    await rig.book('issue', doc([line('5')]));
    await rig.book('issue', doc([line('1', 'BOX')]));
    await rig.book('issue', doc([line('500', 'G')]));
    assert.equal(await rig.stock('X', 'A'), '6.5');
    assert.equal(await rig.pool('X'), '6.5 @ 13.00');
  });

  it('round at a millionth of the base unit, and the amount only once', async () => {
    await rig.book('receive', doc([line('1', 'THIRD', { unitCost: '1' })]));
    assert.equal(await rig.pool('X'), '0.333333 @ 1.00');
    await rig.book('receive', doc([line('2', 'THIRD', { unitCost: '1' })]));
    assert.equal(await rig.pool('X'), '1 @ 3.00');
    await rig.book('receive', doc([line('100', 'BOX', { unitCost: '9.99' })]));
    assert.equal(await rig.pool('X'), '1201 @ 1002.00');
  });

  it('are known in every kind of document', async () => {
    await rig.book('adjust', doc([line('1', 'BOX', { unitCost: '12' })], { reason: 'FOUND' }));
    await rig.book('adjust', doc([line('-6000', 'G')], { reason: 'LOST' }));
    const moved = { sku: 'X', from: 'A', to: 'B', quantity: '3000', unit: 'G' };
    await rig.book('transfer', doc([moved]));
    await rig.book('status', doc([line('1000', 'G', { toStatus: 'damaged' })]));
    const components = [line('2000', 'G')];
    const made = [{ sku: 'Y', location: 'A', quantity: '1' }];
    await rig.book('produce', { ...doc(made), components });
    await rig.book('return', doc([line('1', 'BOX')], { party: 'customer' }));
    await rig.book('count', doc([line('2', 'BOX')]));
    assert.equal(await rig.stock('X', 'A'), '24, damaged: 1');
    assert.equal(await rig.stock('X', 'B'), '3');
    await rig.book('count', doc([line('3', 'BOX', { unitCost: '36' })]));
    assert.equal(await rig.pool('X'), '40 @ 64.00');
  });

  it('that nobody knows are parked, and what is known is named', async () => {
    const { code, message, field } = await rig.refuse('receive', doc([line('1', 'PALLET')]));
    assert.equal(code, 'UNIT_MISMATCH');
    assert.equal(field, 'lines[0].unit');
    assert.match(message, /EA, BOX, G, THIRD/);
    assert.deepEqual(await rig.entries('X'), []);
    await rig.item('X', { units: { PALLET: '480' } });
    await rig.book('receive', doc([line('1', 'PALLET')]));
    assert.equal(await rig.stock('X', 'A'), '480');
  });

  it('mean what they meant while there is stock', async () => {
    await rig.book('receive', doc([line('1', 'BOX')]));
    assert.equal(
      await rig.refused('item.upsert.v1', { sku: 'X', units: { BOX: '10' } }),
      'ITEM_LOCKED',
    );
    assert.equal(await rig.refused('item.upsert.v1', { sku: 'X', unit: 'KG' }), 'ITEM_LOCKED');
    assert.equal(
      await rig.refused('item.upsert.v1', { sku: 'X', units: { BAG: '0' } }),
      'MESSAGE_INVALID',
    );
    await rig.item('X', { units: { BOX: '12', CASE: '24' } });
  });

  it('count from the first that is named, where the item names none', async () => {
    await rig.book('receive', doc([line('5', undefined, { sku: 'N' })]));
    await rig.book('receive', doc([line('5', 'KG', { sku: 'N' })]));
    await rig.book(
      'issue',
      doc([line('4', 'KG', { sku: 'N' }), line('1', undefined, { sku: 'N' })]),
    );
    assert.equal(
      await rig.refused('receive', doc([line('5', 'BOX', { sku: 'N' })])),
      'UNIT_MISMATCH',
    );
    assert.equal(await rig.stock('N', 'A'), '5');
    await rig.item('M', { units: { BOX: '12' } });
    await rig.book('receive', doc([line('1', 'BOX', { sku: 'M' })]));
    assert.equal(await rig.stock('M', 'A'), '12');
  });

  it('of a document that is refused are forgotten with it', async () => {
    await rig.book('receive', doc([line('5', undefined, { sku: 'N' })]));
    await rig.refuse('issue', doc([line('50', 'BOX', { sku: 'N' })]));
    await rig.book('issue', doc([line('1', 'KG', { sku: 'N' })]));
    assert.equal(await rig.stock('N', 'A'), '4');
  });
});

describe('costs in foreign currency', () => {
  let rig: LedgerRig;
  const rates = {
    USD: [
      { from: '2026-01-01', rate: 900_000_000_000n },
      { from: '2026-01-05', rate: 800_000_000_000n },
    ],
  };
  const receive = (at: string, more: object = {}, unitCost = '10') =>
    rig.book('receive', { ...doc([line('3', undefined, { unitCost })]), at, ...more });

  beforeEach(() => {
    rig = new LedgerRig({ policy: { rates } });
  });

  it('come at the rate of the day, which changes at midnight UTC', async () => {
    const usd = { currency: 'USD' };
    await receive('2026-01-04T23:59:59.999Z', usd);
    await receive('2026-01-05T00:00:00.000Z', usd);
    await receive('2026-01-04T23:30:00.000-05:00', usd);
    await receive('2027-01-01T00:00:00.000Z', usd);
    assert.equal(await rig.layers('X'), '3 @ 27.00, 3 @ 24.00, 3 @ 24.00, 3 @ 24.00');
  });

  it('come at the rate of the document, where it has one, and say how they were stated', async () => {
    await receive(day(5), { currency: 'USD', rate: '0.123456789012' });
    await receive(day(5), { currency: 'EUR' });
    assert.equal(await rig.layers('X'), '3 @ 3.70, 3 @ 30.00');
    const [entry] = await rig.entries('X');
    assert.equal(entry?.input?.stated, '10 USD at 0.123456789012');
    assert.equal(entry?.input?.unitCost, 1_234_568n);
  });

  it('are parked where there is no rate for the day, or none that can be meant', async () => {
    const usd = (at: string) => ({ ...doc([line('1')]), at, currency: 'USD' });
    assert.equal(
      await rig.refused('receive', usd('2025-12-31T23:00:00.000Z')),
      'CURRENCY_RATE_MISSING',
    );
    const pounds = { ...doc([line('1')]), currency: 'GBP' };
    assert.equal(await rig.refused('receive', pounds), 'CURRENCY_RATE_MISSING');
    assert.equal(await rig.refused('receive', { ...pounds, rate: '0' }), 'MESSAGE_INVALID');
    await rig.book('receive', { ...pounds, rate: '1.2' });
  });

  it('are known to every document with an amount', async () => {
    await receive(day(4));
    const [entry] = await rig.entries('X');
    const { document } = entry!;
    const usd = { currency: 'USD' };
    const lines = [{ receipt: document }];
    await rig.book('landed-cost', { document: 'L1', amount: '10', lines, at: day(5), ...usd });
    assert.equal(await rig.pool('X'), '3 @ 38.00');
    await rig.book('adjust', {
      ...doc([line('1', undefined, { unitCost: '5' })]),
      ...usd,
      reason: 'F',
    });
    await rig.book('return', {
      ...doc([line('1', undefined, { unitCost: '5' })]),
      party: 'customer',
      ...usd,
    });
    assert.equal(await rig.pool('X'), '5 @ 46.00');
    await rig.book('produce', {
      ...doc([{ sku: 'Y', location: 'A', quantity: '1' }]),
      ...{ components: [line('3')], additionalCost: '10', ...usd },
    });
    assert.equal(await rig.pool('Y'), '1 @ 46.00');
    await rig.book('count', { ...doc([line('4', undefined, { unitCost: '50' })]), ...usd });
    assert.equal(await rig.pool('X'), '4 @ 88.00');
  });

  it('are of a whole line where that states an amount', async () => {
    const lines = (amount: string, more: object = {}) => ({
      ...doc([{ sku: 'Z', location: 'A', quantity: '3', amount, ...more }]),
      reason: 'F',
    });
    await rig.book('receive', lines('10'));
    await rig.book('adjust', { ...lines('10'), currency: 'USD', rate: '1.5' });
    await rig.book('return', { ...lines('0.01'), party: 'customer' });
    assert.equal(await rig.layers('Z'), '3 @ 10.00, 3 @ 15.00, 3 @ 0.01');
    const stated = (await rig.entries('Z')).map(({ input }) => input?.stated);
    assert.deepEqual(stated, [undefined, '10 USD at 1.5', undefined]);
    const refused = async (type: string, more: object, data: object = {}) => {
      const { code, field } = await rig.refuse(type, { ...lines('1', more), ...data });
      return `${code} ${field}`;
    };
    const inPlace = 'MESSAGE_INVALID lines[0].amount';
    assert.equal(await refused('receive', { unitCost: '1' }), inPlace);
    assert.equal(await refused('adjust', { quantity: '-1' }), inPlace);
    assert.equal(await refused('return', {}, { party: 'supplier' }), inPlace);
    assert.equal(await refused('receive', { amount: '0.001' }), 'DECIMAL_INVALID lines[0].amount');
    await rig.book('receive', lines('5', { owner: 'V-1' }));
    assert.equal(await rig.pool('Z'), '9 @ 25.01');
  });

  it('have amounts that are no finer than they are counted', async () => {
    await receive(day(4));
    const [entry] = await rig.entries('X');
    const refused = async (amount: string, currency?: string) => {
      const lines = [{ receipt: entry!.document, amount }];
      const data = {
        document: 'L1',
        at: day(5),
        ...(currency ? { currency, rate: '1' } : {}),
        lines,
      };
      const [refusal] = await rig.send([['landed-cost', data]]);
      if (!refusal) await rig.book('cancel', { document: 'L1', at: day(5) });
      return refusal && `${refusal.code} ${refusal.field}`;
    };
    const tooFine = 'DECIMAL_INVALID lines[0].amount';
    assert.deepEqual(
      [await refused('1.005'), await refused('1.005', 'USD'), await refused('1.5', 'JPY')],
      [tooFine, tooFine, tooFine],
    );
    assert.deepEqual(
      [await refused('1.0500'), await refused('1.005', 'KWD'), await refused('0.000001', 'XAU')],
      [undefined, undefined, undefined],
    );
    const data = { ...doc([{ sku: 'Y', location: 'A', quantity: '1' }]), components: [line('1')] };
    const { code, field } = await rig.refuse('produce', { ...data, additionalCost: '0.001' });
    assert.deepEqual([code, field], ['DECIMAL_INVALID', 'additionalCost']);
  });
});

describe('open orders', () => {
  let rig: LedgerRig;

  const open = async () =>
    (await rig.store.openOrders({}, all)).rows
      .map(({ document, line: name, quantity }) => `${document}/${name} ${quantity / 1_000_000n}`)
      .sort();
  const order = (document: string, kind: string, lines: object[]) =>
    rig.book('order.upsert.v1', { document, kind, lines });
  const ordered = (name: string, quantity: string, more: object = {}) => ({
    ...{ line: name, sku: 'X', location: 'B', quantity, due: '2026-02-01' },
    ...more,
  });

  beforeEach(async () => {
    rig = new LedgerRig();
    await rig.book('receive', doc([line('100')]));
  });

  it('are fulfilled by what refers to them, soonest due first, and stay where a message names others', async () => {
    await order('PO', 'purchase', [ordered('1', '10'), ordered('2', '10', { due: '2026-01-20' })]);
    await rig.book('receive', doc([line('12', undefined, { location: 'B' })], { reference: 'PO' }));
    assert.deepEqual(await open(), ['PO/1 8']);
    await order('PO', 'purchase', [ordered('3', '5')]);
    assert.deepEqual(await open(), ['PO/1 8', 'PO/3 5']);
    await order('PO', 'purchase', [ordered('1', '0')]);
    assert.deepEqual(await open(), ['PO/3 5']);
  });

  it('of a transfer are to come until it has arrived, whether in one step or in two', async () => {
    await order('TO', 'transfer', [ordered('1', '10')]);
    const move = (from: string, to: string, quantity: string) =>
      rig.book('transfer', doc([{ sku: 'X', from, to, quantity }], { reference: 'TO' }));
    await move('A', 'transit', '6');
    assert.deepEqual(await open(), ['TO/1 10']);
    await move('transit', 'B', '6');
    assert.deepEqual(await open(), ['TO/1 4']);
    await move('A', 'B', '4');
    assert.deepEqual(await open(), []);
  });

  it('are touched only by what fulfils their kind', async () => {
    await order('SO', 'sale', [ordered('1', '10', { location: 'A' })]);
    await rig.book('receive', doc([line('3')], { party: 'customer', reference: 'SO' }));
    await rig.book('return', doc([line('3')], { party: 'customer', reference: 'SO' }));
    assert.deepEqual(await open(), ['SO/1 10']);
    await rig.book('issue', doc([line('3')], { party: 'customer', reference: 'SO' }));
    assert.deepEqual(await open(), ['SO/1 7']);
  });
});
