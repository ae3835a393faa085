/** A process that starts anew reads from the heads all that the one before it knew. */
import assert from 'node:assert/strict';
import { verifyStore } from '../../../core/verify.ts';
import type { Doc } from '../../ledgerRig.ts';
import { all, day, LedgerRig } from '../../ledgerRig.ts';

const receive = (document: string, at: string, location: string, unitCost: string): Doc => [
  'receive',
  { document, at, lines: [{ sku: 'X', location, quantity: '5', unitCost }] },
];
const issue = (document: string, at: string, location: string): Doc => [
  'issue',
  { document, at, lines: [{ sku: 'X', location, quantity: '5' }] },
];

describe('a process that starts anew', () => {
  let rig: LedgerRig;

  /** The worth of each pool after all documents, by a process that ends after each, or never. */
  async function worthOf(docs: readonly Doc[], isRestarted: boolean): Promise<string[]> {
    rig = new LedgerRig({ policy: { pools: { east: ['E'] }, valuation: 'fifo' } });
    for (const doc of docs) {
      await rig.book(...doc);
      if (isRestarted) rig.workspace.forgetAll();
    }
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
    return [await rig.pool('X'), await rig.pool('X', 'east')];
  }

  async function expectSame(docs: readonly Doc[], expected: string[]): Promise<void> {
    assert.deepEqual(await worthOf(docs, false), expected);
    assert.deepEqual(await worthOf(docs, true), expected);
  }

  it('knows a pool that was emptied, by what it last cost at standard', () =>
    expectSame(
      [
        ['item.upsert.v1', { sku: 'X', valuation: 'standard', standardCost: '10' }],
        receive('R1', day(1), 'A', '10'),
        receive('R2', day(1), 'E', '10'),
        issue('I1', day(2), 'E'),
        [
          'revalue',
          {
            ...{ document: 'V1', at: day(3), reason: 'price' },
            lines: [{ sku: 'X', location: 'A', unitCost: '12' }],
          },
        ],
        receive('R3', day(4), 'E', '10'),
      ],
      ['5 @ 60.00', '5 @ 50.00'],
    ));

  it('knows a pool that came and went for nothing', () =>
    expectSame(
      [
        receive('R1', day(1), 'E', '0'),
        receive('R2', day(1), 'A', '5'),
        issue('I1', day(2), 'E'),
        issue('I2', day(2), 'A'),
        ['method', { document: 'M1', at: day(3), lines: [{ sku: 'X', valuation: 'standard' }] }],
        receive('R3', day(4), 'A', '5'),
      ],
      ['5 @ 25.00', '0 @ 0.00'],
    ));

  it('tells a pool of which something is reserved from one that anything moved in', async () => {
    const policy = { pools: { east: ['E'] }, negative: 'allow' as const };
    rig = new LedgerRig({ policy });
    await rig.item('X', { negative: 'allow', valuation: 'standard', standardCost: '10' });
    await rig.book(...receive('R1', day(1), 'A', '10'));
    const lines = [{ sku: 'X', pool: 'east', quantity: '2' }];
    await rig.book('reservation.create.v1', { reservation: 'V1', at: day(2), lines });
    const pools = async () => (await rig.store.heads(all)).rows[0]?.pools;
    const nothing = { pool: 'east', quantity: 0n, value: 0n, lastCost: 0n, untouched: true };
    const touched = { pool: 'main', quantity: 5_000_000n, value: 5_000n, lastCost: 10_000_000n };
    assert.deepEqual(await pools(), [
      { ...touched, reserved: 0n },
      { ...nothing, reserved: 2_000_000n },
    ]);
    rig.workspace.forgetAll();
    assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
    await rig.book('reservation.void.v1', { reservation: 'V1', at: day(3) });
    assert.deepEqual(await pools(), [{ ...touched, reserved: 0n }]);
  });
});
