/** An item goes over to another group: closed months stay as they were, and its stock moves on the day after. */
import assert from 'node:assert/strict';
import type { RecordValue } from '../../../core/ports.ts';
import { queryPage, queryRows } from '../../../core/query.ts';
import type { Query } from '../../../core/reports/Query.ts';
import type { AccountRule } from '../../../core/stock/policy.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { timeAt } from '../../SimulatedTime.ts';

const accountRules: AccountRule[] = [
  { of: 'costOfSales', group: 'CUPS', account: '5010 Cost of cups' },
  { of: 'inventory', group: 'CUPS', account: '1405 Cups' },
  { of: 'inventory', group: 'GLASS', account: '1406 Glass' },
  { of: 'costOfSales', group: 'GLASS', account: '5020 Cost of glass' },
];

describe('items that go over to another group', () => {
  let rig: LedgerRig;
  const rows = async (query: Query): Promise<RecordValue[]> => {
    const all: RecordValue[] = [];
    for await (const page of queryRows(rig.store, rig.policy, query, timeAt(rig.now)))
      all.push(...page);
    return all;
  };
  const trial = async (query: Partial<Query> = {}): Promise<string[]> =>
    (await rows({ name: 'trial', ...query })).flatMap(({ account, group, balance }) =>
      balance === '0.00' ? [] : [account, group, balance].filter(Boolean).join(' '),
    );
  const move = (kind: string, document: string, number: number, quantity: string, more = {}) =>
    rig.book(kind, {
      ...{ document, at: day(number) },
      lines: [{ sku: 'CUP', location: 'A', quantity, ...more }],
    });
  const period = async (action: 'close' | 'reopen', through: string): Promise<void> => {
    const data = through === '' ? {} : { through };
    assert.deepEqual(await rig.send([[`period.${action}.v1`, data]]), [undefined]);
  };
  const group = (name: string) => rig.item('CUP', { group: name });

  beforeEach(async () => {
    rig = new LedgerRig({ policy: { accountRules, negative: 'allow' } });
    await group('CUPS');
    await move('receive', 'GR-1', 1, '10', { unitCost: '10' });
    await move('issue', 'SI-1', 5, '4');
  });

  it('leave nothing behind in open months, and all in closed ones', async () => {
    const january = ['1405 Cups 60.00', '5010 Cost of cups 40.00', 'received -100.00'];
    assert.deepEqual(await trial(), january);
    await group('GLASS');
    assert.deepEqual(await trial(), [
      '1406 Glass 60.00',
      '5020 Cost of glass 40.00',
      'received -100.00',
    ]);
    await group('CUPS');
    await period('close', '2026-01-31');
    await group('GLASS');
    assert.deepEqual(await trial({ asOf: '2026-01-31' }), january);
    assert.deepEqual(await trial(), [
      '1406 Glass 60.00',
      '5010 Cost of cups 40.00',
      'received -100.00',
    ]);
    await move('issue', 'SI-2', 35, '1');
    await move('receive', 'GR-2', 34, '10', { unitCost: '20' });
    assert.deepEqual(await trial({ period: '2026-02' }), [
      '1405 Cups -60.00',
      '1406 Glass 250.00',
      '5020 Cost of glass 10.00',
      'received -200.00',
    ]);
    assert.deepEqual(await trial({ by: 'group', period: '2026-01' }), [
      '1405 Cups CUPS 60.00',
      '5010 Cost of cups CUPS 40.00',
      'received CUPS -100.00',
    ]);
  });

  it('have what corrects a sale of a closed month on the account of that sale, and the stock where it is', async () => {
    await move('issue', 'SI-2', 20, '8');
    await period('close', '2026-01-31');
    await group('GLASS');
    assert.deepEqual(await trial(), [
      '1406 Glass -20.00',
      '5010 Cost of cups 120.00',
      'received -100.00',
    ]);
    await move('receive', 'GR-2', 34, '5', { unitCost: '12' });
    assert.deepEqual(await trial(), [
      '1406 Glass 36.00',
      '5010 Cost of cups 124.00',
      'received -160.00',
    ]);
  });

  it('follow their group again while a month is open again, and that of each closing afterwards', async () => {
    await period('close', '2026-01-10');
    await group('GLASS');
    await move('issue', 'SI-2', 20, '1');
    await period('close', '2026-01-31');
    await group('TEAS');
    assert.deepEqual(await trial({ asOf: '2026-01-10' }), [
      '1405 Cups 60.00',
      '5010 Cost of cups 40.00',
      'received -100.00',
    ]);
    const january = [
      '1406 Glass 50.00',
      '5010 Cost of cups 40.00',
      '5020 Cost of glass 10.00',
      'received -100.00',
    ];
    assert.deepEqual(await trial({ asOf: '2026-01-31' }), january);
    const knownAt = new Date(rig.now).toISOString();
    rig.now += 60_000;
    await period('reopen', '2026-01-05');
    assert.deepEqual(await trial({ asOf: '2026-01-31' }), [
      '5010 Cost of cups 40.00',
      'cost of sales 10.00',
      'inventory 50.00',
      'received -100.00',
    ]);
    await period('reopen', '');
    assert.deepEqual(await trial(), ['cost of sales 50.00', 'inventory 50.00', 'received -100.00']);
    assert.deepEqual(await trial({ asOf: '2026-01-31', knownAt }), january);
  });

  it('post nothing that stays on its account, so that both reports have the same totals', async () => {
    const totals = async (query: Query): Promise<string[]> => {
      const sums = new Map<unknown, [debit: number, credit: number]>();
      for (const { account, debit, credit } of await rows(query)) {
        const [debits, credits] = sums.get(account) ?? [0, 0];
        sums.set(account, [debits + Number(debit), credits + Number(credit)]);
      }
      return [...sums].map(([account, [debit, credit]]) => `${account} ${debit} ${credit}`).sort();
    };
    await move('transfer', 'TR-1', 6, '2', { location: undefined, from: 'A', to: 'transit' });
    await period('close', '2026-01-31');
    await group('GLASS');
    for (const [rules, count] of [
      [accountRules, 2],
      [accountRules.filter(({ of }) => of === 'costOfSales'), 0],
      [[], 0],
    ] as const) {
      rig.policy.accountRules = rules;
      const posted = await totals({ name: 'journal' });
      assert.deepEqual(posted, await totals({ name: 'trial' }));
      const regrouped = (await rows({ name: 'journal' })).filter(({ kind }) => kind === 'regroup');
      assert.equal(regrouped.length, count);
    }
    assert.deepEqual(await trial({ by: 'group' }), [
      'cost of sales CUPS 40.00',
      'inventory GLASS 40.00',
      'received CUPS -100.00',
      'transit GLASS 20.00',
    ]);
  });

  it('are only looked for where a closing is asked for, and a rule goes by group', async () => {
    await period('close', '2026-01-31');
    await group('GLASS');
    await period('close', '2026-03-31');
    await group('CUPS');
    let read = 0;
    const { store } = rig;
    const packTexts = store.packTexts.bind(store);
    store.packTexts = async function* count(after) {
      for await (const pack of packTexts(after)) {
        read += 1;
        yield pack;
      }
    };
    const readBy = async (query: Query): Promise<number> => {
      read = 0;
      await rows(query);
      return read;
    };
    assert.equal(await readBy({ name: 'journal', since: '2026-05-01' }), 0);
    assert.notEqual(await readBy({ name: 'journal', since: '2026-04-01' }), 0);
    assert.deepEqual(
      (await rows({ name: 'journal', since: '2026-03-01' })).map(({ posting }) => posting),
      ['CUP@2026-04-01 main', 'CUP@2026-04-01 main'],
    );
    rig.policy.accountRules = [];
    assert.equal(await readBy({ name: 'journal', since: '2026-04-01' }), 0);
    assert.equal(await readBy({ name: 'trial' }), 0);
  });

  it('are the same in the journal as in the trial balance, page by page', async () => {
    await move('transfer', 'TR-1', 6, '2', { location: undefined, from: 'A', to: 'transit' });
    await period('close', '2026-01-31');
    await group('GLASS');
    await move('issue', 'SI-2', 35, '1');
    const posted = await rows({ name: 'journal' });
    const balances = new Map<unknown, number>();
    for (const { account, debit, credit } of posted)
      balances.set(account, (balances.get(account) ?? 0) + Number(debit) - Number(credit));
    const said = [...balances].flatMap(([account, sum]) =>
      sum === 0 ? [] : `${account} ${sum.toFixed(2)}`,
    );
    assert.deepEqual(said.sort(), await trial());
    const regrouped = posted.filter(({ kind }) => kind === 'regroup');
    assert.deepEqual(
      regrouped.map(({ posting, account, group: of, debit, credit }) =>
        [posting, account, of, debit, credit].join(' '),
      ),
      [
        'CUP@2026-02-01 main 1406 Glass GLASS 40.00 0.00',
        'CUP@2026-02-01 main 1405 Cups CUPS 0.00 40.00',
      ],
    );
    for (const limit of [1, 3, 5]) {
      const paged: RecordValue[] = [];
      let after: string | undefined;
      do {
        const { store, policy, now } = rig;
        const page = { limit, ...(after === undefined ? {} : { after }) };
        const found = await queryPage(store, policy, { name: 'journal' }, page, timeAt(now));
        assert.ok(found.rows.length <= limit);
        paged.push(...found.rows);
        after = found.next;
      } while (after !== undefined);
      assert.deepEqual(paged, posted);
    }
    assert.deepEqual(
      await rows({ name: 'journal', document: 'SI-2' }),
      posted.filter(({ document }) => document === 'SI-2'),
    );
  });
});
