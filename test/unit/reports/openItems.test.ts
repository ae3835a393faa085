/** What stands behind goods received, not invoiced: receipt by receipt. */
import assert from 'node:assert/strict';
import type { RecordValue } from '../../../core/ports.ts';
import { queryRows } from '../../../core/query.ts';
import type { Query } from '../../../core/reports/Query.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { timeAt } from '../../SimulatedTime.ts';

describe('open-items', () => {
  let rig: LedgerRig;

  const receive = (document: string, number: number, line: object, more: object = {}) =>
    rig.book('receive', {
      ...{ document, at: day(number), partner: 'V1', ...more },
      lines: [{ sku: 'X', location: 'A', quantity: '10', unitCost: '10', ...line }],
    });
  const invoice = (document: string, number: number, line: object, more: object = {}) =>
    rig.book('invoice', {
      ...{ document, at: day(number), partner: 'V1', ...more },
      lines: [{ receipt: 'R1', sku: 'X', ...line }],
    });

  /** `receipt supplier: received, invoiced, returned, open @ value, days`. */
  async function open(query: Partial<Query> = {}): Promise<string[]> {
    const rows: RecordValue[] = [];
    const asked = { name: 'open-items', ...query } as const;
    const now = timeAt(Date.UTC(2026, 6, 1));
    for await (const page of queryRows(rig.store, rig.policy, asked, now)) rows.push(...page);
    return rows.map((row) => {
      const { receivedQuantity, invoicedQuantity, returnedQuantity, openQuantity } = row;
      const parts = [receivedQuantity, invoicedQuantity, returnedQuantity].join(' ');
      return `${row.receipt} ${row.partner}: ${parts}, ${openQuantity} @ ${row.openValue}, ${row.days}`;
    });
  }

  beforeEach(() => {
    rig = new LedgerRig({ policy: { negative: 'allow' } });
  });

  it('lists what came and is not invoiced, with its age', async () => {
    await receive('R1', 1, {});
    await receive('R2', 3, { unitCost: '20' }, { partner: 'V2' });
    await invoice('B1', 5, { quantity: '4', amount: '50' });
    assert.deepEqual(await open({ asOf: day(11) }), [
      'R1 V1: 10 4 0, 6 @ 60.00, 10',
      'R2 V2: 10 0 0, 10 @ 200.00, 8',
    ]);
    assert.deepEqual(await open({ asOf: day(4) }), [
      'R1 V1: 10 0 0, 10 @ 100.00, 3',
      'R2 V2: 10 0 0, 10 @ 200.00, 1',
    ]);
    assert.equal((await open({ partner: 'V2' })).length, 1);
  });

  it('leaves out what is all invoiced, and has it again when that is credited or cancelled', async () => {
    await receive('R1', 1, {});
    await invoice('B1', 2, { quantity: '10', amount: '120' });
    assert.deepEqual(await open(), []);
    await invoice('C1', 3, { quantity: '-2', amount: '-24' });
    assert.deepEqual(await open({ asOf: day(4) }), ['R1 V1: 10 8 0, 2 @ 20.00, 3']);
    await rig.book('cancel', { document: 'B1' });
    await rig.book('cancel', { document: 'C1' });
    assert.deepEqual(await open({ asOf: day(4) }), ['R1 V1: 10 0 0, 10 @ 100.00, 3']);
  });

  it('has nothing of what went back once it was invoiced, before and after it is credited', async () => {
    await receive('R1', 1, {});
    await invoice('B1', 2, { quantity: '8', amount: '88' });
    const back = { sku: 'X', location: 'A', quantity: '5' };
    await rig.book('return', {
      ...{ document: 'SR1', at: day(3), party: 'supplier', reference: 'R1', lines: [back] },
    });
    assert.deepEqual(await open(), []);
    assert.deepEqual(await open({ asOf: day(2) }), ['R1 V1: 10 8 0, 2 @ 20.00, 1']);
    await invoice('C1', 4, { quantity: '-3', amount: '-33' });
    assert.deepEqual(await open(), []);
    await invoice('C2', 5, { quantity: '-1', amount: '-11' });
    assert.deepEqual(await open({ asOf: day(5) }), ['R1 V1: 10 4 5, 1 @ 10.00, 4']);
  });

  it('has what is invoiced and has not come, below zero', async () => {
    await invoice('B1', 2, { quantity: '3', amount: '33' });
    assert.deepEqual(await open({ asOf: day(4) }), ['R1 V1: 0 3 0, -3 @ -33.00, 2']);
    await receive('R1', 5, { quantity: '3' });
    assert.deepEqual(await open(), []);
  });

  it('counts what went back under its receipt, and neither freight nor goods of others', async () => {
    await receive('R1', 1, {});
    await receive('R3', 1, { owner: 'O1' });
    await rig.book('landed-cost', {
      ...{ document: 'L1', at: day(2), amount: '50' },
      lines: [{ receipt: 'R1' }],
    });
    await rig.book('return', {
      ...{ document: 'T1', at: day(3), party: 'supplier', reference: 'R2' },
      lines: [{ sku: 'X', location: 'A', quantity: '1', unitCost: '10' }],
    });
    const rows = await open({ asOf: day(4) });
    assert.equal(rows[0], 'R1 V1: 10 0 0, 10 @ 100.00, 3');
    assert.match(rows[1]!, /^R2 : 0 0 1, -1 @ -/);
  });
});
