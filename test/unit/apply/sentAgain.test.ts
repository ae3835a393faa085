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
