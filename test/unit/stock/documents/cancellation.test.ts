/** Documents that are taken back by their number: the books are then as if they had never been. */
import assert from 'node:assert/strict';
import type { Doc } from '../../../ledgerRig.ts';
import { all, day, LedgerRig } from '../../../ledgerRig.ts';

const doc = (
  type: string,
  document: string,
  number: number,
  lines: object[],
  more: object = {},
): Doc => [type, { document, at: day(number), lines, ...more }];
const x = (quantity: string, more: object = {}) => ({ sku: 'X', location: 'A', quantity, ...more });

const first: Doc[] = [
  ['item.upsert.v1', { sku: 'X', weight: '1' }],
  ['item.upsert.v1', { sku: 'L', tracking: 'lot' }],
  doc('receive', 'R1', 1, [x('20', { unitCost: '10' })]),
  doc('receive', 'R2', 2, [x('20', { unitCost: '13' })]),
  doc('receive', 'R3', 2, [x('9', { sku: 'L', lot: 'L1', unitCost: '3' })]),
  doc('issue', 'I1', 3, [x('5')]),
];
const next: Doc[] = [
  doc('issue', 'I2', 20, [x('8')]),
  doc('transfer', 'T2', 21, [{ sku: 'X', from: 'A', to: 'N', quantity: '4' }]),
  doc('produce', 'P2', 22, [x('3', { sku: 'Y' })], { components: [x('4')] }),
  doc('issue', 'I3', 23, [x('1', { sku: 'Y' })]),
  doc('return', 'C2', 24, [x('1')], { party: 'customer', reference: 'I2' }),
  doc('issue', 'I4', 25, [x('2', { sku: 'L' })]),
];

/** One of every kind, in the middle of the others. */
const kinds: Record<string, Doc> = {
  receipt: doc('receive', 'D', 10, [x('5', { unitCost: '99' }), x('1', { sku: 'L', lot: 'L9' })]),
  issue: doc('issue', 'D', 10, [x('6'), x('1', { sku: 'L' })]),
  'return of a customer': doc('return', 'D', 10, [x('2')], { party: 'customer', reference: 'I1' }),
  'return to a supplier': doc('return', 'D', 10, [x('2')], { party: 'supplier', reference: 'R2' }),
  transfer: doc('transfer', 'D', 10, [{ sku: 'X', from: 'A', to: 'N', quantity: '6' }]),
  'transfer into transit': doc('transfer', 'D', 10, [
    { sku: 'X', from: 'A', to: 'transit', quantity: '6' },
  ]),
  loss: doc('adjust', 'D', 10, [x('-3')], { reason: 'LOST' }),
  find: doc('adjust', 'D', 10, [x('3', { unitCost: '1' })], { reason: 'FOUND' }),
  'count of less': doc('count', 'D', 10, [x('20')]),
  'count of more': doc('count', 'D', 10, [x('50')]),
  'count at a cost': doc('count', 'D', 10, [x('30', { unitCost: '77' })]),
  'change of status': doc('status', 'D', 10, [x('3', { toStatus: 'quarantine' })]),
  production: doc('produce', 'D', 10, [x('6', { sku: 'Y' })], {
    ...{ components: [x('3'), x('1', { sku: 'L' })], additionalCost: '7' },
  }),
  'repacking into itself': doc('produce', 'D', 10, [x('7')], { components: [x('9')] }),
  'landed cost': doc('landed-cost', 'D', 10, [{ receipt: 'R1' }, { receipt: 'R3' }], {
    amount: '50',
  }),
  revaluation: doc('revalue', 'D', 10, [{ sku: 'X', amount: '-40' }], { reason: 'OLD' }),
  'change of method': doc('method', 'D', 10, [{ sku: 'X', valuation: 'average' }]),
  'change to standard cost': doc('method', 'D', 10, [
    { sku: 'X', valuation: 'standard', standardCost: '12' },
  ]),
};

const policy = { pools: { north: ['N'] } };

async function booked(docs: readonly Doc[]): Promise<LedgerRig> {
  const rig = new LedgerRig({ policy });
  for (const one of docs) await rig.book(...one);
  return rig;
}

const cancel: Doc = ['cancel', { document: 'D', reason: 'ENTERED_TWICE' }];

