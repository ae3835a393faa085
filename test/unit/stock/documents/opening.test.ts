/** What was there when the books began. */
import assert from 'node:assert/strict';
import { verifyStore } from '../../../../core/verify.ts';
import { day, LedgerRig } from '../../../ledgerRig.ts';

describe('an opening balance', () => {
  let rig: LedgerRig;

  const opening = (document: string, lines: object[], more: object = {}) => ({
    ...{ document, at: day(1), ...more },
    lines: lines.map((line) => ({ sku: 'X', location: 'A', ...line })),
  });
  const book = (document: string, lines: object[], more: object = {}) =>
    rig.book('opening', opening(document, lines, more));
  const refuse = (document: string, ...lines: object[]) =>
    rig.refuse('opening', opening(document, lines));

  beforeEach(() => {
    rig = new LedgerRig({ policy: { pools: { north: ['N'] } } });
  });

  it('is what is there, at the value that is stated', async () => {
    await book('O1', [{ quantity: '3', amount: '10' }]);
    assert.equal(await rig.pool('X'), '3 @ 10.00');
    assert.deepEqual(await rig.moves('X'), ['opening opening>A 3 @ 10.00']);
    assert.equal(await rig.charged('X'), 'opening -10.00');
  });

  it('may be stated by lot, in another unit, at a cost of one in a foreign currency', async () => {
    await rig.item('X', { tracking: 'lot', unit: 'EA', units: { BOX: '12' } });
    const lines = [
      { quantity: '1', unit: 'BOX', lot: 'L1', unitCost: '24' },
      { quantity: '3', lot: 'L2', amount: '5', expiresOn: '2027-01-31' },
    ];
    await book('O1', lines, { currency: 'USD', rate: '0.9' });
    assert.equal(await rig.stock('X', 'A'), 'L1: 12, L2: 3');
    assert.equal(await rig.layers('X'), '12 @ 21.60, 3 @ 4.50');
  });

  it('is stated once for each item and place', async () => {
    await book('O1', [
      { quantity: '1', amount: '10' },
      { quantity: '1', amount: '10', location: 'N' },
    ]);
    await book('O2', [{ quantity: '2', amount: '20', location: 'B' }]);
    assert.deepEqual(await refuse('O3', { quantity: '1', amount: '1', location: 'N' }), {
      code: 'OPENING_REPEATED',
      message: 'O1 has the opening balance of X at N',
      field: 'lines[0].location',
    });
    await rig.book('cancel', { document: 'O1' });
    await book('O3', [{ quantity: '1', amount: '1', location: 'N' }]);
    assert.equal(await rig.pool('X', 'north'), '1 @ 1.00');
  });

  it('is refused as whole where a line says its value twice, not at all, or is of no quantity', async () => {
    const codes = await Promise.all(
      [
        { quantity: '1', amount: '1', unitCost: '1' },
        { quantity: '1' },
        { quantity: '0', amount: '1' },
      ].map(async (line) => (await refuse('O1', line)).code),
    );
    assert.deepEqual(codes, ['MESSAGE_INVALID', 'MESSAGE_INVALID', 'MESSAGE_INVALID']);
    const { code } = await refuse('O1', { quantity: '1', amount: '1', location: 'supplier' });
    assert.equal(code, 'PLACE_RESERVED');
    const place = { quantity: '1', unitCost: '1', location: 'opening' };
    const receipt = { document: 'R1', at: day(2), lines: [{ sku: 'X', ...place }] };
    assert.equal(await rig.refused('receive', receipt), 'PLACE_RESERVED');
  });

  it('of stock that belongs to others is counted and worth nothing', async () => {
    await rig.item('X', { valued: false });
    await book('O1', [{ quantity: '4', amount: '10' }]);
    assert.equal(await rig.stock('X', 'A'), '4');
    assert.equal(await rig.pool('X'), '0 @ 0.00');
  });

  it('that comes late costs what was sold of it, and the books are right', async () => {
    rig = new LedgerRig({ policy: { negative: 'allow' } });
    const lines = [{ sku: 'X', location: 'A', quantity: '4' }];
    await rig.book('issue', { document: 'I1', at: day(3), lines });
    await book('O1', [{ quantity: '10', amount: '100' }]);
    assert.equal(await rig.charged('X'), 'customer 40.00, opening -100.00');
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
  });
});
