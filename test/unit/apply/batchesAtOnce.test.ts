/** Batches of a round that are read and asked for one by one, some at a time or all together end in the same books. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type ReceivedBatch, Round } from '../../../core/apply/round.ts';
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

const batchOf = (documents: readonly Document[], index: number): ReceivedBatch => ({
  ...{ origin: { intakeId: 'i', flow: 't', name: 't' }, index, records: documents.length },
  ...{ filtered: 0, parked: [], digest: `d${index}`, redelivered: false },
  commands: documents.map(commandOf),
});

async function booked(batches: Iterable<ReceivedBatch>, batchesAtOnce?: number) {
  const { parts, workspace, store } = new LedgerRig();
  const atOnce = batchesAtOnce === undefined ? {} : { batchesAtOnce };
  const round = new Round({ ...parts, ...atOnce }, workspace, batches, { careful: false });
  const events = await round.commit();
  const page = { limit: 1_000 };
  const [ledger, parked] = [await store.ledger({}, page), await store.parked({}, page)];
  return {
    ...{ events, entries: ledger.rows, intake: await store.intake('i') },
    parked: parked.rows.map(({ messageId, faults }) => [messageId, faults]),
  };
}

describe(`batches of one round (${runs(1)} rounds)`, function () {
  this.timeout(patience(1));

  it('give the same books, however many are asked for together', async () => {
    const rounds = fc.array(fc.array(document, { minLength: 1, maxLength: 6 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(rounds, fc.boolean(), async (given, twice) => {
        const once = given.map(batchOf);
        const batches = twice ? [...once, ...once] : once;
        const together = await booked(batches);
        assert.deepEqual(await booked(batches, 1), together);
        assert.deepEqual(await booked(batches, 2), together);
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
