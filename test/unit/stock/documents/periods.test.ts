/** Closed periods: what is dated in one is refused or redirected, and what is closed stays as it is. */
import assert from 'node:assert/strict';
import type { Doc } from '../../../ledgerRig.ts';
import { all, day, LedgerRig } from '../../../ledgerRig.ts';

const doc = (
  type: string,
  document: string,
  number: number,
  quantity: string,
  more: object = {},
): Doc => [
  type,
  { document, at: day(number), lines: [{ sku: 'X', location: 'A', quantity, ...more }] },
];
const receive = (document: string, number: number, quantity: string, unitCost: string): Doc =>
  doc('receive', document, number, quantity, { unitCost });
const issue = (document: string, number: number, quantity: string): Doc =>
  doc('issue', document, number, quantity);
const close = (through: string): Doc => ['period.close.v1', { through }];
const reopen = (reason: string, through?: string): Doc => [
  'period.reopen.v1',
  { reason, ...(through === undefined ? {} : { through }) },
];

describe('a closed period', () => {
  let rig: LedgerRig;
  const book = async (...docs: Doc[]): Promise<void> => {
    for (const one of docs) await rig.book(...one);
  };

  beforeEach(() => {
    rig = new LedgerRig();
  });

  it('takes no document any more, of whatever kind', async () => {
    await book(receive('R1', 5, '10', '1'), ['item.upsert.v1', { sku: 'Y' }], close('2026-01-10'));
    const line = { sku: 'X', location: 'A', quantity: '1' };
    for (const [type, more] of [
      ['receive', {}],
      ['issue', {}],
      ['return', { party: 'customer' }],
      ['transfer', { lines: [{ sku: 'X', from: 'A', to: 'B', quantity: '1' }] }],
      ['adjust', { reason: 'FOUND' }],
      ['count', {}],
      ['status', { lines: [{ ...line, toStatus: 'damaged' }] }],
      ['produce', { components: [line] }],
      ['landed-cost', { amount: '1', lines: [{ receipt: 'R1' }] }],
      ['revalue', { reason: 'X', lines: [{ sku: 'X', amount: '1' }] }],
      ['method', { lines: [{ sku: 'X', valuation: 'average' }] }],
    ] as const) {
      const data = { document: 'D', at: '2026-01-10T23:59:59.999Z', lines: [line], ...more };
      const { code, field } = await rig.refuse(type, data);
      assert.deepEqual([code, field], ['PERIOD_CLOSED', 'at'], type);
    }
    await book(doc('issue', 'I1', 11, '1'));
    assert.equal(await rig.refused('cancel', { document: 'R1' }), 'PERIOD_CLOSED');
    await book(['cancel', { document: 'I1' }]);
  });

  it('ends with its last day in the zone of the owner', async () => {
    rig = new LedgerRig({ policy: { zone: 'Europe/Berlin' } });
    await book(close('2026-03-31'));
    const at = (text: string): Doc => [
      'receive',
      { ...(issue('R', 1, '1')[1] as object), at: text },
    ];
    assert.equal(await rig.refused(...at('2026-03-31T21:59:59.999Z')), 'PERIOD_CLOSED');
    await book(at('2026-03-31T22:00:00.000Z'));
  });

  it('sends documents to the first open day where the owner wants that, and they say so', async () => {
    rig = new LedgerRig({ policy: { closedPeriod: 'redirect', zone: 'Europe/Berlin' } });
    await book(receive('R1', 5, '10', '1'), close('2026-01-31'), issue('I1', 6, '4'));
    const issued = (await rig.entries('X')).at(-1)!;
    assert.equal(issued.at, '2026-01-31T23:00:00.000Z');
    assert.equal(issued.reason, 'dated 2026-01-06, in a closed period');
    await book(['adjust', { ...(issue('A1', 7, '1')[1] as object), reason: 'FOUND' }]);
    const found = (await rig.entries('X')).at(-1)!;
    assert.equal(found.reason, 'FOUND; dated 2026-01-07, in a closed period');
    assert.equal(await rig.refused('cancel', { document: 'R1' }), 'PERIOD_CLOSED');
  });

  it('is closed once, only further on, and reopened with a reason that stays', async () => {
    await book(close('2026-01-10'));
    assert.equal(await rig.refused(...close('2026-01-10')), 'PERIOD_REFUSED');
    assert.equal(await rig.refused(...close('2026-01-05')), 'PERIOD_REFUSED');
    assert.equal(await rig.refused(...reopen('?', '2026-01-20')), 'PERIOD_REFUSED');
    await book(reopen('INVOICE CAME LATE', '2026-01-05'), receive('R1', 6, '1', '1'));
    assert.equal(await rig.refused(...receive('R2', 5, '1', '1')), 'PERIOD_CLOSED');
    await book(reopen('ALL WRONG'), receive('R2', 5, '1', '1'), close('2026-02-01'));
    assert.equal(await rig.refused(...reopen('AGAIN', '2026-02-01')), 'PERIOD_REFUSED');
    const { log } = await rig.store.period();
    assert.deepEqual(
      log.map(({ action, through, reason }) => `${action} ${through} ${reason}`),
      [
        'close 2026-01-10 ',
        'reopen 2026-01-05 INVOICE CAME LATE',
        'reopen  ALL WRONG',
        'close 2026-02-01 ',
      ],
    );
    await book(reopen('TO THE END'));
    assert.equal(await rig.refused(...reopen('ONCE MORE')), 'PERIOD_REFUSED');
  });

  it('of the same commit binds what comes after it, not what came before it', async () => {
    const refusals = await rig.send([
      receive('R1', 5, '1', '1'),
      close('2026-01-10'),
      receive('R2', 5, '1', '1'),
      reopen('NO', '2026-01-04'),
      receive('R3', 5, '1', '1'),
    ]);
    assert.deepEqual(
      refusals.map((refusal) => refusal?.code),
      [undefined, undefined, 'PERIOD_CLOSED', undefined, undefined],
    );
  });

  it('gets no entry from what comes late after it', async () => {
    await book(receive('R1', 5, '10', '1'), issue('I1', 8, '3'), close('2026-01-10'));
    const closed = (await rig.store.ledger({ asOf: day(10) }, all)).rows;
    await book(issue('I2', 20, '2'), receive('R2', 12, '5', '9'));
    await book(doc('count', 'C1', 15, '20'), ['cancel', { document: 'I2' }]);
    await book([
      'landed-cost',
      { document: 'L', at: day(11), amount: '7', lines: [{ receipt: 'R1' }] },
    ]);
    assert.deepEqual((await rig.store.ledger({ asOf: day(10) }, all)).rows, closed);
  });
});

