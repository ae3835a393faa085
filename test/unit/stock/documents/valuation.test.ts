/** Changes of method, revaluations and standard cost, as an accountant would check them. */
import assert from 'node:assert/strict';
import type { Store } from '../../../../core/ports.ts';
import { verifyStore } from '../../../../core/verify.ts';
import { type Doc, day, LedgerRig } from '../../../ledgerRig.ts';

const line = (quantity: string, more: object = {}) => ({
  ...{ sku: 'X', location: 'A', quantity },
  ...more,
});
const doc = (document: string, number: number, lines: object[], more: object = {}) => ({
  ...{ document, at: day(number), lines },
  ...more,
});

describe('a change of the method of valuation', () => {
  let rig: LedgerRig;
  const method = (number: number, valuation: string, more: object = {}) =>
    rig.book('method', doc(`M${number}`, number, [{ sku: 'X', valuation, ...more }]));
  const receive = (number: number, quantity: string, unitCost: string, more: object = {}) =>
    rig.book('receive', doc(`R${number}`, number, [line(quantity, { unitCost, ...more })]));
  const issue = (number: number, quantity: string, more: object = {}) =>
    rig.book('issue', doc(`I${number}`, number, [line(quantity, more)]));

  /** Ten at 10, ten at 20, one gone. */
  const open = async (valuation: string): Promise<void> => {
    rig = new LedgerRig({ policy: { pools: { north: ['N'] } } });
    const standard = valuation === 'standard' ? { standardCost: '10' } : {};
    await rig.item('X', { valuation, ...standard });
    await receive(1, '10', '10');
    await receive(2, '10', '20');
    await issue(3, '1');
  };

  for (const [from, to, more, before, after, next] of [
    ['fifo', 'average', {}, '19 @ 290.00', '19 @ 290.00', '18 @ 274.74'],
    ['fifo', 'standard', {}, '19 @ 290.00', '19 @ 290.00', '18 @ 274.74'],
    ['fifo', 'standard', { standardCost: '12' }, '19 @ 290.00', '19 @ 228.00', '18 @ 216.00'],
    ['fifo', 'lifo', {}, '19 @ 290.00', '19 @ 290.00', '18 @ 270.00'],
    ['lifo', 'fifo', {}, '19 @ 280.00', '19 @ 280.00', '18 @ 270.00'],
    ['lifo', 'average', {}, '19 @ 280.00', '19 @ 280.00', '18 @ 265.26'],
    ['average', 'fifo', {}, '19 @ 285.00', '19 @ 285.00', '18 @ 270.00'],
    ['average', 'lifo', {}, '19 @ 285.00', '19 @ 285.00', '18 @ 270.00'],
    ['average', 'standard', {}, '19 @ 285.00', '19 @ 285.00', '18 @ 270.00'],
    ['standard', 'fifo', {}, '19 @ 190.00', '19 @ 190.00', '18 @ 180.00'],
    ['standard', 'average', {}, '19 @ 190.00', '19 @ 190.00', '18 @ 180.00'],
  ] as const) {
    const standard = 'standardCost' in more ? ` ${more.standardCost}` : '';
    it(`from ${from} to ${to}${standard}`, async () => {
      await open(from);
      assert.equal(await rig.pool('X'), before);
      await method(4, to, more);
      assert.equal(await rig.pool('X'), after);
      await issue(5, '1');
      assert.equal(await rig.pool('X'), next);
      await rig.book('cancel', { document: 'M4' });
      const never = rig;
      await open(from);
      await issue(5, '1');
      assert.deepEqual(await never.state(), await rig.state());
    });
  }

  it('that comes late holds from its date on, for pools too that come later', async () => {
    await open('fifo');
    await rig.book('transfer', doc('T1', 8, [{ sku: 'X', from: 'A', to: 'N', quantity: '5' }]));
    await issue(9, '1');
    await method(5, 'average');
    assert.equal(await rig.pool('X', 'main', day(4)), '19 @ 290.00');
    assert.equal(await rig.pool('X', 'main', day(5)), '19 @ 290.00');
    assert.equal(await rig.pool('X'), '13 @ 198.42');
    assert.equal(await rig.pool('X', 'north'), '5 @ 76.32');
    await receive(10, '5', '40', { location: 'N' });
    await issue(11, '1', { location: 'N' });
    assert.equal(await rig.pool('X', 'north'), '9 @ 248.69');
    await receive(6, '5', '2', { location: 'N' });
    assert.equal(await rig.pool('X', 'north'), '14 @ 267.23');
  });

  it('to what it is already, and to lots whose cost nobody knows, is refused', async () => {
    await open('fifo');
    const to = (valuation: string) => doc('M', 5, [{ sku: 'X', valuation }]);
    assert.equal(await rig.refused('method', to('fifo')), 'METHOD_REFUSED');
    assert.equal(await rig.refused('method', to('lot')), 'METHOD_REFUSED');
    assert.equal(
      await rig.refused('item.upsert.v1', { sku: 'X', valuation: 'average' }),
      'ITEM_LOCKED',
    );
  });

  for (const valuation of ['fifo', 'average', 'standard'] as const) {
    it(`from lots to ${valuation} settles what some lots are short from what others have`, async () => {
      rig = new LedgerRig({ policy: { negative: 'allow' } });
      await rig.item('X', { valuation: 'lot', tracking: 'lot', standardCost: '8' });
      await issue(1, '3', { lot: 'B' });
      await receive(2, '5', '10', { lot: 'A' });
      assert.equal(await rig.pool('X'), '2 @ 26.00');
      await method(3, valuation);
      assert.equal(await rig.pool('X'), '2 @ 20.00');
      assert.equal(await rig.charged('X'), 'customer 30.00, supplier -50.00');
      await receive(4, '3', '10', { lot: 'B' });
      await issue(5, '5', { lot: 'A' });
      assert.equal(await rig.pool('X'), '0 @ 0.00');
      assert.equal(await rig.layers('X'), '');
    });
  }

  it('to lots lets any lot take what a late document brings of the time before', async () => {
    rig = new LedgerRig({ policy: { negative: 'allow' } });
    await rig.item('X', { tracking: 'lot' });
    await receive(1, '1', '7', { lot: 'A' });
    await issue(2, '1', { lot: 'A' });
    await method(4, 'lot');
    await issue(5, '5', { lot: 'A' });
    await receive(3, '5', '12', { lot: 'A' });
    assert.equal(await rig.pool('X'), '0 @ 0.00');
    assert.equal(await rig.charged('X'), 'customer 67.00, supplier -67.00');
  });

  it('of an item without entries holds for what was reserved before as well', async () => {
    rig = new LedgerRig({ policy: { negative: 'allow' } });
    const held = [{ sku: 'X', pool: 'main', quantity: '1' }];
    await rig.item('X', { negative: 'allow' });
    await rig.book('reservation.create.v1', { reservation: 'V', at: day(1), lines: held });
    await rig.item('X', { valuation: 'average' });
    await receive(1, '1', '10');
    await receive(2, '1', '20');
    await issue(3, '1');
    assert.equal(await rig.pool('X'), '1 @ 15.00');
  });
});

