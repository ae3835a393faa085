/** What was cancelled comes again: which of it is booked, and as what. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqlite } from '../../../core/stores/sqlite/openSqlite.ts';
import { verifyStore } from '../../../core/verify.ts';
import { type Doc, day, LedgerRig } from '../../ledgerRig.ts';

const receive = (quantity: string, more: object = {}): Doc => [
  'receive',
  {
    ...{ document: 'GR-1', at: day(1), ...more },
    lines: [{ sku: 'X', location: 'A', quantity, unitCost: '1' }],
  },
];
const cancel = (more: object = {}): Doc => ['cancel', { document: 'GR-1', ...more }];

describe('a document that was cancelled', () => {
  let rig: LedgerRig;

  /** Codes of refusals under the ids that senders give, in one commit; '' of what is booked or known. */
  const send = async (...messages: [id: string, doc: Doc][]): Promise<string[]> => {
    const [ids, docs] = [messages.map(([id]) => id), messages.map(([, doc]) => doc)];
    const refusals = await rig.send(docs, '/erp', ids);
    return refusals.map((refusal) => refusal?.code ?? '');
  };
  const onHand = (): Promise<string> => rig.stock('X', 'A');
  const ids = async (): Promise<string[]> => (await rig.entries('X')).map((one) => one.messageId);

  beforeEach(() => {
    rig = new LedgerRig();
  });

  for (const together of [true, false]) {
    const how = together ? 'in one commit' : 'one commit after another';
    const sendAll = async (...messages: [id: string, doc: Doc][]): Promise<string[]> => {
      if (together) return send(...messages);
      const codes: string[] = [];
      for (const message of messages) codes.push(...(await send(message)));
      return codes;
    };

    it(`is booked with other content, as the next revision, ${how}`, async () => {
      const codes = await sendAll(
        ['GR-1', receive('10')],
        ['C-1', cancel()],
        ['GR-1', receive('12')],
        ['GR-1', receive('12')],
        ['GR-1', receive('10')],
        ['GR-1', receive('13')],
        ['C-2', cancel()],
        ['GR-1', receive('13')],
        ['GR-1', receive('12')],
      );
      assert.deepEqual(codes, [
        '',
        '',
        '',
        '',
        'DOCUMENT_CANCELLED',
        'ID_CONFLICT',
        '',
        '',
        'DOCUMENT_CANCELLED',
      ]);
      assert.equal(await onHand(), '13');
      assert.deepEqual(await ids(), [
        ...['GR-1', 'C-1', 'GR-1 (revision 2)', 'C-2', 'GR-1 (revision 3)'],
      ]);
    });

    it(`is booked with the same content where it says which revision it is, ${how}`, async () => {
      const codes = await sendAll(
        ['GR-1', receive('10')],
        ['GR-1', receive('10', { revision: '2' })],
        ['C-1', cancel()],
        ['GR-1', receive('10')],
        ['GR-1', receive('10', { revision: '3' })],
        ['GR-1', receive('10', { revision: '2' })],
        ['GR-1', receive('10', { revision: '2' })],
      );
      assert.deepEqual(codes, [
        '',
        'REVISION_REFUSED',
        '',
        'DOCUMENT_CANCELLED',
        'REVISION_REFUSED',
        '',
        '',
      ]);
      assert.equal(await onHand(), '10');
    });

    it(`is cancelled again by who says which revision, and never by a replay, ${how}`, async () => {
      const codes = await sendAll(
        ['GR-1', receive('10')],
        ['C-1', cancel()],
        ['C-1', cancel()],
        ['C-1', cancel({ revision: '2' })],
        ['GR-1', receive('12')],
        ['C-1', cancel()],
        ['C-1', cancel({ revision: '2' })],
        ['C-1', cancel({ revision: '2' })],
        ['C-1', cancel()],
      );
      assert.deepEqual(codes, ['', '', '', 'DOCUMENT_UNKNOWN', '', 'REVISION_REFUSED', '', '', '']);
      assert.equal(await onHand(), '');
    });
  }

  it('is known to who has never seen it', async () => {
    await send(['GR-1', receive('10')], ['C-1', cancel()]);
    rig = new LedgerRig({ store: rig.store, source: '/again' });
    assert.deepEqual(await send(['GR-1', receive('10')]), ['DOCUMENT_CANCELLED']);
    assert.deepEqual(await send(['GR-1', receive('12')]), ['']);
    assert.equal(await onHand(), '12');
  });

  it('in part, by the source that it is of, is cancelled of that source alone', async () => {
    await send(['GR-1', receive('10')], ['GR-1b', receive('5')]);
    await rig.send([receive('1')], '/other', ['GR-1']);
    await send(['C-1', cancel({ origin: '/erp' })]);
    assert.deepEqual(await send(['GR-1', receive('10')], ['GR-1b', receive('6')]), [
      'DOCUMENT_CANCELLED',
      '',
    ]);
    const [refusal] = await rig.send([receive('2')], '/other', ['GR-1']);
    assert.equal(refusal?.code, 'ID_CONFLICT');
    assert.equal(await onHand(), '7');
  });

  it('through its receipt is sent again as well', async () => {
    const landed = (amount: string): Doc => [
      'landed-cost',
      { document: 'LC-1', at: day(2), amount, lines: [{ receipt: 'GR-1' }] },
    ];
    await send(['GR-1', receive('10')], ['LC-1', landed('5')], ['C-1', cancel()]);
    assert.deepEqual(await send(['LC-1', landed('6')]), ['DOCUMENT_UNKNOWN']);
    const codes = await send(['GR-1', receive('12')], ['LC-1', landed('5')], ['LC-1', landed('6')]);
    assert.deepEqual(codes, ['', 'DOCUMENT_CANCELLED', '']);
    assert.equal(await rig.pool('X'), '12 @ 18.00');
  });

  it('leaves books that verify, and are known again when they are opened', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'revisions-'));
    for (const quantity of ['12', '13']) {
      const store = await openSqlite(folder);
      rig = new LedgerRig({ store, source: `/opened for ${quantity}` });
      await send(['GR-1', receive('10')], ['C-1', cancel()], ['GR-1', receive('12')]);
      assert.deepEqual(await send(['GR-1', receive(quantity)]), [
        quantity === '12' ? '' : 'ID_CONFLICT',
      ]);
      assert.deepEqual((await verifyStore(store, rig.policy)).differences, []);
      assert.equal(await onHand(), '12');
      await store.close();
    }
    await rm(folder, { recursive: true });
  });
});
