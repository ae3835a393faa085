/** Accounts by item group, reason and partner: what is posted where, and that it sums up as before. */
import assert from 'node:assert/strict';
import type { RecordValue } from '../../../core/ports.ts';
import { queryRows } from '../../../core/query.ts';
import type { Query } from '../../../core/reports/Query.ts';
import type { AccountRule } from '../../../core/stock/policy.ts';
import { verifyStore } from '../../../core/verify.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { timeAt } from '../../SimulatedTime.ts';
import { euros } from '../../stockBook.ts';

const accountRules: AccountRule[] = [
  { of: 'costOfSales', reason: 'SAMPLE', account: '6600 Samples' },
  { of: 'costOfSales', group: 'CUPS', account: '5010 Cost of cups' },
  { of: 'costOfSales', partner: 'C-OWN', account: '5900 Group companies' },
  { of: 'costOfSales', group: 'CUPS', reason: 'SAMPLE', account: '6610 Cups given away' },
  { of: 'adjustment', reason: 'BROKEN', account: '5150 Breakage' },
  { of: 'inventory', group: 'CUPS', account: '1405 Cups' },
  { of: 'landedCost', partner: 'CARRIER', account: '2161 Carrier' },
  { of: 'payable', partner: 'V-1', account: '2001 V-1' },
  { of: 'production', reason: 'SETS', account: '1425 Sets' },
];

const accounts = { ...euros.accounts, inventoryByPool: { shop: '1401' } };

