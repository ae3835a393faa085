/**
 * What other writers do in the middle of a round: the round notices, or it was decided on what they
 * left. Each rig is a process of its own over one store.
 */

import assert from 'node:assert/strict';
import type { Commit, CommitMaker } from '../../../core/commit.ts';
import { eventsOf } from '../../../core/deliver/stockEvents.ts';
import type { StockChanged } from '../../../core/message.ts';
import type { CommitResult, Loaded, LoadRequest } from '../../../core/ports.ts';
import { OutboxTexts } from '../../../core/relay/movedText.ts';
import type { Doc } from '../../ledgerRig.ts';
import { all, day, LedgerRig } from '../../ledgerRig.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';

/** Lets somebody else do something just before the n-th question or commit. */
class CrowdedStore extends MemoryStore {
  beforeLoad: (() => Promise<void>)[] = [];
  beforeCommit: (() => Promise<void>)[] = [];

  override async load(request: LoadRequest): Promise<Loaded> {
    await this.beforeLoad.shift()?.();
    return super.load(request);
  }

  override async commit(decided: Commit | CommitMaker): Promise<CommitResult> {
    await this.beforeCommit.shift()?.();
    return super.commit(decided);
  }
}

const nothing = async (): Promise<void> => undefined;

const receive = (document: string, quantity: string, more: object = {}, at = day(1)): Doc => [
  'receive',
  { document, at, lines: [{ sku: 'X', location: 'A', quantity, unitCost: '1', ...more }] },
];
const issue = (document: string, quantity: string, more: object = {}, at = day(2)): Doc => [
  'issue',
  { document, at, lines: [{ sku: 'X', location: 'A', quantity, ...more }] },
];
const cancel = (document: string): Doc => ['cancel', { document }];

