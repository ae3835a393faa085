/** A cost that comes when its goods are gone goes where they went, on the day on which it came. */
import assert from 'node:assert/strict';
import { postingOf } from '../../../core/stock/journal.ts';
import { verifyStore } from '../../../core/verify.ts';
import { type Doc, day, LedgerRig } from '../../ledgerRig.ts';

const receive = (document: string, on: number): Doc => [
  'receive',
  {
    ...{ document, at: day(on) },
    lines: [{ sku: 'A', location: 'W', quantity: '10', unitCost: '10' }],
  },
];
const make = (
  document: string,
  on: number,
  [of, made]: string,
  quantity = '5',
  pieces = '1',
): Doc => [
  'produce',
  {
    ...{ document, at: day(on) },
    components: [{ sku: of, location: 'W', quantity }],
    lines: [{ sku: made, location: 'W', quantity: pieces }],
  },
];
const sell = (document: string, on: number, sku: string, quantity = '1'): Doc => [
  'issue',
  { document, at: day(on), lines: [{ sku, location: 'W', quantity }] },
];
const sendBack = (document: string, on: number, sku: string, reference: string): Doc => [
  'return',
  {
    ...{ document, at: day(on), party: 'customer', reference },
    lines: [{ sku, location: 'W', quantity: '2' }],
  },
];
const freight = (document: string, on: number, amount: string): Doc => [
  'landed-cost',
  { document, at: day(on), amount, lines: [{ receipt: 'GR-1' }] },
];
const bill = (document: string, on: number, amount: string): Doc => [
  'invoice',
  { document, at: day(on), lines: [{ receipt: 'GR-1', sku: 'A', quantity: '10', amount }] },
];

/** Half of what came is in B, which is in C, which is sold. */
const chain = [
  receive('GR-1', 1),
  make('MO-1', 2, 'AB'),
  make('MO-2', 4, 'BC', '1'),
  sell('SI-1', 6, 'C'),
  freight('LC-1', 3, '20'),
  freight('LC-2', 5, '40'),
  bill('IN-1', 7, '180'),
];

describe('costs of what is gone', () => {
  let rig: LedgerRig;

  beforeEach(() => {
    rig = new LedgerRig({ policy: { negative: 'allow' } });
  });

  async function book(docs: readonly Doc[]): Promise<void> {
    for (const [type, data] of docs) await rig.book(type, data);
    await rig.recost();
    const report = await verifyStore(rig.store, rig.policy);
    assert.deepEqual(report.differences, []);
  }

  /** What each account is charged with up to a day. */
  async function accounts(on: number): Promise<Record<string, string>> {
    const sums = new Map<string, bigint>();
    const { rows } = await rig.store.ledger({ asOf: day(on) }, { limit: 1_000 });
    for (const entry of rows) {
      const corrected = rows.find(({ sku, seq }) => sku === entry.sku && seq === entry.corrects);
      for (const line of postingOf(entry, rig.policy.accounts, corrected) ?? []) {
        sums.set(line.account, (sums.get(line.account) ?? 0n) + line.debit - line.credit);
      }
    }
    const charged = [...sums].filter(([, sum]) => sum !== 0n).sort();
    return Object.fromEntries(charged.map(([account, sum]) => [account, rig.money(sum)]));
  }

  it('are in the product from their own day on, and nothing is left of them in production', async () => {
    await book(chain.slice(0, 6));
    assert.deepEqual(await accounts(2), { inventory: '100.00', received: '-100.00' });
    assert.deepEqual(await accounts(3), {
      inventory: '120.00',
      received: '-100.00',
      'landed cost': '-20.00',
    });
    assert.deepEqual(await accounts(5), {
      inventory: '160.00',
      received: '-100.00',
      'landed cost': '-60.00',
    });
    assert.equal(await rig.pool('B', 'main', day(3)), '1 @ 60.00');
    assert.equal(await rig.pool('C', 'main', day(4)), '1 @ 60.00');
    assert.equal(await rig.pool('C', 'main', day(5)), '1 @ 80.00');
    assert.equal((await accounts(6))['cost of sales'], '80.00');
  });

  it('of an invoice follow in the same way', async () => {
    await book(chain);
    assert.deepEqual(await accounts(7), {
      ...{
        inventory: '120.00',
        payable: '-180.00',
        'landed cost': '-60.00',
        'cost of sales': '120.00',
      },
    });
    assert.equal(
      (await rig.moves('C', { document: 'SI-1' })).at(-1),
      'effect production>customer 0 @ 40.00',
    );
  });

  for (const [name, order] of [
    ['the last first', [6, 5, 4, 3, 2, 1]],
    ['each cost before what it bears on', [4, 5, 6, 1, 2, 3]],
    ['mixed', [1, 4, 3, 6, 2, 5]],
  ] as const) {
    it(`come in any order: ${name}`, async () => {
      await book([chain[0]!, ...order.map((index) => chain[index]!)]);
      assert.deepEqual(await accounts(4), {
        inventory: '120.00',
        received: '-100.00',
        'landed cost': '-20.00',
      });
      assert.equal(await rig.pool('C', 'main', day(5)), '1 @ 80.00');
      assert.equal((await accounts(7))['cost of sales'], '120.00');
    });
  }

  for (const [name, cost, charged] of [
    ['a landed cost', freight('LC-1', 5, '30'), { received: '-100.00', 'landed cost': '-30.00' }],
    ['an invoice', bill('IN-1', 5, '130'), { payable: '-130.00' }],
  ] as const) {
    it(`are in what a customer sent back of the product, and come from nowhere: ${name}`, async () => {
      await book([
        receive('GR-1', 1),
        make('MO-1', 2, 'AB', '10', '10'),
        sell('SI-1', 3, 'B', '6'),
        sendBack('RT-1', 4, 'B', 'SI-1'),
        cost,
      ]);
      const left = { inventory: '78.00', 'cost of sales': '52.00' };
      assert.deepEqual(await accounts(9), { ...left, ...charged });
      await book([sell('SI-2', 2, 'B')]);
      const less = { inventory: '65.00', 'cost of sales': '65.00' };
      assert.deepEqual(await accounts(9), { ...less, ...charged });
    });
  }

  /** What is left in stock, and what was sold. */
  for (const [cancelled, stock, sold] of [
    ['LC-1', '110.00', '110.00'],
    ['IN-1', '80.00', '80.00'],
    ['SI-1', '240.00', '0.00'],
    ['MO-2', '240.00', '0.00'],
    ['MO-1', '240.00', '0.00'],
    ['GR-1', '0.00', '0.00'],
  ] as const) {
    it(`go back with what is cancelled: ${cancelled}`, async () => {
      await book(chain);
      await book([['cancel', { document: cancelled, at: day(9) }]]);
      const {
        inventory = '0.00',
        'cost of sales': costOfSales = '0.00',
        production,
      } = await accounts(9);
      assert.deepEqual([inventory, costOfSales, production], [stock, sold, undefined]);
    });
  }
});