describe('a revaluation', () => {
  let rig: LedgerRig;
  const revalue = (number: number, change: object) =>
    doc(`W${number}`, number, [{ sku: 'X', ...change }], { reason: 'MARKET' });

  for (const [valuation, layers] of [
    ['fifo', '2 @ 16.00, 4 @ 52.00'],
    ['average', '2 @ 0.00, 4 @ 0.00'],
  ] as const) {
    it(`by ${valuation} adds or takes a value, over layers by quantity, and later issues follow`, async () => {
      rig = new LedgerRig();
      await rig.item('X', { valuation });
      await rig.book('receive', doc('R1', 1, [line('2', { unitCost: '10' })]));
      await rig.book('receive', doc('R2', 2, [line('4', { unitCost: '15' })]));
      await rig.book('issue', doc('I1', 6, [line('3')]));
      await rig.book('revalue', revalue(4, { amount: '-12' }));
      assert.equal(await rig.pool('X', 'main', day(4)), '6 @ 68.00');
      await rig.book('cancel', { document: 'I1' });
      assert.equal(await rig.layers('X'), layers);
      await rig.book('revalue', revalue(7, { unitCost: '10' }));
      assert.equal(await rig.pool('X'), '6 @ 60.00');
      assert.equal(await rig.charged('X'), 'adjustment 20.00, supplier -80.00');
    });
  }

  it('by a cost of one gives every layer that cost, and what comes next where there is none', async () => {
    rig = new LedgerRig();
    await rig.book('receive', doc('R1', 1, [line('1', { unitCost: '1' })]));
    await rig.book('receive', doc('R2', 2, [line('1', { unitCost: '100' })]));
    await rig.book('revalue', revalue(3, { unitCost: '1' }));
    assert.equal(await rig.layers('X'), '1 @ 1.00, 1 @ 1.00');
    await rig.book('issue', doc('I1', 4, [line('2')]));
    await rig.book('revalue', revalue(5, { unitCost: '7' }));
    await rig.book('adjust', doc('A1', 6, [line('5')], { reason: 'found' }));
    assert.equal(await rig.pool('X'), '5 @ 35.00');
  });

  it('is of the pool that is named, and refused where it would be worth less than nothing', async () => {
    rig = new LedgerRig({ policy: { pools: { north: ['N'] } } });
    await rig.book('receive', doc('R1', 1, [line('2', { unitCost: '10' })]));
    await rig.book('receive', doc('R2', 1, [line('2', { unitCost: '10', location: 'N' })]));
    assert.equal(await rig.refused('revalue', revalue(2, { amount: '5' })), 'REVALUE_REFUSED');
    await rig.book('revalue', revalue(2, { amount: '5', location: 'N' }));
    assert.equal(await rig.pool('X'), '2 @ 20.00');
    assert.equal(await rig.pool('X', 'north'), '2 @ 25.00');
    const less = revalue(3, { amount: '-25.01', location: 'N' });
    assert.equal(await rig.refused('revalue', less), 'REVALUE_REFUSED');
    const both = revalue(3, { amount: '1', unitCost: '1', location: 'N' });
    assert.equal(await rig.refused('revalue', both), 'MESSAGE_INVALID');
  });
});

