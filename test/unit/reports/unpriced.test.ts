/** Receipts without a price: what they are worth, and that somebody hears of them. */
import assert from 'node:assert/strict';
import { queryRows } from '../../../core/query.ts';
import { verifyStore } from '../../../core/verify.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { timeAt } from '../../SimulatedTime.ts';

describe('receipts without a price', () => {
  let rig: LedgerRig;
  const receive = (document: string, number: number, line: object) =>
    rig.book('receive', {
      ...{ document, at: day(number), partner: 'V-1' },
      lines: [{ sku: 'X', location: 'A', quantity: '10', ...line }],
    });
  const listed = async (query: object = {}): Promise<string[]> => {
    const shown: string[] = [];
    const { store, policy } = rig;
    for await (const page of queryRows(
      store,
      policy,
      { name: 'unpriced', ...query },
      timeAt(rig.now),
    )) {
      for (const { sku, day: on, document, quantity, open, unitCost, value } of page)
        shown.push(
          [sku, on, document, quantity, open === quantity ? '' : open, unitCost, value]
            .filter((cell) => cell !== '')
            .join(' '),
        );
    }
    return shown;
  };
  const isRight = async (): Promise<void> =>
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);

  beforeEach(() => {
    rig = new LedgerRig({
      policy: { negative: 'allow', pools: { north: ['N'], south: ['S'] } },
    });
  });

  it('are worth the last cost that anybody knows, the latest first, and are listed', async () => {
    await receive('R1', 1, { sku: 'NEW' });
    await rig.item('X', { standardCost: '4' });
    await receive('R2', 1, {});
    await receive('R3', 2, { unitCost: '7' });
    await receive('R4', 3, { location: 'N', unitCost: '9' });
    await receive('R5', 4, { location: 'S' });
    await rig.book('issue', {
      ...{ document: 'I1', at: day(5) },
      lines: [{ sku: 'X', location: 'A', quantity: '20' }],
    });
    await receive('R6', 6, { location: 'B' });
    assert.deepEqual(await listed(), [
      'NEW 2026-01-01 R1 10 0 0.00',
      'X 2026-01-01 R2 10 4 40.00',
      'X 2026-01-04 R5 10 9 90.00',
      'X 2026-01-06 R6 10 7 70.00',
    ]);
    const [entry] = await rig.entries('X', { document: 'R5' });
    assert.equal(entry!.reason, 'cost guessed');
    await isRight();
  });

  it('are guessed anew where a cost comes late that was known then', async () => {
    await receive('R1', 5, { location: 'N' });
    assert.deepEqual(await listed(), ['X 2026-01-05 R1 10 0 0.00']);
    await receive('R2', 1, { unitCost: '3' });
    assert.deepEqual(await listed(), ['X 2026-01-05 R1 10 3 30.00']);
    await receive('R3', 2, { location: 'S', unitCost: '5' });
    await receive('R4', 3, { unitCost: '6' });
    assert.deepEqual(await listed(), ['X 2026-01-05 R1 10 6 60.00']);
    await rig.book('cancel', { document: 'R4', at: day(9) });
    assert.deepEqual(await listed(), ['X 2026-01-05 R1 10 5 50.00']);
    await isRight();
  });

  it('are not listed once they are cancelled, nor what is not ours, nor what states its cost', async () => {
    await rig.item('FREE', { valued: false });
    await receive('R1', 1, { unitCost: '0' });
    await receive('R2', 1, { amount: '0' });
    await receive('R3', 1, { owner: 'V-1' });
    await receive('R4', 1, { sku: 'FREE' });
    await receive('R5', 2, {});
    assert.deepEqual(await listed({ asOf: '2026-01-01' }), []);
    assert.deepEqual(await listed({ since: '2026-01-02' }), ['X 2026-01-02 R5 10 0 0.00']);
    await rig.book('cancel', { document: 'R5', at: day(3) });
    assert.deepEqual(await listed(), []);
  });

  it('are listed until they are invoiced, and then worth what the invoice says', async () => {
    await receive('R1', 1, { unitCost: '7' });
    await receive('R2', 2, {});
    const invoice = (document: string, quantity: string, amount: string) =>
      rig.book('invoice', {
        ...{ document, at: day(3) },
        lines: [{ receipt: 'R2', sku: 'X', quantity, amount }],
      });
    await invoice('V1', '4', '32');
    assert.deepEqual(await listed(), ['X 2026-01-02 R2 10 6 7 70.00']);
    await invoice('V2', '6', '48');
    assert.deepEqual(await listed(), []);
    assert.equal(await rig.pool('X'), '20 @ 150.00');
    await isRight();
  });

  it('at standard cost are worth the standard, and listed, because nobody knows what is owed', async () => {
    await rig.item('X', { valuation: 'standard', standardCost: '2' });
    await receive('R1', 1, {});
    assert.deepEqual(await listed(), ['X 2026-01-01 R1 10 2 20.00']);
  });
});
