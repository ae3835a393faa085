/** What a long history costs the background, besides the steps themselves. */
import assert from 'node:assert/strict';
import type { Store } from '../../../core/ports.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';

const LATER = 40;
const bounds = { recostFacts: 5, checkpointFacts: 4, historyRows: 7 };

/** Many issues, and a receipt that comes before all of them: the background has eight steps. */
async function longHistory(store: Store): Promise<LedgerRig> {
  const rig = new LedgerRig({ store, bounds });
  const line = { sku: 'X', location: 'A' };
  const receipt = (document: string, number: number, unitCost: string) => ({
    ...{ document, at: day(number) },
    lines: [{ ...line, quantity: '100', unitCost }],
  });
  await rig.book('receive', receipt('R1', 2, '10'));
  for (let number = 1; number < LATER; number += 1) {
    const lines = [{ ...line, quantity: '1' }];
    await rig.book('issue', { document: `I${number}`, at: day(2, number), lines });
  }
  await rig.book('receive', receipt('R0', 1, '2'));
  return rig;
}

class CountingStore extends MemoryStore {
  read = 0;

  override async entriesAfter(sku: string, seq: number, limit: number) {
    const entries = await super.entriesAfter(sku, seq, limit);
    this.read += entries.length;
    return entries;
  }
}

describe('a long history in the background', () => {
  it('is read once, whatever the number of steps', async () => {
    const store = new CountingStore();
    const rig = await longHistory(store);
    store.read = 0;
    await rig.recost();
    const written = (await store.ledger({ sku: 'X' })).rows.length;
    assert.ok(store.read <= written, `${store.read} entries were read of ${written}`);
    assert.equal(await rig.pool('X'), '161 @ 1122.00');
  });

  it('leaves others a turn between two steps, also where the store answers at once', async () => {
    const rig = await longHistory(new MemoryStore());
    let turns = 0;
    const countTurn = (): void => {
      turns += 1;
      next = setImmediate(countTurn);
    };
    let next = setImmediate(countTurn);
    await rig.recost();
    clearImmediate(next);
    assert.ok(turns >= LATER / bounds.recostFacts, `${turns} turns`);
  });
});
