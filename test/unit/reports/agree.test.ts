/** Reports of random books: each must add up to what the store says, at any pair of dates. */
import assert from 'node:assert/strict';
import { parseDecimal } from '../../../core/decimal.ts';
import type { RecordValue } from '../../../core/ports.ts';
import { queryPage, queryRows } from '../../../core/query.ts';
import type { Query } from '../../../core/reports/Query.ts';
import { reportOf } from '../../../core/reports/reports.ts';
import { poolFinder } from '../../../core/stock/policy.ts';
import { type Books, bookAll } from '../../property/Books.ts';
import { check } from '../../property/check.ts';
import { events, everyMethod, histories } from '../../property/histories.ts';
import { patience } from '../../runs.ts';
import { timeAt } from '../../SimulatedTime.ts';

const share = 0.3;
const anything = histories({
  events,
  methods: everyMethod,
  negative: ['allow', 'deny'],
  owners: true,
});

async function rowsOf({ store, policy }: Books, query: Query): Promise<RecordValue[]> {
  const rows: RecordValue[] = [];
  for await (const page of queryRows(store, policy, query, timeAt(Date.UTC(2027, 0, 1))))
    rows.push(...page);
  return rows;
}

const number = (text: unknown, digits: number): bigint => {
  const units = parseDecimal(String(text), digits);
  if (typeof units === 'string') throw new Error(`${text} ${units}`);
  return units;
};

