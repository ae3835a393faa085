/** Rows of the store and of memory that many messages add to: each has a bound. */
import assert from 'node:assert/strict';
import { limits } from '../../../core/limits.ts';
import { type Doc, day, LedgerRig } from '../../ledgerRig.ts';

describe('what many messages add to', () => {
  let rig: LedgerRig;

  beforeEach(() => {
    rig = new LedgerRig();
  });

  it('is an item: it has so many attributes and units, whoever named them', async () => {
    const named = (from: number, count: number): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`N${from + index}`, '7']));
    for (const field of ['attributes', 'units']) {
      const half = limits.namesOfItem / 2;
      await rig.item(field, { [field]: named(0, half) });
      await rig.item(field, { [field]: named(half, half) });
      await rig.item(field, { [field]: named(0, half) });
      const refusal = await rig.refuse('item.upsert.v1', { sku: field, [field]: named(-1, 1) });
      assert.deepEqual([refusal.code, refusal.field], ['MESSAGE_INVALID', field]);
    }
  });

  it('is the log of closed periods: it keeps the latest', async () => {
    const docs = Array.from({ length: limits.periodLogLines / 2 + 10 }, (_, index): Doc[] => [
      ['period.close.v1', { through: '2026-01-31', reason: `close ${index}` }],
      ['period.reopen.v1', { reason: `reopen ${index}` }],
    ]);
    for (const some of [docs.slice(0, 300), docs.slice(300)]) await rig.send(some.flat());
    const { log, closedThrough } = await rig.store.period();
    assert.equal(closedThrough, '');
    assert.equal(log.length, limits.periodLogLines);
    assert.equal(log.at(-1)?.reason, `reopen ${docs.length - 1}`);
    assert.equal(log[0]?.reason, 'close 10');
  });

  it('is memory: balances count, and those of lots that are all gone leave', async () => {
    await rig.item('X', { tracking: 'serial' });
    const lines = Array.from({ length: 100 }, (_, index) => {
      return { sku: 'X', location: 'W', quantity: '1', lot: `S${index}` };
    });
    await rig.book('receive', { document: 'R1', at: day(1), lines });
    const rows = rig.workspace.rowCount;
    assert.ok(rows >= 200, `${rows} balances and layers`);
    await rig.book('issue', { document: 'I1', at: day(2), lines });
    assert.equal(rig.workspace.rowCount, 0);
  });
});
