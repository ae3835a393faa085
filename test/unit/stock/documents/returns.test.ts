/** What comes back from customers and goes back to suppliers, and what it costs. */
import assert from 'node:assert/strict';
import { schemas } from '../../../../core/catalog.ts';
import { commandCheck } from '../../../../core/flow/commandCheck.ts';
import { messageSchemas } from '../../../../core/flow/messageSchemas.ts';
import type { Command } from '../../../../core/message.ts';
import { verifyStore } from '../../../../core/verify.ts';
import { type Doc, day, LedgerRig } from '../../../ledgerRig.ts';

describe('returns', () => {
  let rig: LedgerRig;

  const doc = (document: string, number: number, quantity: string, more: object = {}) => {
    const { unitCost, lines, ...rest } = more as { unitCost?: string; lines?: object[] };
    const line = { sku: 'X', location: 'A', quantity, ...(unitCost ? { unitCost } : {}) };
    return { document, at: day(number), lines: lines ?? [line], ...rest };
  };
  const receive = (document: string, number: number, quantity: string, unitCost: string) =>
    rig.book('receive', doc(document, number, quantity, { unitCost }));
  const issue = (document: string, number: number, quantity: string) =>
    rig.book('issue', doc(document, number, quantity));
  const back = (document: string, number: number, quantity: string, more: object = {}) =>
    rig.book('return', doc(document, number, quantity, { party: 'customer', ...more }));
  const toSupplier = (document: string, number: number, quantity: string, more: object = {}) =>
    back(document, number, quantity, { party: 'supplier', ...more });
  /** What a document moved, all its corrections counted in. */
  const worth = async (document: string): Promise<string> =>
    rig.money((await rig.entries('X', { document })).reduce((sum, { value }) => sum + value, 0n));

  it('state who returns or takes back: nobody guesses the sign', () => {
    const check = commandCheck({ ajv: messageSchemas(schemas) });
    const command = (more: object) => {
      const data = doc('C1', 1, '5', more);
      return { type: 'stock.return.v1', data } as unknown as Command;
    };
    assert.equal(check(command({}))?.at?.field, 'party');
    assert.equal(check(command({ party: 'customer' })), undefined);
  });

  for (const valuation of ['fifo', 'lifo', 'average', 'lot']) {
    it(`by ${valuation} come back at the cost of the issue that they refer to`, async () => {
      rig = new LedgerRig();
      await rig.item('X', { valuation });
      await receive('R1', 1, '2', '10');
      await issue('I1', 2, '2');
      await receive('R2', 3, '10', '30');
      await issue('I2', 4, '1');
      await back('C1', 5, '1', { reference: 'I1' });
      assert.equal(await worth('C1'), '10.00');
      await back('C2', 6, '1', { reference: 'I1' });
      assert.equal(await worth('C2'), '10.00');
    });
  }

  it('by lot come back at what their own lot cost, and only what is ours counts', async () => {
    rig = new LedgerRig();
    await rig.item('X', { valuation: 'lot', tracking: 'lot' });
    const line = (quantity: string, lot: string, more: object = {}) => ({
      ...{ sku: 'X', location: 'A', quantity, lot },
      ...more,
    });
    const received = [
      line('3', 'B1', { unitCost: '300' }),
      line('2', 'B2', { unitCost: '100' }),
      line('2', 'B2', { owner: 'V-1' }),
    ];
    await rig.book('receive', doc('R1', 1, '', { lines: received }));
    const issued = [line('3', 'B1'), line('2', 'B2'), line('2', 'B2', { owner: 'V-1' })];
    await rig.book('issue', doc('I1', 2, '', { lines: issued }));
    await back('C1', 3, '', { reference: 'I1', lines: [line('2', 'B1')] });
    assert.equal(await worth('C1'), '600.00');
    await back('C2', 4, '', { reference: 'I1', lines: [line('2', 'B2')] });
    assert.equal(await worth('C2'), '200.00');
  });

  it('at standard cost come back at the standard, and leave a variance', async () => {
    rig = new LedgerRig();
    await rig.item('X', { valuation: 'standard', standardCost: '10' });
    await receive('R1', 1, '5', '12');
    await issue('I1', 2, '2');
    await rig.book('revalue', {
      ...{ document: 'W1', at: day(3), reason: 'NEW' },
      lines: [{ sku: 'X', unitCost: '11' }],
    });
    await back('C1', 4, '1', { reference: 'I1' });
    assert.equal(await rig.pool('X'), '4 @ 44.00');
    assert.deepEqual(await rig.moves('X', { document: 'C1' }), [
      'return customer>A 1 @ 10.00',
      'variance A>adjustment 0 @ -1.00',
    ]);
  });

  describe('by FIFO', () => {
    beforeEach(async () => {
      rig = new LedgerRig();
      await receive('R1', 1, '5', '10');
      await receive('R2', 2, '5', '20');
    });

    it('without a reference come back at what stock costs now, or at the cost stated', async () => {
      await issue('I1', 3, '5');
      await back('C1', 4, '1');
      assert.equal(await worth('C1'), '20.00');
      await back('C2', 4, '1', { unitCost: '7' });
      assert.equal(await worth('C2'), '7.00');
      await issue('I2', 5, '7');
      await back('C3', 6, '1');
      assert.equal(await worth('C3'), '7.00');
    });

    it('with a reference that nobody knows come back at what stock costs now', async () => {
      await issue('I1', 3, '5');
      await back('C1', 4, '1', { reference: 'I9' });
      assert.equal(await worth('C1'), '20.00');
    });

    it('stated with a cost come back at that, also where they refer to a document', async () => {
      await issue('I1', 3, '5');
      await back('C1', 4, '1', { reference: 'I1', unitCost: '12' });
      assert.equal(await worth('C1'), '12.00');
      await receive('R3', 5, '1', '12');
      await toSupplier('S1', 6, '1', { unitCost: '12' });
      assert.equal(await worth('S1'), '12.00');
    });

    it('take a part of the whole issue, in whatever lines it was', async () => {
      await rig.book(
        'issue',
        doc('I1', 3, '', {
          lines: [
            { sku: 'X', location: 'A', quantity: '5' },
            { sku: 'X', location: 'A', quantity: '1' },
          ],
        }),
      );
      await back('C1', 4, '2', { reference: 'I1' });
      assert.equal(await worth('C1'), '23.33');
    });

    it('go back to the supplier as any issue before their receipt, whenever they are learnt', async () => {
      await toSupplier('S2', 1, '1', { reference: 'R2' });
      await toSupplier('S1', 3, '5', { reference: 'R2' });
      assert.equal(await worth('S2'), '10.00');
      assert.equal(await rig.pool('X'), '4 @ 40.00');
    });

    it('go back to the supplier out of the receipt that they refer to, as far as it is there', async () => {
      await toSupplier('S1', 3, '2', { reference: 'R2' });
      assert.equal(await worth('S1'), '40.00');
      assert.equal(await rig.layers('X'), '5 @ 50.00, 3 @ 60.00');
      await toSupplier('S2', 4, '4', { reference: 'R2' });
      assert.equal(await worth('S2'), '70.00');
      assert.equal(await rig.layers('X'), '4 @ 40.00');
      assert.equal(
        await rig.refused('return', doc('S3', 5, '5', { party: 'supplier' })),
        'STOCK_INSUFFICIENT',
      );
    });

    it('go back to the supplier oldest first, or out of layers of the cost stated', async () => {
      await toSupplier('S1', 3, '1');
      assert.equal(await worth('S1'), '10.00');
      await toSupplier('S2', 3, '1', { unitCost: '20' });
      assert.equal(await worth('S2'), '20.00');
      assert.equal(await rig.layers('X'), '4 @ 40.00, 4 @ 80.00');
    });

    it('that come before what they refer to arrives are set right when it does', async () => {
      await back('C1', 6, '1', { reference: 'I1' });
      assert.equal(await worth('C1'), '15.00');
      await issue('I1', 4, '1');
      assert.equal(await worth('C1'), '10.00');
      const recost = (await rig.entries('X')).at(-1)!;
      assert.deepEqual([recost.kind, recost.document, recost.reference], ['recost', 'C1', 'I1']);
      await toSupplier('S1', 7, '1', { reference: 'R3' });
      assert.equal(await worth('S1'), '10.00');
      await receive('R3', 5, '1', '99');
      assert.equal(await worth('S1'), '99.00');
    });

    it('follow what the issue costs in the end: a receipt that comes late, a true-up, a cancellation', async () => {
      await issue('I1', 3, '1');
      await back('C1', 4, '1', { reference: 'I1' });
      await receive('R0', 1, '1', '1');
      await rig.book('cancel', { document: 'R1' });
      assert.equal(await worth('I1'), '1.00');
      assert.equal(await worth('C1'), '1.00');
      await rig.book('cancel', { document: 'I1' });
      assert.equal(await worth('C1'), '16.83');
    });
  });

  it('to a supplier leave at what came into the stock, without the variance of the receipt', async () => {
    rig = new LedgerRig();
    await rig.item('X', { valuation: 'standard', standardCost: '10' });
    await receive('R1', 1, '2', '16');
    await rig.book('method', doc('M1', 2, '', { lines: [{ sku: 'X', valuation: 'average' }] }));
    await toSupplier('S1', 3, '1', { reference: 'R1' });
    assert.equal(await worth('S1'), '16.00');
    const before = await rig.state();
    await issue('I0', 2, '1');
    await rig.book('cancel', { document: 'I0' });
    assert.deepEqual(await rig.state(), before);
  });

  it('of what was short come back at what it turned out to cost', async () => {
    rig = new LedgerRig({ policy: { negative: 'allow' } });
    await receive('R1', 1, '1', '10');
    await issue('I1', 2, '3');
    await receive('R2', 3, '5', '16');
    await back('C1', 4, '3', { reference: 'I1' });
    assert.equal(await worth('C1'), '42.00');
    assert.equal(await rig.charged('X'), 'supplier -90.00');
  });

  it('by average go back to the supplier at the cost of their receipt, never below nothing', async () => {
    rig = new LedgerRig();
    await rig.item('X', { valuation: 'average' });
    await receive('R1', 1, '5', '10');
    await receive('R2', 2, '5', '20');
    await toSupplier('S1', 3, '5', { reference: 'R2' });
    assert.equal(await rig.pool('X'), '5 @ 50.00');
    await issue('I1', 4, '4');
    await toSupplier('S2', 5, '1', { reference: 'R2' });
    assert.equal(await worth('S2'), '10.00');
    assert.equal(await rig.pool('X'), '0 @ 0.00');
  });

  describe('of one document in one commit', () => {
    const line = (quantity: string, more = {}) => ({ sku: 'X', location: 'A', quantity, ...more });
    const returned = (index: number, reference = 'I1', more: object[] = []): Doc => [
      'return',
      {
        ...{ document: `C${index}`, at: day(4, index), party: 'customer', reference },
        lines: [line('1'), ...more],
      },
    ];
    const shipped: Doc[] = [
      ['receive', doc('R1', 1, '60', { unitCost: '0.013' })],
      ['issue', doc('I1', 2, '50')],
      ['issue', doc('I2', 2, '10')],
    ];

    it('cost as they do one by one, whatever is booked or refused between them', async () => {
      const story: Doc[] = [
        ...shipped,
        ...[1, 2, 3].map((index) => returned(index)),
        returned(4, 'I1', [line('1', { location: 'supplier' })]),
        returned(5, 'I2'),
        [
          'landed-cost',
          { document: 'L1', at: day(4, 6), amount: '0.31', lines: [{ receipt: 'R1' }] },
        ],
        returned(7),
        ['receive', doc('R0', 1, '7', { unitCost: '0.11', at: day(1, -5) })],
        returned(8),
        ['cancel', { document: 'C2', at: day(4, 9) }],
        returned(10),
        ['issue', { document: 'I1', at: day(4, 11), lines: [line('2', { line: '9' })] }],
        returned(12),
        returned(13, 'I2'),
      ];
      const told: unknown[] = [];
      for (const commits of [
        story.map((one) => [one]),
        [story],
        [story.slice(0, 5), story.slice(5)],
      ]) {
        rig = new LedgerRig({ policy: { negative: 'allow' } });
        for (const docs of commits) await rig.send(docs);
        const documents = [
          'I1',
          'I2',
          ...[1, 2, 3, 5, 7, 8, 10, 12, 13].map((index) => `C${index}`),
        ];
        told.push([await rig.state(), await Promise.all(documents.map(worth))]);
        assert.deepEqual((await verifyStore(rig.store, rig.policy)).differences, []);
      }
      assert.deepEqual(told[1], told[0]);
      assert.deepEqual(told[2], told[0]);
    });

    it('look it up as often as there are few of them', async () => {
      const lookups = async (count: number): Promise<number> => {
        rig = new LedgerRig({ policy: { negative: 'allow' } });
        await rig.send(shipped);
        const { documents } = rig.workspace;
        const partsOf = documents.partsOf.bind(documents);
        let asked = 0;
        documents.partsOf = (document) => {
          asked += 1;
          return partsOf(document);
        };
        const docs = Array.from({ length: count }, (_, index) =>
          returned(index, index % 2 ? 'I1' : 'I2'),
        );
        await rig.send(docs);
        return asked;
      };
      const few = await lookups(4);
      assert.ok(few > 0);
      assert.equal(await lookups(20), few);
    });
  });
});
