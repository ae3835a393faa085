/** What was booked and is sent again, in a commit that changes what follows from it. */
import assert from 'node:assert/strict';
import { verifyStore } from '../../../core/verify.ts';
import { type Doc, day, LedgerRig } from '../../ledgerRig.ts';

const line = { sku: 'A', location: 'W', quantity: '2' };

describe('a message that comes again together with one that is late', () => {
  it('stays named by the one document that it was booked with', async () => {
    const rig = new LedgerRig({ policy: { negative: 'allow' } });
    const received = (document: string, at: string, unitCost: string): Doc => [
      'receive',
      { document, at, lines: [{ ...line, unitCost }] },
    ];
    const sold: Doc = ['issue', { document: 'I', at: day(3), lines: [line] }];
    const later = received('R3', day(4), '5');
    await rig.send([received('R2', day(2), '3'), sold, later], '/erp', ['R2', 'I', 'R3']);
    await rig.send([received('R1', day(1), '4'), sold, later], '/erp', ['R1', 'I', 'R3']);
    assert.ok(
      (await rig.entries('A')).some(({ kind, messageId }) => kind === 'recost' && messageId),
    );
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
  });
});

describe('a message about a reservation that comes again with other content', () => {
  const asked = [{ line: '1', quantity: '3' }];
  const commit = { reservation: 'R', document: 'SI-1', lines: asked };
  const first = { ...commit, rest: 'keep' };
  for (const again of [
    { ...commit, lines: [{ line: '1', quantity: '5' }] },
    { ...first, reference: 'SO-1' },
  ])
    it(`is in conflict, though the reservation is open still: ${JSON.stringify(again)}`, async () => {
      const rig = new LedgerRig();
      const lines = [{ ...line, quantity: '10' }];
      await rig.book('receive', { document: 'GR-1', at: day(1), lines });
      await rig.book('reservation.create.v1', { reservation: 'R', at: day(2), lines });
      await rig.send([['reservation.commit.v1', first]], '/erp', ['C-1']);
      const [refused] = await rig.send([['reservation.commit.v1', again]], '/erp', ['C-1']);
      assert.equal(refused?.code, 'ID_CONFLICT');
      const [voided] = await rig.send([['reservation.void.v1', { reservation: 'R' }]], '/erp', [
        'C-1',
      ]);
      assert.equal(voided?.code, 'ID_CONFLICT');
      assert.equal(await rig.stock('A', 'W'), '7');
      await rig.book('reservation.commit.v1', { reservation: 'R', document: 'SI-2' });
      assert.equal(await rig.stock('A', 'W'), '');
    });
});