describe('a round among other writers', () => {
  let store: CrowdedStore;
  let here: LedgerRig;
  let there: LedgerRig;

  beforeEach(() => {
    store = new CrowdedStore();
    here = new LedgerRig({ store, source: '/here' });
    there = new LedgerRig({ store, source: '/there' });
  });

  it('lets no document into a period that was closed after the document was decided', async () => {
    await there.book(...receive('R0', '5', { sku: 'L' }));
    // The second document makes the round read again, and by then the period is closed.
    const close = () => there.book('period.close.v1', { through: '2026-01-31' });
    store.beforeLoad = [nothing, close];
    const answers = await here.send([receive('R1', '5'), cancel('R0')]);
    assert.deepEqual(
      answers.map((refusal) => refusal?.code),
      ['PERIOD_CLOSED', 'PERIOD_CLOSED'],
    );
    assert.deepEqual(await here.entries('X'), []);
  });

  it('decides again when the period is closed just before its commit', async () => {
    store.beforeCommit = [() => there.book('period.close.v1', { through: '2026-01-31' })];
    assert.equal(await here.refused(...receive('R1', '5')), 'PERIOD_CLOSED');
  });

  it('decides again when a document has got another entry since it read its SKU', async () => {
    await here.book(...receive('R1', '5'));
    await there.book(...cancel('R1'));
    assert.equal(await here.refused(...cancel('R1')), 'DOCUMENT_CANCELLED');
    assert.equal(await here.stock('X', 'A'), '');
  });

  it('refuses a cancellation only for what is so now, not for what was so when it last looked', async () => {
    await here.book(...receive('R1', '5'));
    await here.book(...issue('I1', '5'));
    await there.book(...receive('R2', '5'));
    await here.book(...cancel('R1'));
    assert.equal(await here.stock('X', 'A'), '');
    assert.equal(await here.pool('X'), '0 @ 0.00');
  });

  it('retries a round with refused, late and booked documents, and nothing of the first try stays', async () => {
    await here.book(...receive('R1', '10', { unitCost: '3' }, day(3)));
    await here.book(...issue('I1', '4', {}, day(4)));
    store.beforeCommit = [
      () => there.book(...issue('I2', '1', {}, day(5))),
      nothing,
      () => there.book(...receive('R2', '1', { unitCost: '9' }, day(6))),
    ];
    const answers = await here.send([
      issue('I3', '50', {}, day(7)),
      receive('R0', '2', { unitCost: '1' }, day(1)),
      issue('I4', '2', {}, day(7)),
    ]);
    assert.deepEqual(
      answers.map((refusal) => refusal?.code),
      ['STOCK_INSUFFICIENT', undefined, undefined],
    );
    const alone = new LedgerRig();
    for (const doc of [
      receive('R0', '2', { unitCost: '1' }, day(1)),
      receive('R1', '10', { unitCost: '3' }, day(3)),
      issue('I1', '4', {}, day(4)),
      issue('I2', '1', {}, day(5)),
      receive('R2', '1', { unitCost: '9' }, day(6)),
      issue('I4', '2', {}, day(7)),
    ]) {
      await alone.book(...doc);
    }
    assert.deepEqual(await here.state(), await alone.state());
    const seqs = (await here.entries('X')).map(({ seq }) => seq);
    assert.deepEqual(
      seqs,
      seqs.map((_, index) => index + 1),
    );
    assert.equal((await store.parked()).rows.length, 1);
  });

  it('books what two processes send about one SKU as if it had come one after the other', async () => {
    const documents = (prefix: string): Doc[] =>
      Array.from({ length: 12 }, (_, index) => {
        const at = day(2 + ((index * 7) % 11));
        return index % 3 === 0
          ? receive(`${prefix}R${index}`, '9', { unitCost: `${1 + index}` }, at)
          : issue(`${prefix}I${index}`, '1', {}, day(14, index));
      });
    await here.book(...receive('R', '20'));
    await Promise.all([
      (async () => {
        for (const doc of documents('a')) await here.book(...doc);
      })(),
      (async () => {
        for (const doc of documents('b')) await there.book(...doc);
      })(),
    ]);
    const known = await here.entries('X');
    const facts = known.filter(({ corrects }) => corrects === undefined);
    const alone = new LedgerRig();
    const inOrder = facts.toSorted((one, other) =>
      one.at === other.at ? one.seq - other.seq : one.at < other.at ? -1 : 1,
    );
    const sent = [receive('R', '20'), ...documents('a'), ...documents('b')];
    for (const { document } of inOrder) {
      await alone.book(
        ...sent.find(([, data]) => (data as { document: string }).document === document)!,
      );
    }
    assert.equal(facts.length, 25);
    assert.deepEqual(await here.state(), await alone.state());
  });

  it('leaves no trace of a refused document in the layers of those after it', async () => {
    await here.book(...receive('R0', '1'));
    await here.send([
      [
        'receive',
        {
          document: 'R1',
          at: day(1),
          lines: [
            { sku: 'X', location: 'A', quantity: '5', unitCost: '1' },
            { sku: 'X', location: 'customer', quantity: '5' },
          ],
        },
      ],
      receive('R2', '5', { unitCost: '2' }, day(1)),
    ]);
    const { rows } = await store.layers();
    assert.deepEqual(
      rows.map(({ seq, part, quantity }) => [seq, part, quantity]),
      [
        [1, 1, 1_000_000n],
        [2, 1, 5_000_000n],
      ],
    );
    const [head] = (await store.heads()).rows;
    assert.equal(head?.seq, 2);
  });

  it('writes no layer of a refused document with what another document of the commit changes', async () => {
    const alone = new LedgerRig();
    // So many rows that the commit writes what it changes, and not all that there is.
    const places = Array.from({ length: 20 }, (_, index) => `P${index}`);
    const many = places.map((location) => ({ sku: 'X', location, quantity: '1', unitCost: '1' }));
    const opened: Doc = ['receive', { document: 'R1', at: day(1), lines: many }];
    for (const rig of [here, alone]) await rig.book(...opened);
    const lines = [
      { sku: 'X', location: 'P1', quantity: '5', unitCost: '7' },
      { sku: 'X', location: 'customer', quantity: '5' },
    ];
    const taken = issue('I1', '1', { location: 'P1' });
    const answers = await here.send([['receive', { document: 'R0', at: day(1), lines }], taken]);
    assert.deepEqual(
      answers.map((refusal) => refusal?.field),
      ['lines[1].location', undefined],
    );
    await alone.book(...taken);
    assert.equal((await store.heads()).rows[0]!.sinceBase.packs, 1);
    assert.deepEqual(await here.state(), await alone.state());
  });

  it('parks a message of a type that it does not know, as one of a newer intake may be', async () => {
    assert.equal(
      await here.refused('stock.teleport.v1', { document: 'T1', at: day(1) }),
      'MESSAGE_INVALID',
    );
    assert.equal((await store.parked()).rows.length, 1);
  });
});