describe('a write-up ends at cost', () => {
  let rig: LedgerRig;
  const written = (document: string, number: number, amount: string): Doc => [
    'revalue',
    { document, at: day(number), writeDown: true, lines: [{ sku: 'X', amount, location: 'A' }] },
  ];
  const receipt: Doc = ['receive', doc('R1', 1, [line('10', { unitCost: '10' })])];
  const down = written('W1', 2, '-80');
  const sale = (document = 'I1'): Doc => ['issue', doc(document, 3, [line('5')])];
  const up = written('W2', 4, '80');
  const later: Doc = ['receive', doc('R2', 6, [line('5', { unitCost: '10' })])];
  const send = async (...docs: Doc[]) => {
    for (const one of docs) assert.deepEqual(await rig.send([one]), [undefined]);
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
    return [await rig.pool('X'), await rig.charged('X')];
  };

  for (const valuation of ['fifo', 'average', 'lifo']) {
    const open = async (): Promise<void> => {
      rig = new LedgerRig({ policy: { negative: 'allow' } });
      await rig.item('X', { valuation });
    };

    it(`whatever comes afterwards that is dated before it, ${valuation}`, async () => {
      const expected = ['5 @ 50.00', 'customer 10.00, supplier -100.00, writedown 40.00'];
      await open();
      assert.deepEqual(await send(receipt, down, up, sale()), expected);
      const orders = [
        [down, up, sale()],
        [down, sale(), up],
        [sale(), up, down],
        [up, down, sale()],
      ];
      for (const order of orders) {
        await open();
        const figures = await send(receipt, later, ...order);
        assert.deepEqual(figures, [
          '10 @ 100.00',
          'customer 10.00, supplier -150.00, writedown 40.00',
        ]);
      }
      await open();
      await send(receipt, down, sale());
      assert.equal(await rig.refused(...up), 'REVALUE_REFUSED');
      assert.deepEqual(await send(written('W3', 4, '40')), expected);
      const [first, second] = ['1', '39'].map((amount, index) => written(`V${index}`, 4, amount));
      await open();
      await send(receipt, down, sale(), first!, second!);
      assert.equal(await rig.refused(...written('V3', 5, '0.01')), 'REVALUE_REFUSED');
      assert.deepEqual(await send(), expected);
    });

    it(`and brings back only to what was written down, the last first, ${valuation}`, async () => {
      await open();
      const some = ['issue', doc('I2', 5, [line('10')])] satisfies Doc;
      const dearer = ['receive', doc('R3', 3, [line('10', { unitCost: '20' })])] satisfies Doc;
      const figures = await send(
        receipt,
        written('W1', 2, '-50'),
        dearer,
        written('W2', 4, '50'),
        some,
      );
      const left = { fifo: '10 @ 200.00', average: '10 @ 150.00', lifo: '10 @ 100.00' }[valuation];
      assert.equal(figures[0], left);
      await send(written('W3', 6, '-10'), written('W4', 7, '4'), written('W5', 8, '6'));
      assert.equal(await rig.pool('X'), left);
      assert.equal(await rig.refused(...written('W6', 9, '0.01')), 'REVALUE_REFUSED');
    });

    it(`also where somebody wrote more into the books, as verify finds, ${valuation}`, async () => {
      await open();
      await send(receipt, down, written('W2', 4, '7'));
      const { store, policy } = rig;
      const forged = (body: string) => body.replaceAll('700', '9000');
      const packs: Store['packs'] = async function* (skus) {
        for await (const some of store.packs(skus))
          yield some.map((pack) => ({ ...pack, body: forged(pack.body) }));
      };
      const spoilt = new Proxy(store, {
        get: (of, name) => {
          const value: unknown = name === 'packs' ? packs : Reflect.get(of, name);
          return typeof value === 'function' ? value.bind(of) : value;
        },
      });
      const { differences } = await verifyStore(spoilt, policy);
      const told = differences.map(({ message }) => message).join('\n');
      assert.match(told, /entry 3 \(revalue W2\) is worth 90\.00, its costs give 80\.00/);
    });

    it(`of what it was written down by before it is cancelled, ${valuation}`, async () => {
      await open();
      await send(receipt, down, up, ['cancel', { document: 'W1' }]);
      assert.deepEqual(await send(), ['10 @ 100.00', 'supplier -100.00']);
      await send(['cancel', { document: 'W2' }], sale());
      assert.equal(await rig.pool('X'), '5 @ 50.00');
    });
  }
});

