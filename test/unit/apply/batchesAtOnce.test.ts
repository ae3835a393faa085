/**
 * Batches of a round end in the same books whether they are asked for one by one, some at a time or all together, and
 * whether the inbox is asked before or only when the commit fails.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ReceivedBatch, Round, type RoundOptions } from '../../../core/apply/round.ts';
import { madeAfter } from '../../../core/commit.ts';
import type { IntakeTally } from '../../../core/ledger.ts';
import type { Command, CommandType } from '../../../core/message.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { patience, runs, seed } from '../../runs.ts';

/** Some are the same message again, and some have its key and other content. */
const document = fc.record({
  type: fc.constantFrom('receive', 'issue', 'return', 'cancel'),
  number: fc.nat(5),
  sku: fc.constantFrom('X', 'Y'),
  day: fc.integer({ min: 1, max: 4 }),
  quantity: fc.integer({ min: 1, max: 3 }),
});
type Document = typeof document extends fc.Arbitrary<infer One> ? One : never;

function commandOf({ type, number, sku, day: at, quantity }: Document, record: number): Command {
  const id = `${type} ${number}`;
  const cost = type === 'receive' ? { unitCost: '2' } : {};
  const reference = type === 'return' ? { reference: `issue ${number}` } : {};
  const data =
    type === 'cancel'
      ? { document: `issue ${number}`, at: day(at) }
      : {
          ...{ document: id, at: day(at), ...reference },
          lines: [{ sku, location: 'A', quantity: String(quantity), ...cost }],
        };
  return {
    ...{ specversion: '1.0', id, source: '/t', type: `stock.${type}.v1` as CommandType },
    ...{ time: day(1), datacontenttype: 'application/json', data: data as never, record },
    ...{ contenthash: JSON.stringify(data), actor: 'flow:t' },
  };
}

const batchOf = (documents: readonly Document[], index: number, intakeId = 'i'): ReceivedBatch => ({
  ...{ origin: { intakeId, flow: 't', name: 't' }, index, records: documents.length },
  ...{ filtered: 0, parked: [], digest: `d${index}`, redelivered: false },
  commands: documents.map(commandOf),
});

/** With what the commits that went well count. */
function countingRig() {
  const rig = new LedgerRig();
  const tallies: Partial<IntakeTally>[] = [];
  const commit = rig.store.commit.bind(rig.store);
  rig.store.commit = async (decided) => {
    let counted: IntakeTally[] = [];
    const result = await commit((after) => {
      const made = madeAfter(decided, after);
      counted = made.tallies;
      return made;
    });
    if (result.outcome === 'conflict') return result;
    for (const { messages, booked, exists, parked } of counted)
      tallies.push({ messages, booked, exists, parked });
    return result;
  };
  return { rig, tallies };
}

async function saidBy({ store }: LedgerRig) {
  const page = { limit: 1_000 };
  const [ledger, parked] = [await store.ledger({}, page), await store.parked({}, page)];
  return {
    entries: ledger.rows,
    parked: parked.rows.map(({ messageId, faults }) => [messageId, faults.map(({ code }) => code)]),
  };
}

async function booked(batches: Iterable<ReceivedBatch>, batchesAtOnce?: number) {
  const { rig, tallies } = countingRig();
  const atOnce = batchesAtOnce === undefined ? {} : { batchesAtOnce };
  const parts = { ...rig.parts, ...atOnce };
  const events = await new Round(parts, rig.workspace, batches, { careful: false }).commit();
  return { events, tallies, ...(await saidBy(rig)) };
}

/** Round after round, as an apply loop makes them: again, and asking for all, where one fails. */
async function bookedRounds(rounds: readonly (readonly Document[])[], trusting: boolean) {
  const { rig, tallies } = countingRig();
  for (const [index, documents] of rounds.entries()) {
    rig.now += 1_000;
    const batch = batchOf(documents, 0, `i${index}`);
    const attempt = (options: RoundOptions) =>
      new Round(rig.parts, rig.workspace, [batch], options).commit();
    let events = await attempt({ careful: false, trusting });
    if (events === undefined) {
      rig.workspace.forgetAll();
      events = await attempt({ careful: true });
    }
    assert.notEqual(events, undefined);
    rig.workspace.committed();
  }
  return { tallies, ...(await saidBy(rig)) };
}

describe(`batches of one round (${runs(1)} rounds)`, function () {
  this.timeout(patience(1));

  it('give the same books, however many are asked for together', async () => {
    const rounds = fc.array(fc.array(document, { minLength: 1, maxLength: 6 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(rounds, fc.boolean(), async (given, twice) => {
        const once = given.map((documents, index) => batchOf(documents, index));
        const batches = twice ? [...once, ...once] : once;
        const together = await booked(batches);
        assert.deepEqual(await booked(batches, 1), together);
        assert.deepEqual(await booked(batches, 2), together);
      }),
      { numRuns: runs(1), seed },
    );
  });

  it('give the same books where the inbox is asked only when the commit fails', async () => {
    const rounds = fc.array(fc.array(document, { minLength: 1, maxLength: 5 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(rounds, async (given) => {
        assert.deepEqual(await bookedRounds(given, true), await bookedRounds(given, false));
      }),
      { numRuns: runs(1), seed },
    );
  });

  it('are read when their turn comes', async () => {
    const read: string[] = [];
    const one = (index: number): Document => ({
      ...{ type: 'receive', number: index, sku: 'X', day: 1, quantity: 1 },
    });
    function* batches() {
      for (const index of [0, 1]) {
        read.push(`batch ${index}`);
        yield batchOf([one(index)], index);
      }
    }
    const rig = new LedgerRig();
    const inbox = rig.store.inbox.bind(rig.store);
    rig.store.inbox = (keys) => {
      read.push(`inbox of ${keys.length}`);
      return inbox(keys);
    };
    const parts = { ...rig.parts, batchesAtOnce: 1 };
    await new Round(parts, rig.workspace, batches(), { careful: false }).commit();
    assert.deepEqual(read, ['batch 0', 'inbox of 1', 'batch 1', 'inbox of 1']);
  });
});
