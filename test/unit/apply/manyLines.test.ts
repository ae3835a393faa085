/**
 * A document of many lines is decided a few times, however many they are: what its lines need that
 * nobody could know before is loaded for all of them at once.
 */
import assert from 'node:assert/strict';
import type { Loaded, LoadRequest } from '../../../core/ports.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';

class CountingStore extends MemoryStore {
  loads = 0;

  override async load(request: LoadRequest): Promise<Loaded> {
    this.loads += 1;
    return super.load(request);
  }
}

describe('a document of many lines', () => {
  const lines = Array.from({ length: 200 }, (_, index) => ({
    ...{ sku: `S${index}`, location: 'A', quantity: '2', unitCost: '1' },
  }));
  const taken = lines.map(({ unitCost: _, ...line }) => line);
  let store: CountingStore;
  let rig: LedgerRig;

  /** How often the store is asked for a document, by a process that knows nothing yet. */
  const loadsOf = async (type: string, data: object): Promise<number> => {
    rig.workspace.forgetAll();
    store.loads = 0;
    await rig.book(type, data);
    return store.loads;
  };

  beforeEach(async () => {
    store = new CountingStore();
    rig = new LedgerRig({ store });
    await rig.book('receive', { document: 'R1', at: day(2), lines });
    await rig.book('issue', { document: 'I1', at: day(3), lines: taken });
  });

  it('asks a few times when it comes late', async () => {
    const loads = await loadsOf('receive', { document: 'R2', at: day(1), lines });
    assert.ok(loads < 10, `${loads} loads`);
    assert.equal(await rig.pool('S199'), '2 @ 2.00');
  });

  it('asks a few times when it is cancelled', async () => {
    const loads = await loadsOf('cancel', { document: 'I1' });
    assert.ok(loads < 10, `${loads} loads`);
    assert.equal(await rig.pool('S0'), '2 @ 2.00');
  });

  it('asks a few times when costs come after it', async () => {
    const more = { at: day(4), amount: '400', lines: [{ receipt: 'R1' }] };
    const loads = await loadsOf('landed-cost', { document: 'L1', ...more });
    assert.ok(loads < 10, `${loads} loads`);
  });

  it('asks a few times when it makes something of all the others', async () => {
    await rig.book('cancel', { document: 'I1' });
    const made = [{ sku: 'KIT', location: 'A', quantity: '1' }];
    const kit = { document: 'P1', at: day(2, 1), components: taken, lines: made };
    assert.ok((await loadsOf('produce', kit)) < 10);
    const loads = await loadsOf('receive', { document: 'R0', at: day(1), lines });
    assert.ok(loads < 20, `${loads} loads`);
    assert.equal(await rig.pool('KIT'), '1 @ 400.00');
  });
});