describe('standard cost', () => {
  let rig: LedgerRig;

  beforeEach(async () => {
    rig = new LedgerRig({ policy: { negative: 'allow', pools: { north: ['N'] } } });
    await rig.item('X', { valuation: 'standard', standardCost: '10' });
  });

  it('takes what a receipt costs more as a variance, short of stock or not', async () => {
    await rig.book('issue', doc('I1', 1, [line('3')]));
    assert.equal(await rig.pool('X'), '-3 @ -30.00');
    await rig.book('receive', doc('R1', 2, [line('5', { unitCost: '12.5' })]));
    assert.equal(await rig.pool('X'), '2 @ 20.00');
    assert.equal(await rig.charged('X'), 'adjustment 12.50, customer 30.00, supplier -62.50');
    const variance = (await rig.entries('X')).at(-1)!;
    assert.deepEqual([variance.kind, variance.document, variance.at], ['variance', 'R1', day(2)]);
  });

  it('that is new revalues all stock from its date on, and what was booked since', async () => {
    await rig.book('receive', doc('R1', 1, [line('10', { unitCost: '10' })]));
    await rig.book('transfer', doc('T1', 2, [{ sku: 'X', from: 'A', to: 'N', quantity: '4' }]));
    await rig.book('issue', doc('I1', 6, [line('2')]));
    await rig.book('receive', doc('R2', 7, [line('1', { unitCost: '11' })]));
    await rig.book('revalue', doc('W1', 4, [{ sku: 'X', unitCost: '11' }], { reason: 'YEAR' }));
    assert.equal(await rig.pool('X'), '5 @ 55.00');
    assert.equal(await rig.pool('X', 'north'), '4 @ 44.00');
    assert.equal(await rig.charged('X'), 'adjustment -10.00, customer 22.00, supplier -111.00');
    const [head] = (await rig.store.heads({ limit: 10 })).rows;
    assert.equal(head?.item?.standardCost, 11_000_000n);
    await rig.book('cancel', { document: 'W1' });
    assert.equal(await rig.pool('X'), '5 @ 50.00');
    assert.equal(await rig.charged('X'), 'adjustment 1.00, customer 20.00, supplier -111.00');
  });
});

