/** Documents of one instant, in every order in which they can come. */
import assert from 'node:assert/strict';
import { valuationMethods } from '../../../core/ledger.ts';
import { byPosition } from '../../../core/position.ts';
import { ranks } from '../../../core/rankOf.ts';
import { type Doc, day, LedgerRig } from '../../ledgerRig.ts';

const at = day(3);
const line = (more: object) => ({ sku: 'A', location: 'W', ...more });
const move = (document: string, from: string, to: string, more: object = {}): Doc => [
  'transfer',
  { document, at, ...more, lines: [{ sku: 'A', from, to, quantity: '3' }] },
];

const stocked = (valuation: string): Doc[] => [
  ['item.upsert.v1', { sku: 'A', valuation, standardCost: '11' }],
  ['receive', { document: 'GR-1', at: day(1), lines: [line({ quantity: '10', unitCost: '10' })] }],
  [
    'transfer',
    {
      document: 'VS-1',
      at: day(2),
      lines: [{ sku: 'A', from: 'W', to: 'transit', quantity: '3' }],
    },
  ],
];

/** Receipts whose numbers are the other way round than their costs, and what moves, takes and counts. */
const instant: Doc[] = [
  ['receive', { document: 'GR-9', at, lines: [line({ quantity: '4', unitCost: '20' })] }],
  ['receive', { document: 'GR-10', at, lines: [line({ quantity: '4', unitCost: '31' })] }],
  move('EG-1', 'transit', 'V', { reference: 'VS-1' }),
  ['issue', { document: 'SI-1', at, lines: [line({ quantity: '5' }), line({ quantity: '1' })] }],
  ['count', { document: 'C-1', at, lines: [line({ quantity: '9' })] }],
];

function ordersOf<Of>(all: readonly Of[]): Of[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((one) =>
    ordersOf(all.filter((other) => other !== one)).map((rest) => [one, ...rest]),
  );
}

async function figuresOf(docs: readonly Doc[]): Promise<unknown> {
  const rig = new LedgerRig({ policy: { negative: 'allow', pools: { far: ['V'] } } });
  for (const doc of docs) assert.deepEqual(await rig.send([doc]), [undefined]);
  await rig.recost();
  const { rows: pools } = await rig.store.valuation({}, { limit: 100 });
  const { rows: layers } = await rig.store.layers({ limit: 100 });
  const said = layers.map(({ pool, quantity, value }) => [pool, quantity, value]);
  return { pools, said, stock: await rig.stock('A', 'W') };
}

