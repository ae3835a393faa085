/** Histories that are too long for one commit, with bounds so small that a few documents are too long. */
import assert from 'node:assert/strict';
import { Recoster } from '../../../core/apply/Recoster.ts';
import { SkuTurns, turnTimes } from '../../../core/apply/SkuTurns.ts';
import { StockbusError } from '../../../core/errors.ts';
import type { Recost } from '../../../core/ledger.ts';
import { limits } from '../../../core/limits.ts';
import type { Command } from '../../../core/message.ts';
import { noMetrics } from '../../../core/runtime.ts';
import { Workspace } from '../../../core/stock/workspace.ts';
import type { Doc, RigParts } from '../../ledgerRig.ts';
import { all, day, LedgerRig } from '../../ledgerRig.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';

const bounds = { recostFacts: 3, checkpointFacts: 2, historyRows: 4 };

const move =
  (type: string) =>
  (document: string, number: number, sku: string, quantity: string, more: object = {}): Doc => [
    type,
    { document, at: day(number), lines: [{ sku, location: 'A', quantity, ...more }] },
  ];
const receive = move('receive');
const issue = move('issue');
const produce = (
  document: string,
  number: number,
  from: [string, string],
  to: [string, string],
): Doc => [
  'produce',
  {
    document,
    at: day(number),
    components: [{ sku: from[0], location: 'A', quantity: from[1] }],
    lines: [{ sku: to[0], location: 'A', quantity: to[1] }],
  },
];
const cancel = (document: string): Doc => ['cancel', { document }];

/** Ten of X came at 10, and one goes every day. */
const sales: Doc[] = [
  receive('R1', 2, 'X', '10', { unitCost: '10' }),
  ...Array.from({ length: 8 }, (_, index) => issue(`I${index}`, 3 + index, 'X', '1')),
];

async function booked(docs: readonly Doc[], parts: RigParts = {}): Promise<LedgerRig> {
  const rig = new LedgerRig(parts);
  for (const doc of docs) await rig.book(...doc);
  return rig;
}

const waiting = async ({ store }: LedgerRig): Promise<(Recost & { sku: string })[]> =>
  (await store.recosts(all)).rows.map(({ sku, recost }) => ({ sku, ...recost! }));

/** The same documents without any bound end in the same books. */
async function asInline(rig: LedgerRig, docs: readonly Doc[], parts: RigParts = {}): Promise<void> {
  assert.deepEqual(await rig.state(), await (await booked(docs, parts)).state());
}