describe('what is found without a cost', () => {
  it('costs what lots with stock cost, whatever others are short of', async () => {
    const rig = new LedgerRig({ policy: { negative: 'allow' } });
    await rig.item('X', { valuation: 'lot', tracking: 'lot' });
    await rig.book('receive', doc('R1', 1, [line('5', { unitCost: '1', lot: 'A' })]));
    await rig.book('receive', doc('R2', 2, [line('1', { unitCost: '100', lot: 'C' })]));
    await rig.book('issue', doc('I1', 3, [line('2', { lot: 'B' })]));
    await rig.book('issue', doc('I2', 4, [line('1', { lot: 'C' })]));
    await rig.book('adjust', doc('A1', 5, [line('1', { lot: 'D' })], { reason: 'found' }));
    assert.equal(await rig.layers('X'), '5 @ 5.00, -2 @ -200.00, 1 @ 1.00');
  });
});

describe('a small cost', () => {
  it('over many products leaves none of them worth less than nothing', async () => {
    const rig = new LedgerRig();
    const products = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'];
    await rig.book('receive', doc('R1', 1, [line('1', { unitCost: '0.05' })]));
    const lines = products.map((sku) => ({ sku, location: 'A', quantity: '1' }));
    await rig.book('produce', doc('P', 2, lines, { components: [line('1')] }));
    const worth = await Promise.all(products.map((sku) => rig.pool(sku)));
    assert.deepEqual(
      worth,
      ['0.01', '0.01', '0.01', '0.01', '0.01', '0.00', '0.00'].map((value) => `1 @ ${value}`),
    );
  });

  for (const [amount, worth] of [
    ['0.05', ['1.01', '1.01', '1.01', '1.01', '1.01', '1.00', '1.00']],
    ['-0.04', ['0.99', '0.99', '0.99', '0.99', '1.00', '1.00', '1.00']],
  ] as const) {
    it(`of ${amount} over many receipts goes one way for all of them`, async () => {
      const rig = new LedgerRig();
      const skus = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7'];
      const lines = skus.map((sku) => ({ sku, location: 'A', quantity: '1', unitCost: '1' }));
      await rig.book('receive', doc('R1', 1, lines));
      const freight = doc('F1', 2, [{ receipt: 'R1' }], { amount, split: 'equally' });
      await rig.book('landed-cost', freight);
      const pools = await Promise.all(skus.map((sku) => rig.pool(sku)));
      assert.deepEqual(
        pools,
        worth.map((value) => `1 @ ${value}`),
      );
    });
  }
});