/** Sums of fields by a key; those that are all zero are left out. */
function sums(
  rows: readonly RecordValue[],
  key: (row: RecordValue) => string,
  fields: Record<string, number>,
): Record<string, bigint[]> {
  const found = new Map<string, bigint[]>();
  for (const row of rows) {
    const sum = found.get(key(row)) ?? Object.keys(fields).map(() => 0n);
    for (const [index, [field, digits]] of Object.entries(fields).entries()) {
      sum[index]! += number(row[field], digits);
    }
    found.set(key(row), sum);
  }
  const some = [...found].filter(([, sum]) => sum.some((one) => one !== 0n));
  return Object.fromEntries(some.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Now, and pairs of dates in the midst of what happened. */
async function clocksOf(books: Books): Promise<Omit<Query, 'name'>[]> {
  const entries = await books.entries();
  const middle = entries[Math.floor(entries.length / 2)];
  if (!middle) return [{}];
  const { at: asOf, recordedAt: knownAt } = middle;
  return [{}, { asOf }, { knownAt }, { asOf, knownAt }];
}

describe('reports of random books', () => {
  const agree = (
    what: string,
    property: (books: Books, clocks: Omit<Query, 'name'>) => Promise<void>,
  ) =>
    it(what, async function () {
      this.timeout(patience(share));
      await check(
        anything,
        async (history) => {
          const { books } = await bookAll(history);
          for (const clocks of await clocksOf(books)) await property(books, clocks);
        },
        share,
      );
    });

  agree(
    'inventory accounts are worth what the pools are, and the journal balances',
    async (books, clocks) => {
      const { minorDigits, accounts } = books.policy;
      const { store } = books;
      const expected = new Map<string, bigint>();
      for (const { pool, value } of (await store.valuation(clocks, { limit: 10_000 })).rows) {
        const account =
          accounts.inventoryByPool[pool] ??
          (pool === 'transit' ? accounts.transit : accounts.inventory);
        expected.set(account, (expected.get(account) ?? 0n) + value);
      }
      const money = { debit: minorDigits, credit: minorDigits };
      const journal = await rowsOf(books, { name: 'journal', ...clocks });
      for (const [posting, [debit, credit]] of Object.entries(
        sums(journal, (row) => `${row.posting}`, money),
      )) {
        assert.equal(debit, credit, posting);
      }
      const byAccount = sums(journal, (row) => `${row.account}`, money);
      const trial = await rowsOf(books, { name: 'trial', ...clocks });
      assert.deepEqual(
        sums(trial, (row) => `${row.account}`, money),
        byAccount,
      );
      const inventory = [
        accounts.inventory,
        accounts.transit,
        ...Object.values(accounts.inventoryByPool),
      ];
      for (const account of inventory) {
        const [debit = 0n, credit = 0n] = byAccount[account] ?? [];
        assert.equal(debit - credit, expected.get(account) ?? 0n, account);
      }
    },
  );

  agree(
    'valuation by place, ageing and statement add up to the valuation',
    async (books, clocks) => {
      const { minorDigits } = books.policy;
      const worth = { quantity: 6, value: minorDigits };
      const byPool = (row: RecordValue) => `${row.sku} ${row.pool}`;
      const pools = sums(await rowsOf(books, { name: 'valuation', ...clocks }), byPool, worth);
      const places = await rowsOf(books, { name: 'valuation', by: 'place', ...clocks });
      assert.deepEqual(sums(places, byPool, worth), pools);
      const poolOf = poolFinder(books.policy);
      for (const { location, pool } of places) {
        if (location !== '') assert.equal(poolOf(`${location}`), pool);
      }
      for (const by of ['range', 'slot']) {
        const aged = await rowsOf(books, { name: 'ageing', by, ranges: [1, 5, 9], ...clocks });
        assert.deepEqual(sums(aged, byPool, worth), pools);
      }
      const lines = await rowsOf(books, { name: 'statement', ...clocks });
      const ours = lines.filter(({ owner }) => owner === '');
      const bySku = (row: RecordValue) => `${row.sku}`;
      const values = sums(await rowsOf(books, { name: 'valuation', ...clocks }), bySku, {
        value: minorDigits,
      });
      assert.deepEqual(sums(ours, bySku, { value: minorDigits }), values);
      const stock = await rowsOf(books, { name: 'stock', ...clocks });
      const ofOwner = (row: RecordValue) => `${row.sku} ${row.owner}`;
      assert.deepEqual(sums(lines, ofOwner, { change: 6 }), sums(stock, ofOwner, { onHand: 6 }));
      const last = new Map(lines.map((line) => [ofOwner(line), line]));
      assert.deepEqual(
        sums([...last.values()], ofOwner, { onHand: 6 }),
        sums(stock, ofOwner, { onHand: 6 }),
      );
    },
  );

  agree(
    'roll-forward: opening and movements are closing, and both are the valuation',
    async (books, clocks) => {
      const { minorDigits } = books.policy;
      const worth = { quantity: 6, value: minorDigits };
      const bySku = (row: RecordValue) => `${row.sku}`;
      const byPool = (row: RecordValue) => `${row.sku} ${row.pool}`;
      const entries = await books.entries();
      const since = entries[Math.floor(entries.length / 3)]?.at ?? '2026-01-01T00:00:00.000Z';
      if (clocks.asOf !== undefined && clocks.asOf < since) return;
      const before = { ...clocks, asOf: new Date(Date.parse(since) - 1).toISOString() };
      for (const [by, key] of [
        ['sku', bySku],
        ['pool', byPool],
      ] as const) {
        const rows = await rowsOf(books, { name: 'roll-forward', by, since, ...clocks });
        for (const row of rows) {
          for (const [what, digits] of Object.entries({ Quantity: 6, Value: minorDigits })) {
            const fields = Object.keys(row).filter((field) => field.endsWith(what));
            const all = fields.reduce((sum, field) => sum + number(row[field], digits), 0n);
            const closing = number(row[`closing${what}`], digits);
            assert.equal(all - closing, closing, `${key(row)} ${what}`);
          }
          if (by === 'sku')
            assert.deepEqual([row.transferredQuantity, +row.transferredValue!], ['0', 0]);
        }
        for (const [balance, at] of [
          ['opening', before],
          ['closing', clocks],
        ] as const) {
          const rolled = rows.map((row) => ({
            ...row,
            quantity: row[`${balance}Quantity`]!,
            value: row[`${balance}Value`]!,
          }));
          const valued = await rowsOf(books, { name: 'valuation', ...at });
          assert.deepEqual(sums(rolled, key, worth), sums(valued, key, worth), `${by} ${balance}`);
        }
      }
    },
  );

  agree(
    'what was known and what was recorded after it are the whole',
    async (books, { knownAt }) => {
      if (knownAt === undefined) return;
      const { minorDigits } = books.policy;
      const since = (await books.entries())[0]!.at;
      for (const [name, key] of [
        ['journal', ({ posting, account }) => `${posting} ${account}`],
        ['trial', ({ account }) => `${account}`],
        ['ledger', ({ sku, seq }) => `${sku} ${seq}`],
        ['roll-forward', ({ sku, pool }) => `${sku} ${pool}`],
      ] as [Query['name'], (row: RecordValue) => string][]) {
        const { columns } = reportOf(name);
        const summed = columns.filter(({ field, isDecimal }) => isDecimal && field !== 'seq');
        const fields = Object.fromEntries(
          summed.map(({ field }) => [field, /Quantity|quantity/.test(field) ? 6 : minorDigits]),
        );
        const query: Query = { name, since, ...(name === 'roll-forward' ? { by: 'pool' } : {}) };
        const whole = await rowsOf(books, query);
        const parts: RecordValue[] = [
          ...(await rowsOf(books, { ...query, knownAt })),
          ...(await rowsOf(books, { ...query, recordedAfter: knownAt })),
        ];
        assert.deepEqual(sums(parts, key, fields), sums(whole, key, fields), name);
      }
    },
  );

  agree('ageing by the layers of now is ageing by the ledger', async (books) => {
    const now = await rowsOf(books, { name: 'ageing', by: 'slot' });
    const far = await rowsOf(books, { name: 'ageing', by: 'slot', asOf: '2027-01-01' });
    const text = (rows: RecordValue[]) =>
      rows.map(({ sku, pool, lot, since, quantity, value }) =>
        [sku, pool, lot, since, quantity, value].join(' '),
      );
    assert.deepEqual(text(now), text(far));
  });

  agree('what explains a number ends with it, by pages of any size', async (books, clocks) => {
    const { store, policy } = books;
    const time = timeAt(Date.UTC(2027, 0, 1));
    const last = async (asked: Partial<Query>, limit: number): Promise<unknown> => {
      const query = { name: 'explain', ...asked, ...clocks } as const;
      let [after, ends]: [string | undefined, unknown] = [undefined, ''];
      do {
        const page = { limit, ...(after === undefined ? {} : { after }) };
        const { rows, next, balances } = await queryPage(store, policy, query, page, time);
        ends = rows.at(-1)?.balance ?? ends;
        if (next === undefined && ends !== '') assert.equal(ends, balances!.closing.balance);
        after = next;
      } while (after !== undefined);
      return ends;
    };
    const stock = await rowsOf(books, { name: 'stock', ...clocks });
    // By what a row is named: those that differ in their owner alone are explained together.
    const named = (row: RecordValue): string =>
      JSON.stringify([row.sku, row.location, row.lot, row.status]);
    for (const [key, [onHand]] of Object.entries(sums(stock, named, { onHand: 6 }))) {
      const [sku, place, lot, status] = JSON.parse(key) as string[];
      if (lot !== '') continue;
      const asked = { sku: sku!, place: place!, status: status as 'available' };
      const isWhole = stock.every(
        (row) => row.sku !== sku || row.location !== place || row.lot === '',
      );
      if (isWhole) assert.equal(number(await last(asked, 2), 6), onHand, key);
    }
    const worth = await rowsOf(books, { name: 'valuation', ...clocks });
    for (const [sku, [value]] of Object.entries(
      sums(worth, (row) => `${row.sku}`, { value: policy.minorDigits }),
    )) {
      assert.equal(number(await last({ sku, by: 'value' }, 3), policy.minorDigits), value, sku);
    }
  });

  agree('pages of any size hold the same rows as the whole', async (books, clocks) => {
    const { store, policy } = books;
    for (const name of [
      'journal',
      'valuation',
      'ageing',
      'statement',
      'roll-forward',
      'abc',
      'trial',
    ] as const) {
      const whole = await rowsOf(books, { name, ...clocks });
      const paged: RecordValue[] = [];
      let after: string | undefined;
      do {
        const page = { limit: 3, ...(after === undefined ? {} : { after }) };
        const { rows, next } = await queryPage(
          store,
          policy,
          { name, ...clocks },
          page,
          timeAt(Date.UTC(2027, 0, 1)),
        );
        assert.ok(rows.length <= 3);
        paged.push(...rows);
        after = next;
      } while (after !== undefined);
      assert.deepEqual(paged, whole, name);
    }
  });
});