describe('a round and the limit of what it costs anew', () => {
  it('posts what several late documents change once for each document that they change', async () => {
    const rig = new LedgerRig();
    await rig.book(...receive('R1', '10', { unitCost: '10' }, day(5)));
    await rig.book(...issue('I1', '6', {}, day(6)));
    await rig.send([
      receive('R2', '2', { unitCost: '1' }, day(1)),
      receive('R3', '2', { unitCost: '2' }, day(2)),
      issue('I2', '1', {}, day(3)),
    ]);
    assert.deepEqual(await rig.moves('X'), [
      'receive supplier>A 10 @ 100.00',
      'issue A>customer 6 @ 60.00',
      'receive supplier>A 2 @ 2.00',
      'receive supplier>A 2 @ 4.00',
      'issue A>customer 1 @ 1.00',
      'recost A>customer 0 @ -25.00',
    ]);
    const recost = (await rig.entries('X')).at(-1)!;
    assert.deepEqual(
      [recost.document, recost.corrects, recost.by, recost.at],
      ['I1', 2, 2, day(6)],
    );
  });

  it('refuses what rests on costs by those of all that came before, whether committed or not', async () => {
    const method = (document: string, number: number, valuation: string): Doc => [
      'method',
      { document, at: day(number), lines: [{ sku: 'X', valuation }] },
    ];
    const revalue = (document: string, number: number, amount: string): Doc => [
      'revalue',
      { document, at: day(number), reason: 'OLD', lines: [{ sku: 'X', amount }] },
    ];
    const docs = [
      method('M1', 1, 'lifo'),
      method('M2', 4, 'fifo'),
      method('M3', 5, 'fifo'),
      receive('R2', '1', { unitCost: '5' }, day(2)),
      revalue('W1', 6, '-15'),
      revalue('W2', 6, '-1'),
    ];
    const apart = new LedgerRig();
    const together = new LedgerRig();
    for (const rig of [apart, together]) {
      await rig.book(...receive('R1', '1', { unitCost: '10' }, day(3)));
    }
    const answers = [];
    for (const doc of docs) answers.push(...(await apart.send([doc])));
    assert.deepEqual(await together.send(docs), answers);
    assert.deepEqual(
      answers.map((refusal) => refusal?.code),
      [undefined, undefined, 'METHOD_REFUSED', undefined, 'REVALUE_REFUSED', undefined],
    );
    assert.deepEqual(await together.state(), await apart.state());
  });

  it('follows what is repacked into itself in one pass, however often it is', async () => {
    let documentsRead = 0;
    class Counting extends MemoryStore {
      override async ledger(filter: Parameters<MemoryStore['ledger']>[0]) {
        if (filter.document !== undefined) documentsRead += 1;
        return super.ledger(filter);
      }
    }
    const rig = new LedgerRig({ store: new Counting() });
    const x = (quantity: string) => ({ sku: 'X', location: 'A', quantity });
    const y = { sku: 'Y', location: 'A', quantity: '1' };
    await rig.book(...receive('R1', '100', { unitCost: '1' }, day(2)));
    await rig.book('receive', { document: 'RY', at: day(2), lines: [{ ...y, unitCost: '7' }] });
    for (let number = 0; number < 40; number += 1) {
      const made = { document: `P${number}`, at: day(3, number) };
      const components = number === 20 ? [x('90'), y] : [x('90')];
      const share = { share: '1' };
      const lines = [
        { ...x('30'), ...share },
        { ...x('60'), ...share },
      ];
      await rig.book('produce', { ...made, components, lines, additionalCost: '1' });
    }
    const before = documentsRead;
    await rig.book(...receive('R0', '50', { unitCost: '4' }, day(1)));
    assert.equal(documentsRead, before);
    assert.equal(await rig.pool('X'), '150 @ 347.00');
    await rig.book('cancel', { document: 'R0' });
    assert.equal(await rig.pool('X'), '100 @ 147.00');
  });

  it('gives out events with the values that the entries have in the end', async () => {
    const rig = new LedgerRig();
    await rig.book(...receive('R1', '10', { unitCost: '10' }, day(5)));
    const before = (await rig.store.outbox(100)).map(({ id }) => id);
    await rig.store.published(before, day(1));
    await rig.send([
      issue('I1', '1', {}, day(6)),
      receive('R2', '2', { unitCost: '1' }, day(1)),
      issue('I2', '1', {}, day(3)),
    ]);
    const [record] = await rig.store.outbox(100);
    const events = eventsOf(await new OutboxTexts(rig.store).textOf(record!.body));
    assert.deepEqual(
      events.map(({ data }) => {
        const { document, change, value } = data as StockChanged;
        return [document, change, value];
      }),
      [
        ['I1', '-1', '-1.00'],
        ['R2', '2', '2.00'],
        ['I2', '-1', '-1.00'],
      ],
    );
    const { rows } = await rig.store.ledger({ sku: 'X' }, all);
    assert.deepEqual(
      rows.map(({ document, value }) => `${document} ${value}`),
      ['R1 10000', 'I1 100', 'R2 200', 'I2 100'],
    );
  });
});
