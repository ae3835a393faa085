/** The same documents give the same reports on every store. */
import assert from 'node:assert/strict';
import type { RecordValue, Store } from '../../../core/ports.ts';
import { queryPage, queryRows } from '../../../core/query.ts';
import { queryNames } from '../../../core/reports/Query.ts';
import { reportOf } from '../../../core/reports/reports.ts';
import { openAt } from '../../contract/store/withStore.ts';
import { describePairs, type Workplace } from '../../pairs.ts';
import type { Books } from '../../property/Books.ts';
import { timeAt } from '../../SimulatedTime.ts';
import { openShop } from '../../unit/reports/shop.ts';

const now = Date.UTC(2026, 6, 1);
const clocks = [
  {},
  { asOf: '2026-06-10' },
  { knownAt: '2026-06-19' },
  { asOf: '2026-06-15', knownAt: '2026-06-19' },
];

describePairs('reports of a store', (pair) => {
  let place: Workplace;
  let store: Store;
  let books: Books;
  let plain: Books;

  before(async () => {
    place = await pair.workplace();
    store = await openAt(place.env.STOCKBUS_STORE ?? `file:${place.data}`);
    books = await openShop(store);
    plain = await openShop();
  });

  after(async () => {
    await store.close();
    await place.remove([]);
  });

  for (const name of queryNames) {
    it(`${name} is what it is in memory, whole and page by page`, async () => {
      const known = reportOf(name).parameters.map(({ key }) => key);
      const asked = clocks.filter((dates) =>
        Object.keys(dates).every((key) => known.includes(key as never)),
      );
      for (const dates of asked) {
        const query = { name, ...dates };
        const whole = await rowsOf(books);
        // In memory lists have no order beyond that of their keys.
        assert.deepEqual(byText(whole), byText(await rowsOf(plain)));
        const paged: RecordValue[] = [];
        let after: string | undefined;
        do {
          const page = { limit: 2, ...(after === undefined ? {} : { after }) };
          const { rows, next } = await queryPage(
            books.store,
            books.policy,
            query,
            page,
            timeAt(now),
          );
          paged.push(...rows);
          after = next;
        } while (after !== undefined);
        assert.deepEqual(paged, whole);

        async function rowsOf(of: Books): Promise<RecordValue[]> {
          const rows: RecordValue[] = [];
          for await (const page of queryRows(of.store, of.policy, query, timeAt(now)))
            rows.push(...page);
          return rows;
        }
      }
    });
  }
});

const byText = (rows: readonly RecordValue[]): string[] =>
  rows.map((row) => JSON.stringify(row)).sort();
