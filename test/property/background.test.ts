/**
 * Checkpoints after every few facts, and costs found in the background: the books are the same in the
 * end. With the bounds of every day, no history here would be long enough to meet them.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { patience, runs } from '../runs.ts';
import { Books } from './Books.ts';
import { checkAny } from './check.ts';
import { saidBy, saidByOracle } from './compare.ts';
import type { Doc } from './documents.ts';
import { describeHistory } from './documents.ts';
import { events, histories } from './histories.ts';
import { MemoryStore } from './MemoryStore.ts';

const small = { checkpointFacts: 2, recostFacts: 3, historyRows: 5 };

describe(`checkpoints and the background (${runs()} histories each)`, function () {
  this.timeout(patience());

  it('11. Order-independence, however often the background gets its turn, with a checkpoint every other fact', () =>
    checkAny(
      fc.tuple(histories({ events, most: 40 }), fc.integer({ min: 1, max: 12 })),
      ([history, every]) => `${describeHistory(history)}\n\nthe background after every ${every}`,
      async ([{ setting, docs }, every]) => {
        const books = await Books.open(setting, new MemoryStore(), small);
        const booked: Doc[] = [];
        for (const [index, doc] of docs.entries()) {
          const { as } = await books.book(doc);
          if (as) booked.push(as);
          if (index % every === every - 1) await books.recost();
        }
        await books.recost();
        assert.deepEqual((await books.store.recosts({ limit: 10 })).rows, []);
        assert.deepEqual(await saidBy(books), saidByOracle(setting, booked));
      },
    ));

  it('13. As-of stability and 2. conservation while costs wait in the background', () =>
    checkAny(
      histories({ events, most: 30, methods: ['fifo', 'average'] }),
      describeHistory,
      async ({ setting, docs }) => {
        const books = await Books.open(setting, new MemoryStore(), small);
        const reports: { asOf: string; knownAt: string; said: unknown }[] = [];
        const booked: Doc[] = [];
        for (const doc of docs) {
          const { as } = await books.book(doc);
          if (as) booked.push(as);
          const { balances } = await saidBy(books);
          assert.deepEqual(balances, saidByOracle(setting, booked).balances);
          const asOf = docs[0]?.data.at;
          const knownAt = doc.recordedAt;
          if (asOf) reports.push({ asOf, knownAt, said: await saidBy(books, asOf, knownAt) });
        }
        // The background learns later than the last document.
        await books.send({
          ...{ type: 'item.upsert.v1', recordedAt: '2027-01-01T00:00:00.000Z' },
          data: { sku: 'W' } as Doc['data'],
        });
        await books.recost();
        for (const { asOf, knownAt, said } of reports) {
          assert.deepEqual(await saidBy(books, asOf, knownAt), said);
        }
      },
    ));
});
