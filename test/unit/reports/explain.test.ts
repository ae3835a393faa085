/** From a number to the row of the file: which entries make it, and by which payload each came. */
import { deepEqual, rejects } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queryPage } from '../../../core/query.ts';
import type { Query } from '../../../core/reports/Query.ts';
import { openAt } from '../../contract/store/withStore.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { timeAt } from '../../SimulatedTime.ts';

describe('a number is explained', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
  let rig: LedgerRig;
  const told = async (query: Partial<Query>, limit = 9, after?: string) => {
    const page = { limit, ...(after === undefined ? {} : { after }) };
    const asked = { name: 'explain', sku: 'TEA', ...query } as const;
    return queryPage(rig.store, rig.policy, asked, page, timeAt(rig.now));
  };
  const shown = async (query: Partial<Query>, ...page: [number?, string?]): Promise<string[]> =>
    (await told(query, ...page)).rows.map((row) =>
      [row.seq, row.document, row.change, row.balance, row.currency].join(' ').trim(),
    );

  before(async () => {
    const store = await openAt(`file:${folder}`);
    rig = new LedgerRig({ store, policy: { pools: { north: ['HAM'] } } });
    const line = { sku: 'TEA', location: 'BER' };
    await rig.book('receive', {
      ...{ document: 'GR-1', at: day(1) },
      lines: [{ ...line, quantity: '10', unitCost: '2' }],
    });
    await rig.book('issue', { document: 'GI-1', at: day(5), lines: [{ ...line, quantity: '3' }] });
    await rig.book('transfer', {
      ...{ document: 'TR-1', at: day(6) },
      lines: [{ sku: 'TEA', from: 'BER', to: 'HAM', quantity: '2' }],
    });
    await rig.book('status', {
      ...{ document: 'ST-1', at: day(7) },
      lines: [{ ...line, toStatus: 'damaged', quantity: '1' }],
    });
  });

  after(async () => {
    await rig.store.close();
    rmSync(folder, { recursive: true });
  });

  it('of a SKU, a place, a status; of its value, in all and by the pool of a place', async () => {
    deepEqual(await shown({}), ['1 GR-1 10 10', '2 GI-1 -3 7']);
    deepEqual(await shown({ place: 'BER', status: 'available' }), [
      ...['1 GR-1 10 10', '2 GI-1 -3 7', '3 TR-1 -2 5', '4 ST-1 -1 4'],
    ]);
    deepEqual(await shown({ status: 'damaged' }), ['4 ST-1 1 1']);
    deepEqual(await shown({ by: 'value', place: 'HAM' }), ['3 TR-1 4.00 4.00 EUR']);
    deepEqual(await shown({ by: 'value' }), ['1 GR-1 20.00 20.00 EUR', '2 GI-1 -6.00 14.00 EUR']);
    deepEqual(await shown({ sku: 'NONE' }), []);
    await rejects(told({ by: 'value', status: 'damaged' }), { code: 'QUERY_NO_VALUE' });
  });

  it('from an opening on, over pages, each with the payload that it came by', async () => {
    const since = { place: 'BER', since: '2026-01-03', asOf: '2026-01-06' };
    const { rows, balances, next } = await told(since, 1);
    deepEqual([balances!.opening.balance, balances!.closing.balance], ['10', '5']);
    deepEqual([rows[0]!.flow, rows[0]!.file, rows[0]!.intakeId], ['test', 'test', '/test 2']);
    deepEqual(await shown(since, 1, next), ['3 TR-1 -2 5']);
    const forged = Buffer.from(JSON.stringify(['', 0, 'x'])).toString('base64url');
    await rejects(told(since, 1, forged), { code: 'CURSOR_INVALID' });
  });
});
