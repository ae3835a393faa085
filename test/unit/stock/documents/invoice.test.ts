/** What suppliers invoice for what came, for what is to come, and for what never does. */
import assert from 'node:assert/strict';
import { verifyStore } from '../../../../core/verify.ts';
import { day, LedgerRig } from '../../../ledgerRig.ts';

describe('an invoice', () => {
  let rig: LedgerRig;

  const receive = (document: string, number: number, line: object, more: object = {}) =>
    rig.book('receive', {
      ...{ document, at: day(number), ...more },
      lines: [{ sku: 'X', location: 'A', ...line }],
    });
  const issue = (number: number, quantity: string) =>
    rig.book('issue', {
      ...{ document: `I${number}`, at: day(number) },
      lines: [{ sku: 'X', location: 'A', quantity }],
    });
  const invoice = (number: number, lines: object[], more: object = {}) => ({
    ...{ document: `B${number}`, at: day(number), partner: 'V1', ...more },
    lines: lines.map((line) => ({ receipt: 'R1', sku: 'X', ...line })),
  });
  const bill = (number: number, line: object, more: object = {}) =>
    rig.book('invoice', invoice(number, [line], more));
  /** What is still to be invoiced, as the supplier's place has it; below zero. */
  const charged = () => rig.charged('X');
  const isRight = async () =>
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);

  beforeEach(() => {
    rig = new LedgerRig({ policy: { pools: { north: ['N'] }, negative: 'allow' } });
  });

  it('shares a difference out over the pools in which the goods are', async () => {
    await receive('R1', 1, { quantity: '10', unitCost: '10' });
    await rig.book('transfer', {
      ...{ document: 'T1', at: day(2) },
      lines: [{ sku: 'X', from: 'A', to: 'N', quantity: '5' }],
    });
    await issue(3, '2');
    await bill(4, { quantity: '10', amount: '120' });
    assert.deepEqual(
      [await rig.pool('X'), await rig.pool('X', 'north')],
      ['3 @ 36.00', '5 @ 60.00'],
    );
    assert.equal(await charged(), 'customer 24.00, payable -120.00');
    await isRight();
  });

  it('dated like its receipt changes the cost of what was sold since', async () => {
    await receive('R1', 1, { quantity: '10', unitCost: '10' });
    await issue(3, '4');
    await bill(9, { quantity: '10', amount: '110' }, { at: day(1, 5) });
    assert.equal(await rig.pool('X', 'main', day(2)), '10 @ 110.00');
    assert.deepEqual(await rig.moves('X', { document: 'I3' }), [
      'issue A>customer 4 @ 40.00',
      'recost A>customer 0 @ 4.00',
    ]);
    await isRight();
  });

  it('may be for more than came: the rest waits until it comes, and says what that is worth', async () => {
    await receive('R1', 1, { quantity: '6', unitCost: '10' });
    await bill(2, { quantity: '10', amount: '120' });
    assert.equal(await charged(), 'payable -120.00, supplier 48.00');
    assert.equal(await rig.pool('X'), '6 @ 72.00');
    await receive('R1', 3, { quantity: '5', unitCost: '10' });
    assert.equal(await rig.pool('X'), '11 @ 130.00');
    assert.equal(await charged(), 'payable -120.00, supplier -10.00');
    await isRight();
  });

  it('is found by a receipt that a hub books which starts anew', async () => {
    await bill(1, { quantity: '4', amount: '44' });
    rig.workspace.forgetAll();
    await receive('R1', 2, { quantity: '5', unitCost: '10' });
    assert.equal(await rig.pool('X'), '5 @ 54.00');
    rig.workspace.forgetAll();
    await bill(3, { quantity: '1', amount: '12' });
    assert.equal(await rig.pool('X'), '5 @ 56.00');
    assert.equal(await charged(), 'payable -56.00');
    await isRight();
  });

  it('is read in the unit of its line, several lines of one receipt in one document', async () => {
    await rig.item('X', { unit: 'EA', units: { BOX: '12' } });
    await receive('R1', 1, { quantity: '2', unit: 'BOX', unitCost: '24' });
    const lines = [
      { quantity: '1', unit: 'BOX', unitCost: '30' },
      { quantity: '12', amount: '24' },
    ];
    await rig.book('invoice', invoice(2, lines));
    assert.equal(await rig.pool('X'), '24 @ 54.00');
    assert.equal(await charged(), 'payable -54.00');
  });

  it('of goods of a lot goes to that lot', async () => {
    await rig.item('X', { valuation: 'lot', tracking: 'lot' });
    await receive('R1', 1, { quantity: '5', lot: 'L1', unitCost: '10' });
    await receive('R2', 2, { quantity: '5', lot: 'L2', unitCost: '10' });
    await bill(3, { quantity: '5', amount: '60' });
    assert.equal(await rig.layers('X'), '5 @ 60.00, 5 @ 50.00');
    await isRight();
  });

  it('leaves nothing of value below zero; a credit beyond that lowers the cost of sales', async () => {
    await receive('R1', 1, { quantity: '10', unitCost: '1' });
    await issue(2, '5');
    await rig.book('revalue', {
      ...{ document: 'V1', at: day(3), reason: 'damp' },
      lines: [{ sku: 'X', amount: '-4' }],
    });
    await bill(4, { quantity: '10', amount: '0' });
    assert.equal(await rig.pool('X'), '5 @ 0.00');
    assert.equal(await charged(), 'adjustment 4.00, customer -4.00');
  });

  it('stands under the number of its receipt', async () => {
    await receive('R1', 1, { quantity: '10', unitCost: '10' });
    await bill(2, { quantity: '4', amount: '40' });
    const marks = (await rig.entries('X', { document: 'R1' })).filter(({ seq }) => seq > 1);
    assert.deepEqual(
      marks.map(({ kind, reference, reason, value }) => [kind, reference, reason, value]),
      [['effect', 'B2', 'invoiced', 0n]],
    );
  });

  it('is cancelled by its number, whatever came since', async () => {
    await receive('R1', 1, { quantity: '10', unitCost: '10' });
    await bill(2, { quantity: '10', amount: '110' });
    await issue(3, '4');
    await bill(4, { quantity: '-2', amount: '-30' });
    await rig.book('cancel', { document: 'B2' });
    await rig.book('cancel', { document: 'B4' });
    assert.equal(await charged(), 'customer 40.00, supplier -100.00');
    assert.equal(await rig.pool('X'), '6 @ 60.00');
    await isRight();
  });

  it('of a closed day is refused', async () => {
    await receive('R1', 1, { quantity: '10', unitCost: '10' });
    await rig.book('period.close.v1', { through: '2026-01-31' });
    const late = invoice(2, [{ quantity: '10', amount: '110' }]);
    assert.equal(await rig.refused('invoice', late), 'PERIOD_CLOSED');
  });

  for (const [what, line] of [
    ['says what it costs twice', { quantity: '1', unitCost: '1', amount: '1' }],
    ['does not say what it costs', { quantity: '1' }],
    ['is about nothing', { quantity: '0', amount: '0' }],
    ['credits goods and charges for them', { quantity: '-1', amount: '1' }],
  ] as const) {
    it(`is refused where a line ${what}`, async () => {
      const { code, field } = await rig.refuse('invoice', invoice(1, [line]));
      assert.equal(code, 'MESSAGE_INVALID');
      assert.match(field!, /^lines\[0\]\.(amount|quantity)$/);
    });
  }
});
