/** Freight, customs and insurance that come after the goods. */
import assert from 'node:assert/strict';
import { verifyStore } from '../../../../core/verify.ts';
import { day, LedgerRig } from '../../../ledgerRig.ts';

describe('landed costs', () => {
  let rig: LedgerRig;

  const receive = (document: string, number: number, lines: object[]) =>
    rig.book('receive', {
      ...{ document, at: day(number) },
      lines: lines.map((line) => ({ sku: 'X', location: 'A', ...line })),
    });
  const issue = (number: number, quantity: string, more: object = {}) =>
    rig.book('issue', {
      ...{ document: `I${number}`, at: day(number) },
      lines: [{ sku: 'X', location: 'A', quantity, ...more }],
    });
  const landed = (more: object, lines: object[] = [{ receipt: 'R1' }], number = 9) => ({
    ...{ document: `L${number}`, at: day(number), lines },
    ...more,
  });

  beforeEach(() => {
    rig = new LedgerRig({ policy: { pools: { north: ['N'] } } });
  });

  describe('of a receipt of three lines', () => {
    beforeEach(async () => {
      for (const [sku, weight] of [
        ['X', '1'],
        ['Y', '5'],
        ['Z', '0.5'],
      ]) {
        await rig.item(sku!, { weight });
      }
      await receive('R1', 1, [
        { line: '10', quantity: '1', unitCost: '60' },
        { line: '20', sku: 'Y', quantity: '2', unitCost: '10' },
        { line: '30', sku: 'Z', quantity: '4', unitCost: '5' },
      ]);
    });

    const worth = async () =>
      [await rig.pool('X'), await rig.pool('Y'), await rig.pool('Z')].map(
        (pool) => pool.split(' @ ')[1],
      );

    for (const [split, expected] of [
      ['quantity', ['61.43', '22.86', '25.71']],
      ['value', ['66.00', '22.00', '22.00']],
      ['weight', ['60.77', '27.69', '21.54']],
      ['equally', ['63.33', '23.33', '23.34']],
      [undefined, ['66.00', '22.00', '22.00']],
    ] as const) {
      it(`are split by ${split ?? 'value where nothing else is said'}`, async () => {
        await rig.book('landed-cost', landed({ amount: '10', ...(split ? { split } : {}) }));
        assert.deepEqual(await worth(), expected);
      });
    }

    it('leave what does not split to the last line of the receipt, whatever its item is called', async () => {
      await receive('R2', 2, [
        { line: '8', sku: 'Z', quantity: '1', unitCost: '1' },
        { line: '9', sku: 'Y', quantity: '1', unitCost: '1' },
        { line: '10', quantity: '1', unitCost: '1' },
      ]);
      const before = await worth();
      const more = { amount: '1', split: 'equally' };
      await rig.book('landed-cost', landed(more, [{ receipt: 'R2' }]));
      assert.deepEqual(before, ['61.00', '21.00', '21.00']);
      assert.deepEqual(await worth(), ['61.34', '21.33', '21.33']);
    });

    it('leave what does not split to the last line that weighs anything', async () => {
      const free = { line: '40', sku: 'S', quantity: '1', unitCost: '0' };
      const lines = ['P', 'Q', 'R'].map((sku, index) => {
        return { line: `${index + 1}0`, sku, quantity: '1', unitCost: '10' };
      });
      await receive('R2', 2, [...lines, free]);
      await rig.book('landed-cost', landed({ amount: '1' }, [{ receipt: 'R2' }]));
      const pools = await Promise.all(['P', 'Q', 'R', 'S'].map((sku) => rig.pool(sku)));
      assert.deepEqual(pools, ['1 @ 10.33', '1 @ 10.33', '1 @ 10.34', '1 @ 0.00']);
    });

    it('are borne by the lines that are named, by item, by line, or each with its own amount', async () => {
      await rig.book('landed-cost', landed({ amount: '1' }, [{ receipt: 'R1', sku: 'Z' }], 2));
      await rig.book('landed-cost', landed({ amount: '2' }, [{ receipt: 'R1', line: '20' }], 3));
      const own = [
        { receipt: 'R1', line: '10', amount: '5' },
        { receipt: 'R1', sku: 'Y', amount: '-1' },
      ];
      await rig.book('landed-cost', landed({}, own, 4));
      assert.deepEqual(await worth(), ['65.00', '21.00', '21.00']);
    });

    it('are refused where it is not said, or said twice, what they are', async () => {
      const { code, field } = await rig.refuse(
        'landed-cost',
        landed({ amount: '5' }, [{ receipt: 'R1' }, { receipt: 'R1', amount: '5' }]),
      );
      assert.deepEqual([code, field], ['MESSAGE_INVALID', 'lines[1].amount']);
      assert.equal(await rig.refused('landed-cost', landed({})), 'MESSAGE_INVALID');
      assert.equal(
        await rig.refused('landed-cost', landed({ amount: '5' }, [{ receipt: 'R9' }])),
        'DOCUMENT_UNKNOWN',
      );
      assert.equal(
        await rig.refused('landed-cost', landed({ amount: '5' }, [{ receipt: 'R1', sku: 'Q' }])),
        'DOCUMENT_UNKNOWN',
      );
      await receive('R2', 2, [{ sku: 'W', quantity: '1' }]);
      assert.equal(
        await rig.refused(
          'landed-cost',
          landed({ amount: '5', split: 'weight' }, [{ receipt: 'R2' }]),
        ),
        'MESSAGE_INVALID',
      );
      assert.deepEqual(await worth(), ['60.00', '20.00', '20.00']);
    });

    it('of a cancelled receipt are refused, and a cancelled landed cost is gone', async () => {
      await rig.book('landed-cost', landed({ amount: '10' }));
      await rig.book('cancel', { document: 'L9' });
      assert.deepEqual(await worth(), ['60.00', '20.00', '20.00']);
      await rig.book('cancel', { document: 'R1' });
      assert.equal(await rig.refused('landed-cost', landed({ amount: '5' })), 'DOCUMENT_UNKNOWN');
    });
  });

  it('of what is sold are cost of sales, of what is there stock, in whatever pool', async () => {
    await receive('R1', 1, [{ quantity: '10', unitCost: '10' }]);
    await issue(2, '3');
    await rig.book('transfer', {
      ...{ document: 'T1', at: day(3) },
      lines: [{ sku: 'X', from: 'A', to: 'N', quantity: '2' }],
    });
    await rig.book('transfer', {
      ...{ document: 'T2', at: day(4) },
      lines: [{ sku: 'X', from: 'A', to: 'transit', quantity: '1' }],
    });
    await rig.book('landed-cost', landed({ amount: '100' }));
    assert.equal(await rig.pool('X'), '4 @ 80.00');
    assert.equal(await rig.pool('X', 'north'), '2 @ 40.00');
    assert.equal(await rig.pool('X', 'transit'), '1 @ 20.00');
    assert.equal(await rig.charged('X'), 'customer 60.00, supplier -200.00');
  });

  it('that come late are followed by what was sold after them', async () => {
    await receive('R1', 1, [{ quantity: '10', unitCost: '10' }]);
    await issue(5, '4');
    await rig.book('landed-cost', landed({ amount: '100' }, [{ receipt: 'R1' }], 3));
    assert.equal(await rig.charged('X'), 'customer 80.00, supplier -200.00');
    await rig.book('cancel', { document: 'L3' });
    assert.equal(await rig.charged('X'), 'customer 40.00, supplier -100.00');
  });

  it('count from the receipt on, when they are dated before it', async () => {
    await receive('R1', 4, [{ quantity: '10', unitCost: '10' }]);
    await rig.book('landed-cost', landed({ amount: '10' }, [{ receipt: 'R1' }], 2));
    assert.equal(await rig.pool('X', 'main', day(3)), '0 @ 0.00');
    assert.equal(await rig.pool('X', 'main', day(4)), '10 @ 110.00');
  });

  it('as a credit take no more than the stock is worth', async () => {
    await receive('R1', 1, [{ quantity: '10', unitCost: '1' }]);
    await issue(2, '5');
    await rig.book('landed-cost', landed({ amount: '-30' }));
    assert.equal(await rig.pool('X'), '5 @ 0.00');
    assert.equal(await rig.charged('X'), 'customer -20.00, supplier 20.00');
  });

  it('by average raise the cost of all stock', async () => {
    await rig.item('X', { valuation: 'average' });
    await receive('R1', 1, [{ quantity: '10', unitCost: '10' }]);
    await receive('R2', 2, [{ quantity: '10', unitCost: '20' }]);
    await issue(3, '5');
    await rig.book('landed-cost', landed({ amount: '100' }));
    // The oldest five are gone.
    assert.equal(await rig.pool('X'), '15 @ 275.00');
    assert.equal(await rig.charged('X'), 'customer 125.00, supplier -400.00');
  });

  it('at standard cost are a variance', async () => {
    await rig.item('X', { valuation: 'standard', standardCost: '10' });
    await receive('R1', 1, [{ quantity: '10', unitCost: '10' }]);
    await issue(3, '5');
    await rig.book('landed-cost', landed({ amount: '100' }));
    assert.equal(await rig.pool('X'), '5 @ 50.00');
    assert.equal(await rig.charged('X'), 'adjustment 100.00, customer 50.00, supplier -200.00');
  });

  it('by lot go to the lot of the receipt, as far as that is there: the oldest of a lot leaves first', async () => {
    await rig.item('X', { valuation: 'lot', tracking: 'lot' });
    await receive('R1', 1, [{ quantity: '5', unitCost: '10', lot: 'L1' }]);
    await receive('R2', 2, [{ quantity: '5', unitCost: '20', lot: 'L1' }]);
    await receive('R3', 3, [{ quantity: '5', unitCost: '10', lot: 'L2' }]);
    await rig.book('landed-cost', landed({ amount: '10' }, [{ receipt: 'R2' }], 4));
    assert.equal(await rig.layers('X'), '5 @ 80.00, 5 @ 80.00, 5 @ 50.00');
    await rig.book('landed-cost', landed({ amount: '10' }, [{ receipt: 'R1' }], 5));
    assert.equal(await rig.layers('X'), '5 @ 85.00, 5 @ 85.00, 5 @ 50.00');
    await issue(6, '9', { lot: 'L1' });
    await rig.book('landed-cost', landed({ amount: '10' }, [{ receipt: 'R1' }], 7));
    assert.equal(await rig.layers('X'), '1 @ 17.00, 5 @ 50.00');
    assert.equal(await rig.charged('X'), 'customer 163.00, supplier -230.00');
  });

  it('on goods of another owner are an expense', async () => {
    await receive('R1', 1, [{ quantity: '10', owner: 'V-1' }]);
    await rig.book('landed-cost', landed({ amount: '10' }));
    assert.equal(await rig.pool('X'), '0 @ 0.00');
    assert.equal(await rig.charged('X'), 'customer 10.00, supplier -10.00');
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
  });

  it('on a receipt that settled a shortage are cost of sales', async () => {
    rig = new LedgerRig({ policy: { negative: 'allow' } });
    await issue(1, '4');
    await receive('R1', 2, [{ quantity: '10', unitCost: '10' }]);
    await rig.book('landed-cost', landed({ amount: '10' }));
    assert.equal(await rig.pool('X'), '6 @ 66.00');
    assert.equal(await rig.charged('X'), 'customer 44.00, supplier -110.00');
  });

  it('land in the books in whatever order they and what comes before them arrive', async () => {
    const docs: [string, object][] = [
      [
        'receive',
        {
          document: 'R0',
          at: day(1),
          lines: [{ sku: 'X', location: 'A', quantity: '3', unitCost: '7' }],
        },
      ],
      [
        'issue',
        { document: 'I0', at: day(3), lines: [{ sku: 'X', location: 'A', quantity: '4' }] },
      ],
      [
        'transfer',
        { document: 'T0', at: day(4), lines: [{ sku: 'X', from: 'A', to: 'N', quantity: '3' }] },
      ],
      ['landed-cost', landed({ amount: '9.99' }, [{ receipt: 'R1' }], 5)],
      [
        'issue',
        { document: 'I1', at: day(6), lines: [{ sku: 'X', location: 'N', quantity: '2' }] },
      ],
    ];
    const first = {
      document: 'R1',
      at: day(2),
      lines: [{ sku: 'X', location: 'A', quantity: '9', unitCost: '5' }],
    };
    const states: object[] = [];
    for (const order of [
      [0, 1, 2, 3, 4],
      [4, 3, 2, 1, 0],
      [2, 4, 0, 3, 1],
    ]) {
      const one = new LedgerRig({ policy: { negative: 'allow', pools: { north: ['N'] } } });
      await one.book('receive', first);
      for (const index of order) await one.book(...docs[index]!);
      states.push(await one.state());
    }
    assert.deepEqual(states[1], states[0]);
    assert.deepEqual(states[2], states[0]);
  });
});
