/** Who booked what: each entry says so, and what follows by itself names the job. */
import assert from 'node:assert/strict';
import { expireReservations } from '../../../core/apply/expireReservations.ts';
import { limits } from '../../../core/limits.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';

const bought = (document: string, at: string, unitCost: string) => ({
  ...{ document, at },
  lines: [{ sku: 'X', location: 'A', quantity: '10', unitCost }],
});
const sold = (document: string, at: string) => ({
  ...{ document, at },
  lines: [{ sku: 'X', location: 'A', quantity: '4' }],
});

describe('the actor', () => {
  let store: MemoryStore;
  const rigOf = (actor: string, more = {}): LedgerRig =>
    new LedgerRig({ store, actor, source: `/${actor}`, ...more });
  const told = async (rig: LedgerRig): Promise<string[]> =>
    (await rig.entries('X')).map(
      ({ kind, document, source, actor }) => `${kind} ${document} of ${source} by ${actor}`,
    );

  beforeEach(() => {
    store = new MemoryStore();
  });

  it('of an entry is who sent its message; a cancellation and a recount name who caused them', async () => {
    const shop = rigOf('flow:shop');
    const ada = rigOf('cli:ada');
    await shop.book('receive', bought('R1', day(1), '2'));
    const counted = [{ sku: 'X', location: 'A', quantity: '9' }];
    await shop.book('count', { document: 'C1', at: day(5), lines: counted });
    await ada.book('issue', sold('S1', day(3)));
    await ada.book('cancel', { document: 'S1' });
    assert.deepEqual(
      (await told(ada)).filter((line) => !line.startsWith('recost')),
      [
        'receive R1 of /flow:shop by flow:shop',
        'count C1 of /flow:shop by flow:shop',
        'issue S1 of /cli:ada by cli:ada',
        'recount C1 of /flow:shop by cli:ada',
        'cancel S1 of /cli:ada by cli:ada',
        'recount C1 of /flow:shop by cli:ada',
      ],
    );
  });

  for (const [where, bounds] of [
    ['with the document that came late', limits],
    ['in the background', { ...limits, recostFacts: 1, checkpointFacts: 1 }],
  ] as const) {
    it(`of what re-costing posts ${where} is the job; the document keeps its own`, async () => {
      const shop = rigOf('flow:shop', { bounds });
      await shop.book('receive', bought('R1', day(2), '2'));
      await shop.book('issue', sold('S1', day(3)));
      await rigOf('cli:ada', { bounds }).book('receive', bought('R0', day(1), '1'));
      await shop.recost();
      assert.deepEqual(await told(shop), [
        'receive R1 of /flow:shop by flow:shop',
        'issue S1 of /flow:shop by flow:shop',
        'receive R0 of /cli:ada by cli:ada',
        'recost S1 of /flow:shop by job:recost',
      ]);
    });
  }

  it('stands in the log of a reservation, and of the period', async () => {
    const rig = rigOf('flow:shop');
    await rig.book('receive', bought('R1', day(1), '2'));
    const lines = [{ sku: 'X', location: 'A', quantity: '1' }];
    await rig.book('reservation.create.v1', {
      reservation: 'V1',
      at: day(1),
      timeoutSeconds: '60',
      lines,
    });
    rig.now += 61_000;
    assert.equal(await expireReservations(rig.parts, ['V1']), 1);
    const { rows } = await store.reservations({});
    assert.deepEqual(
      rows[0]!.log.map(({ action, actor }) => `${action} by ${actor}`),
      ['create by flow:shop', 'expire by job:expire'],
    );
    await rigOf('cli:ada').book('period.close.v1', { through: '2026-01-31' });
    assert.deepEqual(
      (await store.period()).log.map(({ actor }) => actor),
      ['cli:ada'],
    );
  });
});
