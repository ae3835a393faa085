/** A lot that is called back: from the supplier through productions to customers and shelves, and back. */
import assert from 'node:assert/strict';
import { queryRows } from '../../../core/query.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { timeAt } from '../../SimulatedTime.ts';

describe('a lot is traced', () => {
  let rig: LedgerRig;
  const traced = async (query: object): Promise<string[]> => {
    const shown: string[] = [];
    const { store, policy } = rig;
    for await (const page of queryRows(
      store,
      policy,
      { name: 'trace', ...query },
      timeAt(rig.now),
    )) {
      for (const { way, level, sku, lot, kind, document, partner, location, quantity } of page)
        shown.push(
          [way, level, sku, lot, kind, document, partner, location, quantity]
            .filter((cell) => cell !== '')
            .join(' '),
        );
    }
    return shown;
  };
  const receive = (document: string, sku: string, lot: string, quantity: string) =>
    rig.book('receive', {
      ...{ document, at: day(1), partner: `V-${sku}` },
      lines: [{ sku, location: 'A', lot, quantity, unitCost: '1' }],
    });
  const part = (sku: string, lot: string | undefined, quantity: string) => ({
    ...{ sku, location: 'A', quantity },
    ...(lot === undefined ? {} : { lot }),
  });
  const produce = (document: string, number: number, components: object[], lines: object[]) =>
    rig.book('produce', { document, at: day(number), components, lines });
  const issue = (document: string, partner: string, sku: string, lot: string, quantity: string) =>
    rig.book('issue', { document, at: day(9), partner, lines: [part(sku, lot, quantity)] });

  beforeEach(async () => {
    rig = new LedgerRig();
    for (const sku of ['MILK', 'COCOA', 'MASS', 'BAR']) await rig.item(sku, { tracking: 'lot' });
    await receive('GR-1', 'MILK', 'M1', '10');
    await receive('GR-2', 'MILK', 'M2', '10');
    await receive('GR-3', 'COCOA', 'C1', '10');
    await rig.book('receive', {
      ...{ document: 'GR-4', at: day(1) },
      lines: [{ sku: 'FOIL', location: 'A', quantity: '100', unitCost: '1' }],
    });
    await produce(
      'MO-1',
      2,
      [part('MILK', 'M1', '4'), part('COCOA', 'C1', '2')],
      [part('MASS', 'X1', '5')],
    );
    await produce(
      'MO-2',
      3,
      [part('MASS', 'X1', '3'), part('FOIL', undefined, '9')],
      [part('BAR', 'B1', '30')],
    );
    await produce('MO-3', 3, [part('MILK', 'M2', '3')], [part('MASS', 'X2', '3')]);
    await issue('SI-1', 'C-1', 'BAR', 'B1', '20');
    await issue('SI-2', 'C-2', 'BAR', 'B1', '4');
    await issue('SI-3', 'C-3', 'MILK', 'M1', '1');
  });

  it('forward, through two productions, to every customer and shelf', async () => {
    assert.deepEqual(await traced({ lot: 'M1' }), [
      'lot 0 MILK M1 receive GR-1 V-MILK A 10',
      'lot 0 MILK M1 consume MO-1 A -4',
      'lot 0 MILK M1 issue SI-3 C-3 A -1',
      'lot 0 MILK M1 stock A 5',
      'forward 1 MASS X1 produce MO-1 A 5',
      'forward 1 MASS X1 consume MO-2 A -3',
      'forward 1 MASS X1 stock A 2',
      'forward 2 BAR B1 produce MO-2 A 30',
      'forward 2 BAR B1 issue SI-1 C-1 A -20',
      'forward 2 BAR B1 issue SI-2 C-2 A -4',
      'forward 2 BAR B1 stock A 6',
    ]);
  });

  it('back, to the lots of its components and who delivered them, and to what has no lot', async () => {
    const back = (await traced({ lot: 'B1', sku: 'BAR' })).filter((row) => row.startsWith('back'));
    assert.deepEqual(back, [
      'back 1 FOIL consume MO-2 A -9',
      'back 1 MASS X1 produce MO-1 A 5',
      'back 1 MASS X1 consume MO-2 A -3',
      'back 2 COCOA C1 receive GR-3 V-COCOA A 10',
      'back 2 COCOA C1 consume MO-1 A -2',
      'back 2 MILK M1 receive GR-1 V-MILK A 10',
      'back 2 MILK M1 consume MO-1 A -4',
    ]);
  });

  it('not through what is cancelled, nor what was not known or had not happened then', async () => {
    const knownAt = new Date(rig.now).toISOString();
    const early = await traced({ lot: 'M1', asOf: '2026-01-02' });
    assert.deepEqual(early.at(-1), 'forward 1 MASS X1 stock A 5');
    rig.now += 86_400_000;
    await rig.book('cancel', { document: 'SI-1', at: day(10) });
    await rig.book('cancel', { document: 'SI-2', at: day(10) });
    await rig.book('cancel', { document: 'MO-2', at: day(10) });
    const now = await traced({ lot: 'M1' });
    assert.deepEqual(now.slice(4), [
      'forward 1 MASS X1 produce MO-1 A 5',
      'forward 1 MASS X1 stock A 5',
    ]);
    assert.equal((await traced({ lot: 'M1', knownAt })).length, 11);
  });

  it('of one number with several SKUs each by itself, and round in a circle once', async () => {
    await receive('GR-5', 'COCOA', 'M1', '1');
    await produce('MO-4', 4, [part('MASS', 'X1', '1')], [part('MILK', 'M1', '1')]);
    const heads = (await traced({ lot: 'M1' })).map((row) => row.split(' ').slice(0, 4).join(' '));
    assert.deepEqual(
      [...new Set(heads)],
      [
        'lot 0 COCOA M1',
        'lot 0 MILK M1',
        'back 1 MASS X1',
        'back 2 COCOA C1',
        'forward 1 MASS X1',
        'forward 2 BAR B1',
      ],
    );
    assert.deepEqual(await traced({ lot: 'NONE' }), []);
    assert.deepEqual(await traced({}), []);
  });

  it('back to what several of its components are made of, with all that went into them', async () => {
    const made = [part('MASS', 'X3', '2'), part('MASS', 'X4', '2')];
    await produce('MO-4', 4, [part('MILK', 'M1', '2'), part('FOIL', undefined, '1')], made);
    const used = [part('MASS', 'X1', '1'), part('MASS', 'X3', '1'), part('MASS', 'X4', '1')];
    await produce('MO-5', 5, used, [part('BAR', 'B2', '9')]);
    const back = (await traced({ lot: 'B2' })).filter((row) => /^back 2 (MILK|FOIL)/.test(row));
    assert.deepEqual(back, [
      'back 2 MILK M1 receive GR-1 V-MILK A 10',
      'back 2 MILK M1 consume MO-1 A -4',
      'back 2 MILK M1 consume MO-4 A -2',
      'back 2 FOIL consume MO-4 A -1',
    ]);
  });
});