describe('closing a period while costs are found anew', () => {
  const bounds = { recostFacts: 3, checkpointFacts: 2, historyRows: 5 };
  const history: Doc[] = [
    receive('R1', 2, '20', '10'),
    ...Array.from({ length: 8 }, (_, index) => issue(`I${index}`, 3 + index, '1')),
  ];
  let rig: LedgerRig;

  beforeEach(async () => {
    rig = new LedgerRig({ bounds });
    for (const one of history) await rig.book(...one);
  });

  it('is refused as long as some are not final, and says of what', async () => {
    await rig.book(...receive('R0', 1, '5', '2'));
    const { code, message } = await rig.refuse(...close('2026-01-05'));
    assert.equal(code, 'PERIOD_REFUSED');
    assert.match(message, /of 1 SKUs .* X from 2026-01-01/);
    await rig.recostStep();
    await rig.recostStep();
    await rig.book(...close('2026-01-05'));
    const closed = (await rig.store.ledger({ asOf: day(5) }, all)).rows;
    assert.equal(await rig.refused(...close('2026-01-08')), 'PERIOD_REFUSED');
    await rig.recost();
    await rig.book(...close('2026-01-08'));
    assert.deepEqual((await rig.store.ledger({ asOf: day(5) }, all)).rows, closed);
  });

  it('of what came in the same commit is refused too, unless it could be costed at once', async () => {
    const answers = await rig.send([receive('R0', 1, '5', '2'), close('2026-01-05')]);
    assert.deepEqual(
      answers.map((refusal) => refusal?.code),
      [undefined, 'PERIOD_REFUSED'],
    );
    await rig.recost();
    const short = await rig.send([
      issue('I8', 12, '1'),
      receive('R9', 11, '5', '2'),
      close('2026-01-31'),
      issue('I9', 12, '1'),
      issue('I10', 40, '1'),
    ]);
    assert.deepEqual(
      short.map((refusal) => refusal?.code),
      [undefined, undefined, undefined, 'PERIOD_CLOSED', undefined],
    );
    const alone = new LedgerRig();
    for (const one of [
      ...history,
      receive('R0', 1, '5', '2'),
      issue('I8', 12, '1'),
      receive('R9', 11, '5', '2'),
    ]) {
      await alone.book(...one);
    }
    await alone.book(...issue('I10', 40, '1'));
    assert.deepEqual(await rig.state(), await alone.state());
  });

  it('meets a late document of another process: one of the two decides again', async () => {
    const other = new LedgerRig({ store: rig.store, bounds, source: '/other' });
    const answers = await Promise.all([
      other.send([receive('R0', 1, '5', '2')]),
      rig.send([close('2026-01-05')]),
    ]);
    const codes = answers.flat().map((refusal) => refusal?.code);
    assert.ok(codes.includes('PERIOD_REFUSED') || codes.includes('PERIOD_CLOSED'), codes.join());
  });
});
