/** `verify` after any history: it finds nothing wrong, and what waits for the background it says. */
import assert from 'node:assert/strict';
import { verifySome } from '../../core/verify/verifySome.ts';
import { type VerifyOptions, verifyStore } from '../../core/verify.ts';
import { patience, runs } from '../runs.ts';
import { Books } from './Books.ts';
import { check } from './check.ts';
import { events, histories, madeAndSentBack } from './histories.ts';
import { MemoryStore } from './MemoryStore.ts';

const small = { checkpointFacts: 2, recostFacts: 3, historyRows: 5 };
const anything = histories({ events, owners: true, most: 30 });

async function isRight({ store, policy }: Books, options: VerifyOptions = {}): Promise<void> {
  const { differences, pending } = await verifyStore(store, policy, options);
  assert.deepEqual(differences, []);
  const waiting = (await store.recosts({ limit: 100 })).rows.map(({ sku }) => sku);
  assert.deepEqual(
    pending.map(({ sku }) => sku),
    waiting,
  );
}

describe(`verify after any history (${runs()} histories each)`, function () {
  this.timeout(patience());

  it('finds nothing wrong', () =>
    check(anything, async ({ setting, docs }) => {
      const books = await Books.open(setting);
      for (const doc of docs) await books.send(doc);
      await isRight(books);
    }));

  it('finds nothing wrong where products come back before costs of what they are made of', () =>
    check(histories({ events: madeAndSentBack, evenly: true }), async ({ setting, docs }) => {
      const books = await Books.open(setting);
      for (const doc of docs) await books.send(doc);
      await isRight(books);
    }));

  it('finds nothing wrong in checkpoints, nor while SKUs wait to be costed anew', async () => {
    const few = { entriesKept: 4 };
    await check(anything, async ({ setting, docs }) => {
      const books = await Books.open(setting, new MemoryStore(), small);
      for (const [index, doc] of docs.entries()) {
        await books.send(doc);
        if (index % 7 === 6) await isRight(books, few);
        if (index % 11 === 10) await books.recost();
      }
      await books.recost();
      await isRight(books, few);
    });
  });

  it('finds nothing wrong in each SKU and each document alone', () =>
    check(
      anything,
      async ({ setting, docs }) => {
        const books = await Books.open(setting);
        for (const doc of docs) await books.send(doc);
        const { store, policy } = books;
        const { rows } = await store.ledger({}, { limit: 100_000 });
        const all = await verifyStore(store, policy);
        let entries = 0;
        for (const sku of new Set(rows.map((row) => row.sku))) {
          const found = await verifySome(store, policy, { skus: [sku] });
          assert.deepEqual([found.skus, found.differences], [1, []]);
          entries += found.entries;
        }
        assert.equal(entries, all.entries);
        for (const document of new Set(rows.map((row) => row.document))) {
          const skus = rows.filter((row) => row.document === document).map(({ sku }) => sku);
          const { only, differences } = await verifySome(store, policy, { document });
          assert.deepEqual([new Set(only), differences], [new Set(skus), []]);
        }
      },
      0.3,
    ));

  it('gives the same digest for a moment, whatever was booked after it', () =>
    check(anything, async ({ setting, docs }) => {
      const books = await Books.open(setting);
      const { store, policy } = books;
      const noted: { knownAt: string; expect: string }[] = [];
      for (const doc of docs) {
        await books.send(doc);
        const { digest } = await verifyStore(store, policy);
        noted.push({ knownAt: doc.recordedAt, expect: digest });
      }
      for (const options of noted) {
        assert.deepEqual((await verifyStore(store, policy, options)).differences, []);
      }
    }));
});
