import assert from 'node:assert/strict';
import type { LedgerEntry } from '../../core/ledger.ts';
import type { MovedPack } from '../../core/packBody.ts';
import { movedOf, packState } from '../../core/packFrom.ts';
import { verifyStore } from '../../core/verify.ts';
import { commitOf, entryOf } from '../contract/store/fixtures.ts';
import { day, LedgerRig } from '../ledgerRig.ts';

const MANY = 4_000;

describe('making packs', () => {
  /** The pack of such entries, and how often each of a field's values was looked at. */
  function packed(field: 'document' | 'to', entries: LedgerEntry[]) {
    let looks = 0;
    for (const entry of entries) {
      const value = entry[field];
      Object.defineProperty(entry, field, {
        get: () => {
          looks += 1;
          return value;
        },
      });
    }
    const { packs, documents } = commitOf({ entries });
    return { moved: movedOf(packs[0]!), documents, looks: looks / entries.length };
  }

  const entries = (parts: (index: number) => Partial<LedgerEntry>): LedgerEntry[] =>
    Array.from({ length: MANY }, (_, index) => entryOf('A', index + 1, parts(index)));

  const documentOf = ({ documents, entries: [...all] }: MovedPack, index: number): number =>
    documents[all[index]![1]]![0];

  it('compares no entry with all documents of its message', () => {
    const messageId = 'the cause of all';
    const of = (index: number) => ({ messageId, document: `D${index % (MANY / 2)}` });
    const { moved, documents, looks } = packed('document', entries(of));
    assert.equal(documents.length, MANY / 2);
    for (const index of [0, 1, MANY / 2, MANY - 1]) {
      assert.equal(documents[documentOf(moved, index)]!.document, of(index).document);
    }
    assert.ok(looks < 20, `${looks} looks an entry`);
  });

  it('compares no entry with all routes of its pack', () => {
    const of = (index: number) => ({ document: 'D', messageId: 'm', to: `W${index % (MANY / 2)}` });
    const { moved, looks } = packed('to', entries(of));
    assert.equal(moved.routes.length, MANY / 2);
    for (const index of [0, 1, MANY / 2, MANY - 1]) {
      assert.equal(moved.routes[moved.entries[index]![0]]![2], of(index).to);
    }
    assert.ok(looks < 20, `${looks} looks an entry`);
  });

  it('refuses by name what is more than a store takes in one piece', () => {
    const of = (_: unknown, index: number) =>
      entryOf('A', index + 1, { line: 'Ü'.repeat(2_000), document: 'D' });
    const some = Array.from({ length: 3_500 }, of);
    assert.equal(commitOf({ entries: some }).packs.length, 1);
    const more = Array.from({ length: 4_000 }, of);
    assert.throws(() => commitOf({ entries: more }), { code: 'PACK_TOO_LARGE' });
  });
});

describe('a SKU with more balances and layers than a pack takes', () => {
  const serials = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => {
      const lot = `SN-${from + index}`;
      const unitCost = `${from + index}`;
      return { line: lot, sku: 'X', location: 'W', lot, quantity: '1', unitCost };
    });
  const book = (rig: LedgerRig, type: string, document: string, from: number, to: number) =>
    rig.book(type, { document, at: day(1), lines: serials(from, to) });

  it('has them in several packs of a commit, and its entries in the last of these', async () => {
    const rig = new LedgerRig({ packRows: 7 });
    await rig.item('X', { tracking: 'serial' });
    await book(rig, 'receive', 'R1', 0, 20);
    const packs = (await Array.fromAsync(rig.store.packs(['X']))).flat();
    assert.deepEqual(
      packs.map(packState).map(({ balances, layers }) => balances.length + layers.length),
      [0, 7, 7, 7, 7, 7, 5],
    );
    assert.deepEqual(
      packs.map((pack) => movedOf(pack).entries.length),
      [0, 0, 0, 0, 0, 0, 20],
    );
    const entries = await rig.entries('X', { document: 'R1' });
    assert.equal(entries.length, 20);
    assert.deepEqual(entries, await rig.entries('X'));
    assert.ok(entries.every(({ pack }) => pack === 7));
    const heard = (await rig.store.outbox(9)).map(({ count }) => count);
    assert.deepEqual(heard, [20]);
  });

  it('is the same as in one pack, to the process that wrote it and to one that starts anew', async () => {
    async function booksOf(rig: LedgerRig, isRestarted: boolean): Promise<object> {
      const restart = () => isRestarted && rig.workspace.forgetAll();
      await rig.item('X', { tracking: 'serial' });
      for (let step = 0; step < 6; step += 1) {
        await book(rig, 'receive', `R${step}`, step * 20, step * 20 + 20);
        restart();
        await book(rig, 'issue', `I${step}`, step * 20 + 5, step * 20 + 15);
      }
      await rig.book('cancel', { document: 'I2' });
      restart();
      await rig.book('cancel', { document: 'I0' });
      await rig.book('cancel', { document: 'R0' });
      assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
      return rig.state();
    }
    const whole = await booksOf(new LedgerRig(), false);
    assert.deepEqual(await booksOf(new LedgerRig({ packRows: 7 }), false), whole);
    assert.deepEqual(await booksOf(new LedgerRig({ packRows: 7 }), true), whole);
  });
});