describe('accounts by item group, reason and partner', () => {
  let rig: LedgerRig;
  const rows = async (query: Query): Promise<RecordValue[]> => {
    const all: RecordValue[] = [];
    for await (const page of queryRows(rig.store, rig.policy, query, timeAt(rig.now)))
      all.push(...page);
    return all;
  };
  const trial = async (query: Partial<Query> = {}): Promise<Record<string, string>> => {
    const found = await rows({ name: 'trial', ...query });
    const part = query.by ?? 'account';
    return Object.fromEntries(
      found.map((row) => [
        part === 'account' ? row.account : `${row.account} ${row[part]}`.trim(),
        row.balance,
      ]),
    ) as Record<string, string>;
  };
  const issue = (document: string, sku: string, more: object = {}, line: object = {}) =>
    rig.book('issue', {
      ...{ document, at: day(5), ...more },
      lines: [{ sku, location: 'A', quantity: '1', ...line }],
    });

  beforeEach(async () => {
    rig = new LedgerRig({
      policy: { accounts, accountRules, negative: 'allow', pools: { shop: ['S'] } },
    });
    await rig.item('CUP', { group: 'CUPS' });
    for (const sku of ['CUP', 'TEA'])
      await rig.book('receive', {
        ...{ document: `GR-${sku}`, at: day(1), partner: 'V-1' },
        lines: [{ sku, location: 'A', quantity: '10', unitCost: '10' }],
      });
  });

  it('are those of the rule that names most, of as many the partner before the reason before the group', async () => {
    await issue('SI-1', 'TEA');
    await issue('SI-2', 'TEA', { reason: 'SAMPLE' });
    await issue('SI-3', 'CUP');
    await issue('SI-4', 'CUP', {}, { reason: 'SAMPLE' });
    await issue('SI-5', 'CUP', { partner: 'C-OWN' });
    await issue('SI-6', 'TEA', { partner: 'C-OWN', reason: 'SAMPLE' });
    await issue('SI-7', 'TEA', { reason: 'SAMPLES' });
    assert.deepEqual(await trial(), {
      inventory: '60.00',
      '1405 Cups': '70.00',
      received: '-200.00',
      'cost of sales': '20.00',
      '5010 Cost of cups': '10.00',
      '5900 Group companies': '20.00',
      '6600 Samples': '10.00',
      '6610 Cups given away': '10.00',
    });
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
  });

  it('go with the document for all that corrects or cancels what it posted', async () => {
    await issue('SI-1', 'TEA', { reason: 'SAMPLE', partner: 'C-1' }, { quantity: '12' });
    await rig.book('receive', {
      ...{ document: 'GR-2', at: day(6), partner: 'V-2' },
      lines: [{ sku: 'TEA', location: 'A', quantity: '5', unitCost: '13' }],
    });
    await rig.book('receive', {
      ...{ document: 'GR-0', at: day(1, -60), partner: 'V-3' },
      lines: [{ sku: 'TEA', location: 'A', quantity: '1', unitCost: '4' }],
    });
    const ofSample = (await rows({ name: 'journal', sku: 'TEA' }))
      .filter(({ account }) => account === '6600 Samples')
      .map(({ kind, reason, partner, note, debit, credit }) =>
        [kind, reason, partner, note !== '', debit, credit].join(' '),
      );
    assert.deepEqual(ofSample, [
      'issue SAMPLE C-1 false 120.00 0.00',
      'trueup SAMPLE C-1 true 6.00 0.00',
      'recost SAMPLE C-1 true 0.00 6.00',
      'recost SAMPLE C-1 true 0.00 3.00',
    ]);
    await rig.book('cancel', { document: 'SI-1', at: day(7), reason: 'never sent' });
    const { '6600 Samples': samples, 'cost of sales': sales = '0.00' } = await trial();
    assert.deepEqual([samples, sales], ['0.00', '0.00']);
  });

  it('of a cost that goes on to goods that are gone are those of its own document, and where it goes those of that', async () => {
    await issue('SI-1', 'TEA', { partner: 'C-OWN' }, { quantity: '4' });
    await rig.book('produce', {
      ...{ document: 'PR-1', at: day(6), reason: 'SETS' },
      components: [{ sku: 'TEA', location: 'A', quantity: '2' }],
      lines: [{ sku: 'SET', location: 'A', quantity: '1' }],
    });
    await issue('SI-2', 'SET', { at: day(7), reason: 'SAMPLE' });
    await rig.book('return', {
      ...{ document: 'RT-1', at: day(8), party: 'customer', reference: 'SI-1', partner: 'C-OWN' },
      lines: [{ sku: 'TEA', location: 'A', quantity: '1' }],
    });
    await rig.book('landed-cost', {
      ...{ document: 'LC-1', at: day(9), partner: 'CARRIER', amount: '20' },
      lines: [{ receipt: 'GR-TEA' }],
    });
    await rig.book('invoice', {
      ...{ document: 'IN-1', at: day(10), partner: 'V-1' },
      lines: [{ receipt: 'GR-TEA', sku: 'TEA', quantity: '10', amount: '110' }],
    });
    const accountsNow = await trial({ sku: 'TEA' });
    assert.deepEqual(
      ['2161 Carrier', '2001 V-1', 'landed cost', 'payable', '5900 Group companies'].map(
        (account) => accountsNow[account] ?? '',
      ),
      ['-20.00', '-110.00', '', '', '39.00'],
    );
    const { '1425 Sets': sets, production = '', '6600 Samples': samples } = await trial();
    assert.deepEqual([sets, production, samples], ['0.00', '', '26.00']);
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
  });

  it('tell counts and losses apart by their reason, the line before the document', async () => {
    await rig.book('adjust', {
      ...{ document: 'AD-1', at: day(4), reason: 'BROKEN' },
      lines: [
        { sku: 'TEA', location: 'A', quantity: '-2' },
        { sku: 'TEA', location: 'A', quantity: '-1', reason: 'THEFT' },
      ],
    });
    const by = await trial({ by: 'reason' });
    assert.deepEqual([by['5150 Breakage BROKEN'], by['adjustment THEFT']], ['20.00', '10.00']);
  });

  it('of a group are those of what was known, and a pool that has its own keeps that', async () => {
    await rig.book('transfer', {
      ...{ document: 'TR-1', at: day(2) },
      lines: [{ sku: 'CUP', from: 'A', to: 'S', quantity: '4' }],
    });
    const knownAt = new Date(rig.now).toISOString();
    rig.now += 86_400_000;
    await rig.item('CUP', { group: 'GLASS' });
    assert.equal((await trial({ sku: 'CUP' })).inventory, '60.00');
    const known = await trial({ sku: 'CUP', knownAt });
    assert.deepEqual(
      [known['1405 Cups'], known['1401'], known.inventory],
      ['60.00', '40.00', undefined],
    );
    const [row] = await rows({ name: 'journal', sku: 'CUP', knownAt });
    assert.deepEqual([row!.group, row!.partner], ['CUPS', 'V-1']);
  });
});
