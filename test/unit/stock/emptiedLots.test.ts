/** Lots that are all gone: they leave the books, and nothing is lost by that. */
import assert from 'node:assert/strict';
import { packState } from '../../../core/packFrom.ts';
import { verifyStore } from '../../../core/verify.ts';
import { all, day, LedgerRig } from '../../ledgerRig.ts';

/** As the process that wrote them goes on, and as one that starts anew before each document. */
for (const isRestarted of [false, true]) {
  describe(`lots that are all gone, ${isRestarted ? 'read anew' : 'in memory'}`, () => {
    let rig: LedgerRig;

    beforeEach(() => {
      rig = new LedgerRig();
    });

    afterEach(async () => {
      assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
    });

    interface Line {
      lot?: string;
      quantity?: string;
      location?: string;
      expiresOn?: string;
    }

    function book(type: string, document: string, at: string, ...lines: Line[]): Promise<void> {
      return rig.book(type, dataOf(document, at, lines));
    }

    function back(document: string, at: string, lot: string): Promise<void> {
      return rig.book('return', { ...dataOf(document, at, [{ lot }]), party: 'customer' });
    }

    function dataOf(document: string, at: string, lines: readonly Line[]) {
      if (isRestarted) rig.workspace.forgetAll();
      const usual = { sku: 'X', location: 'W', quantity: '1' };
      return { document, at, lines: lines.map((line) => ({ ...usual, ...line })) };
    }

    /** Lots of the balances that the last base, and the packs since, have. */
    async function kept(): Promise<string[]> {
      const packs = (await Array.fromAsync(rig.store.packs(['X']))).flat().map(packState);
      const from = packs.findLastIndex(({ isBase }) => isBase);
      const lots = packs.slice(from).flatMap(({ balances }) => balances.map(({ lot }) => lot));
      return [...new Set(lots)].sort();
    }

    it('leave the books with the next base, however many they were', async () => {
      await rig.item('X', { tracking: 'serial' });
      for (let step = 0; step < 30; step += 1) {
        const serials = Array.from({ length: 10 }, (_, index) => ({ lot: `S${step}-${index}` }));
        await book('receive', `R${step}`, day(1, step), ...serials);
        await book('issue', `I${step}`, day(1, step), ...serials);
      }
      const lots = await kept();
      assert.ok(lots.length <= 40, `${lots.length} of 300 are kept`);
      const { rows } = await rig.store.stock({ sku: 'X' }, all);
      assert.deepEqual(rows, []);
    });

    it('are told of by an event, and have a later version when they come back', async () => {
      await rig.item('X', { tracking: 'serial' });
      await book('receive', 'R1', day(1), { lot: 'S' });
      await book('issue', 'I1', day(2), { lot: 'S' });
      const gone = (await rig.entries('X')).at(-1)!;
      assert.equal(gone.fromAfter?.onHand, 0n);
      await back('B1', day(3), 'S');
      const [again] = (await rig.store.stock({ sku: 'X' }, all)).rows;
      assert.ok(again!.version > gone.seq);
      assert.equal(again!.since, day(3));
    });

    it('are still refused where they were at the time of a document that comes late', async () => {
      await rig.item('X', { tracking: 'serial' });
      await book('receive', 'R1', day(1), { lot: 'S' });
      await book('issue', 'I1', day(5), { lot: 'S' });
      for (let step = 0; step < 5; step += 1)
        await book('receive', `O${step}`, day(6), { lot: `${step}` });
      assert.ok(!(await kept()).includes('S'));
      const twice = dataOf('R2', day(3), [{ lot: 'S', location: 'V' }]);
      assert.equal(await rig.refused('receive', twice), 'SERIAL_IN_STOCK');
      await book('receive', 'R3', day(7), { lot: 'S' });
    });

    it('are since when they were, once what took the last of them is cancelled', async () => {
      await rig.item('X', { tracking: 'lot', picking: 'fifo' });
      await book('receive', 'R1', day(1), { lot: 'OLD' });
      await book('receive', 'R2', day(2), { lot: 'NEW' });
      await book('issue', 'I1', day(3), { lot: 'OLD' });
      for (let step = 0; step < 5; step += 1)
        await book('receive', `O${step}`, day(4), { lot: `${step}` });
      assert.ok(!(await kept()).includes('OLD'));
      if (isRestarted) rig.workspace.forgetAll();
      await rig.book('cancel', { document: 'I1' });
      await book('issue', 'I2', day(5), {});
      assert.deepEqual(
        (await rig.entries('X', { document: 'I2' })).map(({ lot }) => lot),
        ['OLD'],
      );
    });

    describe('with a last day', () => {
      const expiresOn = '2026-02-01';
      const lastDay = async (location: string): Promise<string | undefined> => {
        const { rows } = await rig.store.stock({ sku: 'X', place: location }, all);
        return rows.find(({ lot }) => lot === 'L')?.expiresOn;
      };

      beforeEach(async () => {
        await rig.item('X', { tracking: 'lot' });
        await book('receive', 'R1', day(1), { lot: 'L', expiresOn });
        await book('issue', 'I1', day(2), { lot: 'L' });
        for (let step = 0; step < 5; step += 1)
          await book('receive', `O${step}`, day(3), { lot: `${step}` });
        assert.ok(!(await kept()).includes('L'));
      });

      it('have it again when they come back, wherever that is', async () => {
        await back('B1', day(4), 'L');
        assert.equal(await lastDay('W'), expiresOn);
        await book('issue', 'I2', day(5), { lot: 'L' });
        const lines = ['V', 'U'].map((location) => ({
          sku: 'X',
          location,
          lot: 'L',
          quantity: '1',
        }));
        if (isRestarted) rig.workspace.forgetAll();
        await rig.book('count', { document: 'C1', at: day(6), lines });
        assert.deepEqual([await lastDay('V'), await lastDay('U')], [expiresOn, expiresOn]);
      });

      it('have it again within one commit', async () => {
        const party = 'customer';
        const again = { ...dataOf('I2', day(5), [{ lot: 'L' }]) };
        await rig.send([
          ['return', { ...dataOf('B1', day(4), [{ lot: 'L' }]), party }],
          ['issue', again],
          ['return', { ...dataOf('B2', day(6), [{ lot: 'L' }]), party }],
        ]);
        assert.equal(await lastDay('W'), expiresOn);
      });

      it('do not have one that was told by what is cancelled', async () => {
        await back('B1', day(4), 'L');
        await rig.book('cancel', { document: 'B1' });
        await rig.book('cancel', { document: 'I1' });
        assert.equal(await lastDay('W'), expiresOn);
        await rig.book('cancel', { document: 'R1' });
        await back('B2', day(7), 'L');
        assert.equal(await lastDay('W'), '');
      });

      it('take it along when all of them move on', async () => {
        await back('B1', day(4), 'L');
        if (isRestarted) rig.workspace.forgetAll();
        const line = { sku: 'X', from: 'W', to: 'V', lot: 'L', quantity: '1' };
        await rig.book('transfer', { document: 'T1', at: day(5), lines: [line] });
        assert.deepEqual([await lastDay('W'), await lastDay('V')], [undefined, expiresOn]);
        await rig.book('cancel', { document: 'T1' });
        assert.deepEqual([await lastDay('W'), await lastDay('V')], [expiresOn, undefined]);
      });
    });

    it('that a count did not find can be picked by a document from before the count', async () => {
      await rig.item('X', { tracking: 'lot' });
      await book('receive', 'R1', day(1), { lot: 'L', quantity: '3' });
      const counted = { sku: 'X', location: 'W', lot: 'L', quantity: '0' };
      if (isRestarted) rig.workspace.forgetAll();
      await rig.book('count', { document: 'C1', at: day(5), lines: [counted] });
      for (let step = 0; step < 5; step += 1)
        await book('receive', `O${step}`, day(6), { lot: `${step}` });
      await book('issue', 'I1', day(3), { quantity: '2' });
      const [entry] = await rig.entries('X', { document: 'I1' });
      assert.deepEqual([entry!.lot, entry!.quantity], ['L', 2_000_000n]);
    });
  });
}
