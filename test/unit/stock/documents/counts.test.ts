/** A count says what is there, whatever is booked before it afterwards. */
import assert from 'node:assert/strict';
import { verifyStore } from '../../../../core/verify.ts';
import type { Doc } from '../../../ledgerRig.ts';
import { day, LedgerRig } from '../../../ledgerRig.ts';

const doc =
  (type: string) =>
  (document: string, number: number, quantity: string, more: object = {}): Doc => [
    type,
    { document, at: day(number), lines: [{ sku: 'X', location: 'A', quantity, ...more }] },
  ];
const receive = doc('receive');
const issue = doc('issue');
const count = doc('count');
const cancel = (document: string): Doc => ['cancel', { document }];

describe('counts', () => {
  let rig: LedgerRig;
  const book = async (...docs: Doc[]): Promise<void> => {
    for (const one of docs) await rig.book(...one);
  };
  const onHand = (number: number) => rig.stock('X', 'A', day(number));
  /** Found by a document: more, or less, with all that corrected it. */
  const found = async (document: string): Promise<bigint> =>
    (await rig.entries('X', { document })).reduce(
      (sum, { from, quantity }) => sum + (from === 'adjustment' ? quantity : -quantity),
      0n,
    ) / 1_000_000n;

  /** A place whose costs are its own. */
  const ofOnePlace = { pools: { a: ['A'] } };

  beforeEach(() => {
    rig = new LedgerRig();
  });

  it('move the difference, up, down and none, at what stock costs now', async () => {
    await book(
      receive('R1', 1, '10', { unitCost: '3' }),
      count('C1', 2, '12'),
      count('C2', 3, '5'),
    );
    await book(count('C3', 4, '5'));
    assert.deepEqual(await rig.moves('X'), [
      'receive supplier>A 10 @ 30.00',
      'count adjustment>A 2 @ 6.00',
      'count A>adjustment 7 @ 21.00',
      'count adjustment>A 0 @ 0.00',
    ]);
    const counted = (await rig.entries('X')).map(({ input }) => input?.counted);
    assert.deepEqual(counted, [undefined, 12_000_000n, 5_000_000n, 5_000_000n]);
  });

  it('stand when something comes late before them, and find the more or less', async () => {
    await book(receive('R1', 1, '10', { unitCost: '3' }), count('C1', 5, '8'));
    await book(issue('I1', 4, '1'));
    assert.equal(await onHand(5), '8');
    assert.equal(await found('C1'), -1n);
    await book(receive('R2', 2, '4', { unitCost: '5' }));
    assert.equal(await onHand(5), '8');
    assert.equal(await found('C1'), -5n);
    await book(issue('I2', 3, '6'));
    assert.equal(await onHand(5), '8');
    assert.equal(await found('C1'), 1n);
    assert.equal(await rig.stock('X', 'A'), '8');
    const recounts = (await rig.entries('X')).filter(({ kind }) => kind === 'recount');
    assert.deepEqual(
      recounts.map(({ document, corrects, by, at }) => [document, corrects, by, at]),
      [1, 2, 3].map(() => ['C1', 2, 2, day(5)]),
    );
  });

  it('are the same in whatever order they and the rest arrive', async () => {
    const docs = [
      receive('R1', 1, '10', { unitCost: '3' }),
      issue('I1', 2, '4'),
      count('C1', 3, '5'),
      receive('R2', 4, '2', { unitCost: '9' }),
      count('C2', 5, '9'),
      issue('I2', 6, '8'),
      count('C3', 7, '0'),
    ];
    const states: object[] = [];
    for (const order of [
      [0, 1, 2, 3, 4, 5, 6],
      [6, 5, 4, 3, 2, 1, 0],
      [2, 4, 6, 0, 1, 3, 5],
      [4, 0, 5, 1, 2, 6, 3],
    ]) {
      rig = new LedgerRig({ policy: { negative: 'allow' } });
      await book(...order.map((index) => docs[index]!));
      assert.deepEqual(await Promise.all([1, 2, 3, 4, 5, 6, 7].map(onHand)), [
        '10',
        '6',
        '5',
        '7',
        '9',
        '1',
        '',
      ]);
      states.push(await rig.state());
    }
    for (const state of states.slice(1)) assert.deepEqual(state, states[0]);
  });

  it('add up over the lines of one balance, in whatever units', async () => {
    await rig.item('X', { unit: 'EA', units: { BOX: '12' } });
    await book(receive('R1', 1, '100', { unitCost: '2' }));
    const shelf = (quantity: string, more: object = {}) => ({
      ...{ sku: 'X', location: 'A', quantity },
      ...more,
    });
    await rig.book('count', {
      ...{ document: 'C1', at: day(2) },
      lines: [
        shelf('5', { unit: 'BOX' }),
        shelf('3', { status: 'damaged' }),
        shelf('45'),
        shelf('7', { location: 'B' }),
      ],
    });
    assert.deepEqual(
      (await rig.moves('X')).slice(1),
      ['adjustment>A 5 @ 10.00', 'adjustment>A 3 @ 6.00', 'adjustment>B 7 @ 14.00'].map(
        (way) => `count ${way}`,
      ),
    );
    await book(receive('R2', 1, '9', { unitCost: '2' }));
    assert.equal(await rig.stock('X', 'A'), '105, damaged: 3');
  });

  it('of one balance have one cost', async () => {
    const lines = (...costs: object[]) => ({
      ...{ document: 'C1', at: day(2) },
      lines: costs.map((cost) => ({ sku: 'X', location: 'A', quantity: '2', ...cost })),
    });
    await rig.item('X', { unit: 'EA', units: { BOX: '12' } });
    for (const other of [{ unitCost: '4' }, {}]) {
      const { code, field } = await rig.refuse('count', lines({ unitCost: '3' }, other));
      assert.deepEqual([code, field], ['MESSAGE_INVALID', 'lines[1].unitCost']);
    }
    await rig.book('count', lines({ unitCost: '3' }, { unit: 'BOX', unitCost: '36' }));
    assert.equal(await rig.pool('X'), '26 @ 78.00');
  });

  it('of the past are corrected only up to the next count', async () => {
    await book(receive('R1', 1, '10', { unitCost: '1' }), count('C2', 8, '6'), issue('I1', 9, '2'));
    await book(count('C1', 4, '7'));
    assert.deepEqual([await onHand(4), await onHand(8), await onHand(9)], ['7', '6', '4']);
    assert.deepEqual([await found('C1'), await found('C2')], [-3n, -1n]);
    await book(receive('R2', 2, '5', { unitCost: '1' }), issue('I2', 6, '1'));
    assert.deepEqual([await onHand(4), await onHand(8), await onHand(9)], ['7', '6', '4']);
    assert.deepEqual([await found('C1'), await found('C2')], [-8n, 0n]);
  });

  it('when they are cancelled let through what they had held back', async () => {
    await book(receive('R1', 1, '10', { unitCost: '1' }), count('C1', 4, '7'), count('C2', 6, '3'));
    await book(receive('R2', 2, '5', { unitCost: '1' }), issue('I1', 8, '1'), cancel('C1'));
    assert.deepEqual([await onHand(4), await onHand(6), await onHand(8)], ['15', '3', '2']);
    await book(cancel('C2'));
    assert.deepEqual([await onHand(4), await onHand(6), await onHand(8)], ['15', '15', '14']);
    assert.equal(await rig.charged('X'), 'customer 1.00, supplier -15.00');
    await book(receive('R3', 3, '1', { unitCost: '1' }));
    assert.equal(await onHand(8), '15');
  });

  it('stand when what came before them is cancelled', async () => {
    await book(receive('R1', 1, '10', { unitCost: '2' }), issue('I1', 2, '3'), count('C1', 4, '7'));
    await book(cancel('I1'));
    assert.equal(await found('C1'), -3n);
    await book(cancel('R1'));
    assert.equal(await found('C1'), 7n);
    assert.equal(await rig.stock('X', 'A'), '7');
    assert.equal(await rig.pool('X'), '7 @ 0.00');
  });

  it('at a cost make all that was counted worth that, in a place that is a pool', async () => {
    rig = new LedgerRig({ policy: ofOnePlace });
    await book(receive('R1', 1, '10', { unitCost: '2' }), issue('I1', 2, '3'));
    await book(count('C1', 3, '8', { unitCost: '5' }), issue('I2', 4, '4'));
    assert.equal(await rig.pool('X', 'a'), '4 @ 20.00');
    assert.equal(await rig.charged('X'), 'adjustment -26.00, customer 26.00, supplier -20.00');
    await book(receive('R0', 1, '90', { unitCost: '7' }));
    assert.equal(await rig.pool('X', 'a'), '4 @ 20.00');
    await book(count('C2', 5, '0', { unitCost: '9' }));
    assert.equal(await rig.pool('X', 'a'), '0 @ 0.00');
  });

  it('at a cost say what is found more costs, where places share their costs', async () => {
    await book(receive('R1', 1, '10', { unitCost: '2' }));
    await book(receive('R2', 1, '10', { unitCost: '4', location: 'B' }));
    await book(count('C1', 3, '12', { unitCost: '10' }));
    assert.equal(await rig.layers('X'), '10 @ 20.00, 10 @ 40.00, 2 @ 20.00');
    await book(receive('R0', 2, '3', { unitCost: '1' }));
    assert.equal(await rig.layers('X'), '9 @ 18.00, 10 @ 40.00, 3 @ 3.00');
    await book(cancel('R0'), receive('R3', 2, '1', { unitCost: '1' }));
    assert.equal(await rig.layers('X'), '10 @ 20.00, 10 @ 40.00, 1 @ 1.00, 1 @ 10.00');
    await book(count('C2', 4, '4', { unitCost: '50' }));
    assert.equal(await rig.layers('X'), '2 @ 4.00, 10 @ 40.00, 1 @ 1.00, 1 @ 10.00');
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
  });

  it('are of one lot, one state and one owner', async () => {
    await rig.item('X', { tracking: 'lot' });
    await book(receive('R1', 1, '10', { lot: 'L1', unitCost: '1' }));
    await book(receive('R2', 1, '5', { lot: 'L2', unitCost: '1' }));
    await book(receive('R3', 1, '3', { lot: 'L1', owner: 'V-1' }));
    await book(doc('status')('S1', 2, '4', { lot: 'L1', toStatus: 'damaged' }));
    await book(count('C1', 5, '3', { lot: 'L1', status: 'damaged' }));
    await book(count('C2', 5, '2', { lot: 'L1', owner: 'V-1' }));
    assert.equal(await rig.stock('X', 'A'), 'L1 V-1: 2, L1 damaged: 3, L1: 6, L2: 5');
    await book(receive('R4', 3, '7', { lot: 'L1', unitCost: '1' }));
    await book(receive('R5', 3, '7', { lot: 'L1', owner: 'V-1' }));
    await book(doc('status')('S2', 3, '1', { lot: 'L1', toStatus: 'damaged' }));
    assert.equal(await rig.stock('X', 'A'), 'L1 V-1: 2, L1 damaged: 3, L1: 12, L2: 5');
    assert.equal(await rig.pool('X'), '20 @ 20.00');
  });

  it('at the same moment as something else say what is there after it, whatever comes first', async () => {
    await book(receive('R1', 1, '10', { unitCost: '1' }), count('C1', 2, '8'), issue('I1', 2, '1'));
    assert.equal(await rig.stock('X', 'A'), '8');
    await book(count('C2', 2, '9'));
    assert.equal(await rig.stock('X', 'A'), '9');
    await book(receive('R2', 1, '4', { unitCost: '1' }));
    assert.equal(await rig.stock('X', 'A'), '9');
    assert.equal(await found('C1'), -5n);
  });

  it('of the past are refused where later documents took more than they found', async () => {
    await book(receive('R1', 1, '10', { unitCost: '1' }), issue('I1', 5, '8'));
    const { code, message } = await rig.refuse(...count('C1', 3, '5'));
    assert.equal(code, 'STOCK_INSUFFICIENT');
    assert.match(message, /I1/);
    await book(count('C1', 3, '8'));
    assert.equal(await rig.stock('X', 'A'), '');
  });

  it('at standard cost find quantities only, the first one too', async () => {
    await rig.item('X', { valuation: 'standard', standardCost: '10' });
    await book(count('C1', 1, '3', { unitCost: '99' }), count('C2', 2, '4', { unitCost: '99' }));
    assert.equal(await rig.pool('X'), '4 @ 40.00');
    assert.equal(await rig.charged('X'), 'adjustment -40.00');
  });

  it('in a short place bring what was owed', async () => {
    rig = new LedgerRig({ policy: { ...ofOnePlace, negative: 'allow' } });
    await book(receive('R1', 1, '1', { unitCost: '4' }), issue('I1', 2, '5'), count('C1', 3, '2'));
    assert.equal(await rig.pool('X', 'a'), '2 @ 8.00');
    assert.equal(await found('C1'), 6n);
    await book(count('C2', 4, '2', { unitCost: '1' }));
    assert.equal(await rig.pool('X', 'a'), '2 @ 2.00');
  });

  it('that turned and are cancelled give back what they are worth, also while their item waits', async () => {
    const bounds = { recostFacts: 3, checkpointFacts: 2, historyRows: 300 };
    rig = new LedgerRig({ bounds, policy: ofOnePlace });
    await book(receive('R1', 2, '1', { unitCost: '0' }), count('C1', 4, '1', { unitCost: '1' }));
    await book(receive('R2', 3, '1', { unitCost: '0.01' }));
    assert.equal(await rig.pool('X', 'a'), '1 @ 1.00');
    for (const number of [5, 6, 7])
      await book(receive(`R${number}`, number, '1', { unitCost: '1' }));
    await book(cancel('C1'));
    assert.equal((await rig.store.recosts({ limit: 1 })).rows.length, 1);
    assert.equal(await rig.pool('X', 'a'), '5 @ 3.01');
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
    await rig.recost();
    assert.equal(await rig.pool('X', 'a'), '5 @ 3.01');
  });

  it('that turned at standard cost say all of their value in one', async () => {
    await rig.item('X', { valuation: 'standard', standardCost: '0.003334' });
    await book(receive('R1', 1, '2'), count('C1', 5, '1.4'), count('C2', 3, '0.1'));
    await book(receive('R2', 2, '0.1', { location: 'B' }));
    assert.equal(await rig.pool('X'), '1.5 @ 0.01');
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
  });
});
