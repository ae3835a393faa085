/** The stores that are shipped, under the same histories: each costs disk, so fewer of them. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../core/ports.ts';
import { openAt } from '../contract/store/withStore.ts';
import { dropDatabase } from '../dropDatabase.ts';
import { describeWith } from '../notRun.ts';
import { patience, runs } from '../runs.ts';
import { bookAll } from './Books.ts';
import { check } from './check.ts';
import { saidBy } from './compare.ts';
import type { History } from './documents.ts';
import { events, histories } from './histories.ts';

const all = { limit: 100_000 };
const anything = histories({ events, owners: true });

/** The same rows as books in memory, to the last hash, and the same figures as of any two dates. */
async function agree(store: Store, history: History): Promise<void> {
  const { books, booked } = await bookAll(history, store);
  const memory = (await bookAll(history)).books;
  assert.deepEqual(await rowsOf(store), await rowsOf(memory.store));
  const times = booked.flatMap(({ data }) => data.at ?? []).slice(0, 3);
  const moments = history.docs.map(({ recordedAt }) => recordedAt).slice(-3);
  for (const asOf of times) {
    for (const knownAt of moments) {
      const one = await saidBy(books, asOf, knownAt);
      assert.deepEqual(one, await saidBy(memory, asOf, knownAt), `${asOf} known at ${knownAt}`);
    }
  }
}

const rowsOf = async (store: Store) => ({
  entries: (await store.ledger({}, all)).rows,
  heads: (await store.heads(all)).rows,
  balances: (await store.stock({}, all)).rows,
  layers: (await store.layers(all)).rows,
  reservations: (await store.reservations({}, all)).rows,
  period: await store.period(),
});

const few = 0.1;
describe(`SQLite under any history (${runs(few)} histories)`, function () {
  this.timeout(patience(few));

  it('says what books in memory say, at any two dates', () =>
    check(
      anything,
      async (history) => {
        const folder = await mkdtemp(join(tmpdir(), 'stockbus-'));
        const store = await openAt(`file:${folder}`);
        try {
          await agree(store, history);
        } finally {
          await store.close();
          await rm(folder, { recursive: true, force: true });
        }
      },
      few,
    ));
});

const fewer = 0.03;
describeWith(
  process.env.STOCKBUS_TEST_STORE,
  'STOCKBUS_TEST_STORE',
  `MongoDB under any history (${runs(fewer)} histories)`,
  (address) => {
    it('says what books in memory say, at any two dates', function () {
      this.timeout(patience(fewer));
      return check(
        anything,
        async (history) => {
          const url = new URL(address);
          url.pathname = `/property${randomBytes(4).toString('hex')}`;
          const store = await openAt(url.href);
          try {
            await agree(store, history);
          } finally {
            await store.close();
            await dropDatabase(url.href);
          }
        },
        fewer,
      );
    });
  },
);
