/** Items, places and orders that are declared again, in any order of arrival. */
import assert from 'node:assert/strict';
import { formatDecimal } from '../../../core/decimal.ts';
import { all, type Doc, day, LedgerRig } from '../../ledgerRig.ts';

const item = (more: object): Doc => ['item.upsert.v1', { sku: 'X', ...more }];
const place = (more: object): Doc => ['location.upsert.v1', { location: 'A', ...more }];
const order = (changedAt: string | undefined, ...lines: [string, string, string?][]): Doc => [
  'order.upsert.v1',
  {
    ...{ document: 'PO-1', kind: 'purchase', ...(changedAt ? { changedAt } : {}) },
    lines: lines.map(([line, quantity, due = '2026-04-15']) => {
      return { line, sku: 'X', location: 'A', quantity, due };
    }),
  },
];
const receive = (document: string, at: string, quantity: string): Doc => [
  'receive',
  {
    ...{ document, at, reference: 'PO-1' },
    lines: [{ sku: 'X', location: 'A', quantity, unitCost: '1' }],
  },
];

function* ordersOf<Item>(items: readonly Item[]): Generator<Item[]> {
  if (items.length === 0) yield [];
  for (const [index, first] of items.entries()) {
    for (const rest of ordersOf(items.toSpliced(index, 1))) yield [first, ...rest];
  }
}

async function open(docs: readonly Doc[], together = false): Promise<string> {
  const rig = new LedgerRig();
  if (together)
    assert.deepEqual(
      await rig.send(docs),
      docs.map(() => undefined),
    );
  else for (const doc of docs) await rig.book(...doc);
  const { rows } = await rig.store.openOrders({}, all);
  return rows
    .map(({ line, quantity }) => `${line}: ${formatDecimal(quantity)}`)
    .sort()
    .join(', ');
}

async function itemOf(docs: readonly Doc[]) {
  const rig = new LedgerRig();
  for (const doc of docs) await rig.book(...doc);
  return (await rig.store.heads(all)).rows[0]?.item;
}

describe('what is declared again', () => {
  it('of an item has each field as it was said last, whatever came last', async () => {
    const said = [
      item({ revision: '1', name: 'one', group: 'G1', attributes: { a: '1', b: '1' } }),
      item({ revision: '2', name: 'two', attributes: { b: '2' }, units: { BOX: '12' } }),
      item({ revision: '10', group: 'G10', attributes: { c: '10' } }),
    ];
    for (const docs of ordersOf(said)) {
      const { name, group, attributes, units } = (await itemOf(docs))!;
      assert.deepEqual(
        { name, group, attributes, units },
        {
          name: 'two',
          group: 'G10',
          attributes: { a: '1', b: '2', c: '10' },
          units: { BOX: '12' },
        },
      );
    }
  });

  it('wins by coming later where it says neither when nor which', async () => {
    const first = item({ changedAt: day(3), name: 'first' });
    const told = await itemOf([
      first,
      item({ name: 'later' }),
      item({ revision: '1', name: 'v1' }),
    ]);
    assert.equal(told?.name, 'v1');
    assert.equal((await itemOf([first, item({ changedAt: day(2), name: 'old' })]))?.name, 'first');
  });

  it('of a place is as it was said last', async () => {
    for (const together of [true, false]) {
      const rig = new LedgerRig();
      const docs = [
        place({ changedAt: day(2), name: 'new' }),
        place({ changedAt: day(1), name: 'old', parent: 'P' }),
      ];
      if (together) await rig.send(docs);
      else for (const doc of docs) await rig.book(...doc);
      const { name, parent } = (await rig.store.location('A'))!;
      assert.deepEqual([name, parent], ['new', '']);
    }
  });

  it('of an order is open again as far as what came or left for it is cancelled', async () => {
    const cancel: Doc = ['cancel', { document: 'GR-1', at: day(9) }];
    const came = receive('GR-1', day(6), '25');
    const docs = [
      order(day(5), ['1', '20'], ['2', '20']),
      came,
      receive('GR-2', day(7), '5'),
      cancel,
    ];
    for (const some of ordersOf(docs)) {
      if (some.indexOf(cancel) < some.indexOf(came)) continue;
      assert.equal(await open(some), '1: 15, 2: 20');
    }
    const sold: Doc[] = ['SI-1', 'SI-2'].map((document) => [
      'issue',
      {
        document,
        at: day(6),
        reference: 'SO-1',
        lines: [{ sku: 'X', location: 'A', quantity: '2' }],
      },
    ]);
    const [type, data] = order(day(5), ['1', '10']);
    const rig = new LedgerRig({ policy: { negative: 'allow' } });
    await rig.book(type, { ...data, document: 'SO-1', kind: 'sale' });
    for (const doc of sold) await rig.book(...doc);
    await rig.book('cancel', { document: 'SI-1', at: day(9) });
    assert.equal((await rig.store.openOrders({}, all)).rows[0]?.quantity, 8_000_000n);
  });

  it('of an order is as it was said last, a line that is done too', async () => {
    assert.equal(await open([order(day(3), ['1', '40']), order(day(2), ['1', '70'])]), '1: 40');
    assert.equal(await open([order(day(3), ['1', '0']), order(day(2), ['1', '70'])]), '');
    const partly = [order(day(3), ['1', '40']), order(day(2), ['1', '70'], ['2', '5'])];
    assert.equal(await open(partly), '1: 40, 2: 5');
  });

  it('counts what was received, whatever the order and the receipts come in', async () => {
    const docs = [
      order(day(1), ['1', '100'], ['2', '10', '2026-04-01']),
      receive('R1', day(2), '60'),
      order(day(3), ['1', '50']),
      receive('R2', day(4), '15'),
    ];
    for (const some of ordersOf(docs)) {
      for (const together of [true, false]) assert.equal(await open(some, together), '1: 35');
    }
    assert.equal(await open([order(day(3), ['1', '40']), receive('R1', day(2), '60')]), '1: 40');
  });

  it('is fulfilled by due date, then line', async () => {
    for (const at of [day(1), undefined]) {
      const lines = order(at, ['10', '5'], ['9', '5'], ['2', '5', '2026-05-01']);
      assert.equal(await open([lines, receive('R1', day(2), '7')]), '10: 3, 2: 5');
    }
  });

  it('is open again as far as a receipt was cancelled, once it is said again', async () => {
    const docs = [order(day(1), ['1', '10']), receive('R1', day(2), '4')];
    const cancelled: Doc[] = [...docs, ['cancel', { document: 'R1' }]];
    assert.equal(await open([...cancelled, order(day(1), ['1', '10'])]), '1: 10');
  });
});