describe('a cancelled document', () => {
  let never: object;

  before(async () => {
    never = await (await booked([...first, ...next])).state();
  });

  for (const [kind, one] of Object.entries(kinds)) {
    it(`(${kind}) leaves the books as if it had never been, cancelled at once, late, and twice booked`, async () => {
      for (const docs of [
        [...first, one, cancel, ...next],
        [...first, one, ...next, cancel],
        [...first, ...next, one, cancel],
        [...first, one, ...next, cancel, one, cancel],
      ]) {
        const rig = await booked(docs);
        assert.deepEqual(await rig.state(), never);
        const ofIt = await rig.entries('X', { document: 'D' });
        const quantities = ofIt.filter(({ quantity }) => quantity > 0n);
        assert.ok(quantities.length % 2 === 0);
      }
    });
  }

  it('is refused a second time, and where nobody knows it', async () => {
    const rig = await booked([...first, kinds.issue!, cancel]);
    const { code, field } = await rig.refuse(...cancel);
    assert.deepEqual([code, field], ['DOCUMENT_CANCELLED', 'document']);
    assert.equal(await rig.refused('cancel', { document: 'Q' }), 'DOCUMENT_UNKNOWN');
    assert.equal(
      await rig.refused('cancel', { document: 'D', origin: '/other' }),
      'DOCUMENT_UNKNOWN',
    );
  });

  it('of a number that two sources use is the one of the origin that is named', async () => {
    const rig = await booked(first);
    await rig.book('issue', { document: 'D', at: day(10), lines: [x('1')] }, '/erp');
    await rig.book('issue', { document: 'D', at: day(11), lines: [x('2')] }, '/shop');
    const { code, message } = await rig.refuse(...cancel);
    assert.equal(code, 'DOCUMENT_AMBIGUOUS');
    assert.match(message, /\/erp and \/shop/);
    await rig.book('cancel', { document: 'D', origin: '/shop' });
    assert.equal(await rig.stock('X', 'A'), '34');
    assert.equal(
      await rig.refused('cancel', { document: 'D', origin: '/shop' }),
      'DOCUMENT_CANCELLED',
    );
    await rig.book('cancel', { document: 'D', origin: '/erp' });
    assert.equal(await rig.stock('X', 'A'), '35');
  });

  it('keeps who cancelled it, why and when, at its own time', async () => {
    const rig = await booked([...first, kinds.issue!]);
    await rig.book('cancel', { document: 'D', at: day(15), reason: 'TYPO' }, '/erp');
    const entry = (await rig.entries('X', { document: 'D' })).at(-1)!;
    assert.deepEqual(
      [entry.kind, entry.from, entry.to, entry.at, entry.reason, entry.source],
      ['cancel', 'customer', 'A', day(10), `TYPO; decided ${day(15)}`, '/erp'],
    );
    assert.equal(entry.corrects, entry.by);
  });

  it('with corrections of its own takes them back too', async () => {
    const late: Doc[] = [
      doc('receive', 'R0', 1, [x('4', { unitCost: '1' })]),
      doc('landed-cost', 'LC', 2, [{ receipt: 'R1' }], { amount: '33.33' }),
    ];
    const with_ = await booked([...first, kinds.issue!, kinds.production!, ...late]);
    assert.ok((await with_.entries('X')).some(({ kind }) => kind === 'recost'));
    await with_.book(...cancel);
    assert.deepEqual(await with_.state(), await (await booked([...first, ...late])).state());
  });

  it('that received takes what landed on it back, and leaves what landed on others', async () => {
    const others = [
      ...first,
      doc('receive', 'R4', 9, [x('5', { unitCost: '99' })]),
      doc('landed-cost', 'LC2', 12, [{ receipt: 'R4' }], { amount: '10' }),
    ];
    const more = [
      kinds.receipt!,
      doc('issue', 'I5', 11, [x('6')]),
      doc('landed-cost', 'LC', 12, [{ receipt: 'D' }, { receipt: 'R1' }], { split: 'equally' }),
      doc('landed-cost', 'LC3', 13, [{ receipt: 'D' }], { amount: '7' }),
    ] as const;
    const shared: Doc = ['landed-cost', { ...more[2]![1], amount: '30' }];
    for (const docs of [
      [...others, more[0]!, more[1]!, shared, more[3]!, ...next, cancel],
      [...others, more[0]!, shared, more[3]!, cancel, more[1]!, ...next],
    ]) {
      const rig = await booked(docs);
      const own = doc('landed-cost', 'LC', 12, [{ receipt: 'R1' }], { amount: '10' });
      const without = await booked([...others, more[1]!, own, ...next]);
      assert.deepEqual(await rig.state(), await without.state());
      assert.equal(await rig.refused('cancel', { document: 'LC3' }), 'DOCUMENT_CANCELLED');
      await rig.book('cancel', { document: 'LC' });
    }
  });

  it('whose goods are gone is refused, or makes the place short where that is allowed', async () => {
    const docs = [
      doc('receive', 'D', 1, [x('5', { unitCost: '2' })]),
      doc('issue', 'I', 2, [x('5')]),
    ];
    const strict = await booked(docs);
    assert.equal(await strict.refused(...cancel), 'STOCK_INSUFFICIENT');
    const loose = new LedgerRig({ policy: { negative: 'allow' } });
    for (const one of docs) await loose.book(...one);
    await loose.book(...cancel);
    assert.equal(await loose.stock('X', 'A'), '-5');
    assert.equal(await loose.pool('X'), '-5 @ 0.00');
    const without = new LedgerRig({ policy: { negative: 'allow' } });
    await without.book(...docs[1]!);
    assert.deepEqual(await loose.state(), await without.state());
  });

  it('is all of it or nothing', async () => {
    const rig = await booked([
      ...first,
      doc('receive', 'D', 4, [x('5'), x('5', { sku: 'W' })]),
      doc('issue', 'I9', 5, [x('5', { sku: 'W' })]),
    ]);
    const state = await rig.state();
    assert.equal(await rig.refused(...cancel), 'STOCK_INSUFFICIENT');
    assert.deepEqual(await rig.state(), state);
  });

  it('may be booked and cancelled in one commit, with what depends on it', async () => {
    const rig = await booked(first);
    const refusals = await rig.send([
      kinds.receipt!,
      doc('issue', 'I9', 11, [x('1', { sku: 'L', lot: 'L9' })]),
      cancel,
      ['cancel', { document: 'I9' }],
      cancel,
      cancel,
    ]);
    assert.deepEqual(
      refusals.map((refusal) => refusal?.code),
      [undefined, undefined, 'STOCK_INSUFFICIENT', undefined, undefined, 'DOCUMENT_CANCELLED'],
    );
    assert.deepEqual(await rig.state(), await (await booked(first)).state());
  });

  it('leaves what is reserved of a pool reserved, where nothing came into the pool any more', async () => {
    const rig = new LedgerRig({ policy: { negative: 'allow' } });
    await rig.book('receive', { document: 'D', at: day(1), lines: [x('5')] });
    const held = [{ sku: 'X', pool: 'main', quantity: '2' }];
    await rig.book('reservation.create.v1', { reservation: 'V1', at: day(2), lines: held });
    await rig.book(...cancel);
    const reserved = async () =>
      (await rig.store.heads(all)).rows.flatMap(({ pools }) => pools.map((pool) => pool.reserved));
    assert.deepEqual(await reserved(), [2_000_000n]);
    await rig.book('reservation.void.v1', { reservation: 'V1' });
    assert.deepEqual(await reserved(), []);
  });

  it('that produced what went into something else takes the cost out of that as well', async () => {
    const chain = (first: Doc[]): Doc[] => [
      doc('receive', 'R', 1, [x('10', { unitCost: '1' })]),
      ...first,
      doc('produce', 'P1', 3, [x('2', { sku: 'Y' })], { components: [x('2')] }),
      doc('produce', 'P2', 4, [x('1', { sku: 'Z' })], { components: [x('1', { sku: 'Y' })] }),
      doc('issue', 'I', 5, [x('1', { sku: 'Z' })]),
    ];
    const rig = await booked(chain([doc('revalue', 'D', 2, [{ sku: 'X', unitCost: '3' }])]));
    assert.equal(await rig.charged('Z'), 'customer 3.00, production -3.00');
    await rig.book(...cancel);
    assert.deepEqual(await rig.state(), await (await booked(chain([]))).state());
  });
});