describe('documents of one instant', () => {
  for (const valuation of valuationMethods.filter((one) => one !== 'lot')) {
    it(`end in the same stock, layers and values whatever order they come in, ${valuation}`, async () => {
      const expected = await figuresOf([...stocked(valuation), ...instant]);
      for (const docs of ordersOf(instant)) {
        const found = await figuresOf([...stocked(valuation), ...docs]);
        assert.deepEqual(found, expected, docs.map(([, data]) => JSON.stringify(data)).join('\n'));
      }
    });
  }

  it('bring what was shipped that day, also where nothing may be short', async () => {
    const rig = new LedgerRig({ policy: { negative: 'deny' } });
    const [item, receipt] = stocked('fifo');
    for (const doc of [
      item!,
      receipt!,
      move('VS-2', 'W', 'transit'),
      move('EG-2', 'transit', 'V'),
    ]) {
      assert.deepEqual(await rig.send([doc]), [undefined]);
    }
    assert.equal(await rig.stock('A', 'V'), '3');
  });

  it('are decided in that order where they wait together', async () => {
    const rig = new LedgerRig({ policy: { negative: 'deny' } });
    const [item] = stocked('fifo');
    const lines = [line({ quantity: '4' })];
    const docs: Doc[] = [
      item!,
      move('EG-2', 'transit', 'V'),
      ['count', { document: 'C-1', at, lines: [line({ quantity: '2' })] }],
      ['issue', { document: 'SI-2', at, lines }],
      ['issue', { document: 'SI-1', at, lines: [line({ quantity: '1' })] }],
      move('VS-2', 'W', 'transit'),
      ['receive', { document: 'GR-2', at, lines: [line({ quantity: '10', unitCost: '1' })] }],
    ];
    assert.ok((await rig.send(docs)).every((refusal) => refusal === undefined));
    const booked = (await rig.entries('A')).map(({ document }) => document);
    assert.deepEqual(booked, ['GR-2', 'VS-2', 'EG-2', 'SI-1', 'SI-2', 'C-1']);
  });

  it('are decided as they count, whatever they name', async () => {
    const lines = [line({ quantity: '1' })];
    const named: Doc[] = [
      ['receive', { document: 'GR-2', at, lines: [line({ quantity: '10', unitCost: '1' })] }],
      ['return', { document: 'RC-1', at, party: 'customer', lines }],
      ['return', { document: 'RS-1', at, party: 'supplier', reference: 'GR-2', lines }],
      move('VS-2', 'W', 'transit'),
      ['adjust', { document: 'A-1', at, lines: [line({ quantity: '-1', reason: 'LOST' })] }],
      move('EG-2', 'transit', 'V', { reference: 'VS-2' }),
      ['issue', { document: 'SI-1', at, lines }],
      ['return', { document: 'RC-2', at, party: 'customer', reference: 'SI-1', lines }],
      ['count', { document: 'C-1', at, lines: [line({ quantity: '5' })] }],
    ];
    const rig = new LedgerRig({ policy: { negative: 'deny' } });
    assert.ok((await rig.send(named.toReversed())).every((refusal) => refusal === undefined));
    const booked = (await rig.entries('A')).filter(({ by }) => by === undefined);
    assert.equal(booked.length, named.length);
    const inOrder = booked.toSorted(byPosition).map(({ document }) => document);
    assert.deepEqual(
      booked.map(({ document }) => document),
      inOrder,
    );
    assert.deepEqual(inOrder.slice(-4), ['EG-2', 'SI-1', 'RC-2', 'C-1']);
  });

  it('come back after they were sold, also by serial number', async () => {
    const rig = new LedgerRig({ policy: { negative: 'deny' } });
    const lines = [line({ quantity: '1', lot: 'S-1' })];
    await rig.item('A', { tracking: 'serial', valuation: 'lot' });
    const costly = [line({ quantity: '1', lot: 'S-1', unitCost: '10' })];
    await rig.book('receive', { document: 'GR-1', at: day(1), lines: costly });
    const docs: Doc[] = [
      ['issue', { document: 'SI-1', at, lines }],
      ['return', { document: 'RC-1', at, reference: 'SI-1', lines }],
    ];
    assert.deepEqual(await rig.send(docs), [undefined, undefined]);
    assert.equal(await rig.pool('A'), '1 @ 10.00');
  });

  it('do not pass what is cancelled or reserved between them', async () => {
    const rig = new LedgerRig({ policy: { negative: 'deny' } });
    const issue = (document: string, quantity: string): Doc => [
      'issue',
      { document, at, lines: [line({ quantity })] },
    ];
    for (const doc of stocked('fifo').slice(0, 2)) await rig.book(...doc);
    await rig.send([issue('SI-1', '8')], undefined, ['SI-1']);
    const docs: Doc[] = [
      ['cancel', { document: 'SI-1', at }],
      issue('SI-1', '4'),
      ['reservation.create.v1', { reservation: 'R-1', at, lines: [line({ quantity: '4' })] }],
      issue('SI-0', '3'),
      issue('SI-00', '2'),
    ];
    const refusals = await rig.send(docs, undefined, ['cancel', 'SI-1']);
    const expected = [undefined, undefined, undefined, 'STOCK_INSUFFICIENT', undefined];
    assert.deepEqual(
      refusals.map((refusal) => refusal?.code),
      expected,
    );
  });

  it('come in the order of docs/valuation-choices.md', () => {
    const order = Object.entries(ranks).filter(([, rank]) => rank > 0);
    assert.ok(order.every(([, rank], index) => rank >= (order[index - 1]?.[1] ?? 1)));
  });
});