describe('costs that are found in the background', () => {
  it('are found step by step, and each step says how far it has come', async () => {
    const late = receive('R0', 1, 'X', '5', { unitCost: '2' });
    const rig = await booked([...sales, late], { bounds });
    assert.equal(await rig.stock('X', 'A'), '7');
    const seen = [];
    for (let turn = 0; turn < 10; turn += 1) {
      const [{ at, done, total } = { at: '', done: -1, total: -1 }] = await waiting(rig);
      seen.push([at.slice(0, 10), done, total]);
      if (done < 0) break;
      await rig.recostStep();
    }
    assert.deepEqual(seen, [
      ['2026-01-01', 0, 10],
      ['2026-01-04', 3, 10],
      ['2026-01-07', 6, 10],
      ['2026-01-10', 9, 10],
      ['', -1, -1],
    ]);
    await asInline(rig, [...sales, late]);
  });

  it('are those of all documents that come meanwhile, of now, of later and of before', async () => {
    const docs = [
      ...sales,
      receive('R0', 1, 'X', '5', { unitCost: '2' }),
      issue('I8', 20, 'X', '1'),
      receive('R2', 6, 'X', '5', { unitCost: '30' }),
      cancel('I3'),
      [
        'landed-cost',
        { document: 'L1', at: day(4), amount: '7', lines: [{ receipt: 'R1' }] },
      ] as Doc,
      receive('R3', 1, 'X', '1', { unitCost: '1' }),
      issue('I9', 21, 'X', '2'),
    ];
    const rig = new LedgerRig({ bounds });
    for (const doc of docs) {
      await rig.book(...doc);
      await rig.recostStep();
    }
    await rig.recost();
    assert.deepEqual(await waiting(rig), []);
    await asInline(rig, docs);
  });

  it('go on into what was produced, and into what was produced of that', async () => {
    const docs = [
      ...sales,
      produce('P1', 12, ['X', '2'], ['Y', '4']),
      ...Array.from({ length: 5 }, (_, index) => issue(`J${index}`, 13 + index, 'Y', '0.5')),
      produce('P2', 20, ['Y', '1'], ['Z', '2']),
      ...Array.from({ length: 5 }, (_, index) => issue(`K${index}`, 21 + index, 'Z', '0.3')),
      receive('R0', 1, 'X', '9', { unitCost: '2' }),
    ];
    const rig = await booked(docs, { bounds });
    await rig.recost();
    await asInline(rig, docs);
  });

  it('take a component that costs what it did at first after all', async () => {
    const docs = [
      receive('R1', 2, 'X', '10', { unitCost: '1' }),
      produce('P1', 3, ['X', '10'], ['Y', '10']),
      ...Array.from({ length: 6 }, (_, index) => issue(`J${index}`, 4 + index, 'Y', '1')),
      receive('R0', 1, 'X', '10', { unitCost: '2' }),
      cancel('R0'),
    ];
    const rig = await booked(docs, { bounds });
    await rig.recost();
    assert.equal(await rig.pool('Y'), '4 @ 4.00');
    await asInline(rig, docs);
  });

  it('come to rest where products are made of each other', async () => {
    const policy = { negative: 'allow' } as const;
    const docs: Doc[] = [
      produce('P1', 1, ['Y', '1'], ['X', '1']),
      produce('P2', 2, ['X', '2'], ['Y', '1']),
      receive('R1', 3, 'X', '1', { unitCost: '1' }),
      ['landed-cost', { document: 'L1', at: day(4), amount: '2', lines: [{ receipt: 'R1' }] }],
    ];
    const rig = new LedgerRig({ bounds, policy });
    for (const doc of docs) {
      await rig.book(...doc);
      await rig.recost();
    }
    await asInline(rig, docs, { policy });
    assert.deepEqual([await rig.pool('X'), await rig.pool('Y')], ['0 @ 0.00', '0 @ 0.00']);
  });

  it('follow a stock that is repacked into itself, again and again', async () => {
    const docs = [
      receive('R1', 2, 'X', '10', { unitCost: '10' }),
      ...Array.from({ length: 8 }, (_, index) =>
        produce(`P${index}`, 3 + index, ['X', '10'], ['X', '10']),
      ),
      issue('I1', 20, 'X', '4'),
      receive('R0', 1, 'X', '1', { unitCost: '3' }),
    ];
    const rig = await booked(docs, { bounds });
    await rig.recost();
    await asInline(rig, docs);
  });

  it('of what came back of a sale that was short follow it where costing begins after both', async () => {
    const policy = { negative: 'allow', pools: { north: ['N'] } } as const;
    const moved = Array.from(
      { length: 7 },
      (_, index): Doc => [
        'transfer',
        {
          ...{ document: `T${index}`, at: day(3, 1 + index) },
          lines: [{ sku: 'X', from: 'A', to: 'B', quantity: '0.1' }],
        },
      ],
    );
    const lines = [{ sku: 'X', location: 'A', quantity: '2' }];
    const docs: Doc[] = [
      receive('R1', 1, 'X', '1', { location: 'N', unitCost: '5' }),
      issue('I1', 2, 'X', '2', { location: 'N' }),
      ['return', { document: 'C1', at: day(3), party: 'customer', reference: 'I1', lines }],
      ...moved,
      receive('R0', 0, 'X', '1', { location: 'S', unitCost: '20' }),
      receive('R2', 4, 'X', '1', { location: 'N', unitCost: '9' }),
      ['landed-cost', { document: 'L1', at: day(5), amount: '1', lines: [{ receipt: 'R2' }] }],
    ];
    const rig = new LedgerRig({ bounds, policy });
    for (const doc of docs) {
      await rig.book(...doc);
      await rig.recost();
    }
    await asInline(rig, docs, { policy });
    assert.equal(await rig.pool('X'), '3 @ 35.00');
  });

  it('are found by another process where the first one stopped', async () => {
    const docs = [...sales, receive('R0', 1, 'X', '5', { unitCost: '2' })];
    const rig = await booked(docs, { bounds });
    await rig.recostStep();
    const other = new LedgerRig({ store: rig.store, bounds, source: '/other' });
    await other.recost();
    await asInline(other, docs);
  });

  it('of one SKU that cannot be costed keep no other waiting, and are told once', async () => {
    const store = new BrokenStore();
    const of = (sku: string): Doc[] => [
      ...sales.map(([type, data]): Doc => [type, named(data, sku)]),
      ['receive', named(receive('R0', 1, 'X', '5', { unitCost: '2' })[1], sku)],
    ];
    const rig = await booked([...of('BAD'), ...of('GOOD')], { store, bounds });
    store.broken = 'BAD';
    rig.log.length = 0;
    await rig.recost();
    assert.deepEqual(
      (await waiting(rig)).map(({ sku }) => sku),
      ['BAD'],
    );
    assert.deepEqual(
      rig.log.filter(({ event }) => event === 'recost.failed').map(({ fields }) => fields.sku),
      ['BAD'],
    );
    store.broken = '';
    await rig.recost();
    assert.deepEqual(await waiting(rig), []);
  });

  it('of a SKU that others have finished begin anew when it waits again', async () => {
    const store = new BrokenStore();
    const late = (number: number) => receive(`R${number}`, 1, 'X', '5', { unitCost: '2' });
    const rig = await booked([...sales, late(10)], { store, bounds });
    const background = new Recoster({ ...rig.parts, committed: () => undefined });
    const isDone = async (pauseMs: number): Promise<boolean> => {
      await background.work(pauseMs);
      return (await waiting(rig)).length === 0;
    };
    assert.equal(await isDone(limits.recostPauseMs), false, 'it is being written');
    await rig.recost();
    assert.equal(await isDone(limits.recostPauseMs), true);
    rig.now += turnTimes.waitMs;
    await rig.book(...late(11));
    assert.equal(await isDone(limits.recostPauseMs), false, 'it is being written again');
    store.broken = 'X';
    assert.equal(await isDone(0), false, 'it cannot be read');
    store.broken = '';
    await rig.recost();
    assert.equal(await isDone(0), true);
    await rig.book(...late(12));
    assert.equal(await isDone(0), true);
  });
});

