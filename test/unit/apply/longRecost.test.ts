/** What a long history costs the background, besides the steps themselves. */
import assert from 'node:assert/strict';
import type { Commit, CommitMaker } from '../../../core/commit.ts';
import type { Store } from '../../../core/ports.ts';
import { type Doc, day, LedgerRig, type RigParts } from '../../ledgerRig.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';

const LATER = 40;
const bounds = { recostFacts: 5, checkpointFacts: 4, historyRows: 7 };

/** Many issues, and a receipt that comes before all of them: the background has eight steps. */
async function longHistory(store: Store, parts: RigParts = { bounds }): Promise<LedgerRig> {
  const rig = new LedgerRig({ store, ...parts });
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

/** Somebody else writes just before the next commits, and what these read is not counted. */
class BusyStore extends CountingStore {
  readonly before: (() => Promise<void>)[] = [];

  override async commit(decided: Commit | CommitMaker) {
    const others = this.before.shift();
    if (others) {
      const { read } = this;
      const later = this.before.splice(0);
      await others();
      this.before.push(...later);
      this.read = read;
    }
    return super.commit(decided);
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

  it('is read once, also where others write it again and again meanwhile', async () => {
    const lines = [{ sku: 'X', location: 'A', quantity: '1' }];
    const bought = [{ ...lines[0], unitCost: '3' }];
    const docs: Doc[] = [
      ['issue', { document: 'J1', at: day(3), lines }],
      ['receive', { document: 'S1', at: day(2, 20), lines: bought }],
      ['issue', { document: 'J2', at: day(2, 30), lines }],
      ['cancel', { document: 'I35' }],
      ['receive', { document: 'S2', at: day(1, 1), lines: bought }],
      ['issue', { document: 'J3', at: day(4), lines }],
    ];
    const store = new BusyStore();
    const rig = await longHistory(store);
    const other = new LedgerRig({ store, bounds, source: '/other' });
    for (const doc of docs) store.before.push(() => other.book(...doc));
    store.read = 0;
    await rig.recost();
    const written = (await store.ledger({ sku: 'X' })).rows.length;
    assert.equal(store.before.length, 0);
    assert.ok(store.read <= written, `${store.read} entries were read of ${written}`);
    const alone = await longHistory(new MemoryStore(), {});
    for (const doc of docs) await alone.book(...doc);
    assert.deepEqual(await rig.state(), await alone.state());
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
