/** Returns that follow no document, or more than it moved: somebody hears of them, until the document comes. */
import assert from 'node:assert/strict';
import { queryRows } from '../../../core/query.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { timeAt } from '../../SimulatedTime.ts';

describe('unmatched returns', () => {
  let rig: LedgerRig;
  const book = (kind: string, document: string, number: number, data: object, line: object = {}) =>
    rig.book(kind as 'issue', {
      ...{ document, at: day(number), ...data },
      lines: [{ sku: 'X', location: 'A', quantity: '5', ...line }],
    });
  const back = (document: string, number: number, reference: string, line: object = {}) =>
    book('return', document, number, { party: 'customer', reference }, line);
  const listed = async (query: object = {}): Promise<string[]> => {
    const shown: string[] = [];
    const { store, policy } = rig;
    const asked = { name: 'unmatched-returns', ...query } as const;
    for await (const page of queryRows(store, policy, asked, timeAt(rig.now))) {
      for (const { day: on, document, party, reference, why, quantity, open, value } of page)
        shown.push([on, document, party, reference, why, quantity, open, value].join(' '));
    }
    return shown;
  };

  beforeEach(async () => {
    rig = new LedgerRig({ policy: { valuation: 'average' } });
    await book('receive', 'GR-1', 1, {}, { quantity: '10', unitCost: '10' });
    await book('issue', 'SI-1', 2, {});
    await book('receive', 'GR-2', 3, {}, { quantity: '5', unitCost: '30' });
  });

  it('list a number with a typing error that evening, and no more once it is cancelled', async () => {
    await back('RT-1', 4, 'SI1');
    await back('RT-2', 4, 'SI-1');
    assert.deepEqual(await listed(), ['2026-01-04 RT-1 customer SI1 unknown 5 5 100.00']);
    assert.deepEqual(await listed({ asOf: '2026-01-03' }), []);
    assert.deepEqual(await listed({ since: '2026-01-05' }), []);
    await rig.book('cancel', { document: 'RT-1', at: day(5) });
    assert.deepEqual(await listed(), []);
  });

  it('list a return until its document comes, and as known before that for ever', async () => {
    await back('RT-1', 4, 'SI-2');
    const known = new Date(rig.now).toISOString();
    rig.now += 86_400_000;
    await book('issue', 'SI-2', 2, {}, { quantity: '3' });
    assert.deepEqual(await listed(), ['2026-01-04 RT-1 customer SI-2 more 5 2 78.57']);
    assert.deepEqual(await listed({ knownAt: known }), [
      '2026-01-04 RT-1 customer SI-2 unknown 5 5 100.00',
    ]);
    await book('issue', 'SI-2', 3, {}, { quantity: '2', line: '2' });
    assert.deepEqual(await listed(), []);
  });

  it('list what is dated before its document, what is more than that moved, and other lots', async () => {
    await back('RT-1', 1, 'SI-1');
    await back('RT-2', 4, 'SI-1', { quantity: '7' });
    await back('RT-3', 5, 'SI-1', { quantity: '1' });
    await book('return', 'RT-4', 6, { party: 'supplier', reference: 'GR-2' }, { quantity: '6' });
    await book('return', 'RT-5', 7, { party: 'customer' });
    await book('return', 'RT-6', 8, { party: 'customer', reference: 'SI-1' }, { owner: 'C-1' });
    const shown = (await listed()).map((row) => row.split(' ').slice(1, 7).join(' '));
    assert.deepEqual(shown, [
      'RT-1 customer SI-1 later 5 5',
      'RT-2 customer SI-1 more 7 2',
      'RT-3 customer SI-1 more 1 1',
      'RT-4 supplier GR-2 more 6 1',
    ]);
  });
});