describe('costs that are found in the background, and rounds of the same process', () => {
  const late = receive('R0', 1, 'X', '5', { unitCost: '2' });
  const commands = [{ type: 'stock.issue.v1', data: issue('I9', 9, 'X', '1')[1] }] as Command[];

  async function beside() {
    const rig = await booked([...sales, late], { bounds });
    const turns = new SkuTurns();
    const conflicts: string[] = [];
    const metrics = { ...noMetrics, count: (name: string) => void conflicts.push(name) };
    const runtime = { ...rig.parts.runtime, metrics };
    const parts = { ...rig.parts, runtime, turns, committed: () => undefined };
    return { rig, turns, conflicts, background: new Recoster(parts) };
  }

  it('give way to a round that is at their SKU, and lose nothing to it', async () => {
    const { rig, turns, conflicts, background } = await beside();
    const turn = turns.enter(rig.workspace);
    await turn.take(commands);
    await background.work();
    assert.equal((await waiting(rig))[0]?.done, 0);
    // Of another SKU they take no notice.
    await turn.take([]);
    await background.work();
    assert.deepEqual([await waiting(rig), conflicts], [[], []]);
  });

  it('are known to the next round, which then needs no second try', async () => {
    const { rig, turns, background } = await beside();
    turns.enter(rig.workspace).leave();
    await rig.book(...issue('I8', 20, 'X', '1'));
    assert.equal(rig.workspace.has('X'), true);
    await background.work();
    turns.enter(rig.workspace).leave();
    assert.equal(rig.workspace.has('X'), false);
  });

  it('have their turn where a SKU is written all the time, and the next round waits for them', async () => {
    const { rig, turns, conflicts, background } = await beside();
    const [first, second] = [turns.enter(rig.workspace), turns.enter(new Workspace(rig.policy))];
    await first.take(commands);
    await background.work(limits.recostPauseMs);
    rig.now += turnTimes.waitMs;
    const done = background.work(limits.recostPauseMs);
    const seen: string[] = [];
    while (!turns.alone) await new Promise(setImmediate);
    const taken = second.take(commands).then(() => seen.push('second round'));
    // Whoever is at it goes on, and waits for nobody.
    await first.take(commands);
    seen.push('first round');
    first.leave();
    await taken;
    assert.deepEqual(seen, ['first round', 'second round']);
    assert.deepEqual([await waiting(rig), conflicts], [[], []]);
    await done;
  });
});

const named = (data: object, sku: string): object =>
  JSON.parse(
    JSON.stringify(data)
      .replaceAll('"X"', JSON.stringify(sku))
      .replaceAll('"document":"', `"document":"${sku}-`),
  );

/** Cannot read the history of one SKU. */
class BrokenStore extends MemoryStore {
  broken = '';

  override async entriesAfter(...asked: Parameters<MemoryStore['entriesAfter']>) {
    if (asked[0] === this.broken) throw new StockbusError('INTERNAL', 'a page is torn');
    return super.entriesAfter(...asked);
  }
}
