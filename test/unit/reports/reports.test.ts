import assert from 'node:assert/strict';
import { parquet } from '../../../core/codecs/parquet.ts';
import type { RecordValue } from '../../../core/ports.ts';
import { queryPage, queryRows } from '../../../core/query.ts';
import { factsOfReport } from '../../../core/reports/factsOfReport.ts';
import type { Query } from '../../../core/reports/Query.ts';
import { queryNames } from '../../../core/reports/Query.ts';
import { reports } from '../../../core/reports/reports.ts';
import { systemTime } from '../../../core/runtime.ts';
import type { Books } from '../../property/Books.ts';
import { timeAt } from '../../SimulatedTime.ts';
import { openShop } from './shop.ts';

/** The first of July, when what was known at midnight is final. */
const now = Date.UTC(2026, 6, 1, 0, 5);
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const beforeLate = '2026-06-19';

describe('reports', () => {
  let books: Books;

  before(async () => {
    books = await openShop();
  });

  async function rows(query: Query, at = now): Promise<RecordValue[]> {
    const all: RecordValue[] = [];
    for await (const page of queryRows(books.store, books.policy, query, timeAt(at)))
      all.push(...page);
    return all;
  }

  /** The fields named of each row, with blanks between them. */
  async function shown(fields: string, query: Query): Promise<string[]> {
    const names = fields.split(' ');
    return (await rows(query)).map((row) =>
      names
        .map((name) => row[name])
        .filter((cell) => cell !== '')
        .join(' '),
    );
  }

  it('value the stock as it is, as it was, and as it was thought to be', async () => {
    const fields = 'sku pool quantity value unitCost method';
    const a = (query: Partial<Query> = {}) =>
      shown(fields, { name: 'valuation', sku: 'A', ...query });
    assert.deepEqual(await a(), ['A main 14 132.00 9.428571 fifo', 'A north 2 16.00 8 fifo']);
    const thought = ['A main 4 40.00 10 fifo', 'A north 2 20.00 10 fifo'];
    assert.deepEqual(await a({ knownAt: beforeLate }), thought);
    assert.deepEqual(await a({ asOf: '2026-06-10' }), ['A main 16 148.00 9.25 fifo']);
    assert.deepEqual(await a({ asOf: '2026-06-10', knownAt: beforeLate }), [
      'A main 6 60.00 10 fifo',
    ]);
    assert.deepEqual(await shown(fields, { name: 'valuation', sku: 'S' }), [
      'S main 2 10.00 5 standard',
    ]);
  });

  it('have fields of the kinds that typed files give them, and every time is one', async () => {
    const codec = parquet.codec(undefined, undefined);
    for (const report of reports) {
      const { name } = report;
      const query: Query = name === 'slow-movers' ? { name, days: 1 } : { name };
      const facts = factsOfReport(query, now);
      for (const row of await rows(query)) {
        await Array.fromAsync(codec.payload!([[row]], [], facts));
        for (const [field, value] of Object.entries(row))
          if (INSTANT.test(String(value)))
            assert.equal(facts.kinds?.[field], 'instant', `${name} ${field}`);
      }
    }
  });

  it('carry beside every business time its day in the zone of the stock', async () => {
    const seen = new Set<string>();
    for (const zone of ['Asia/Tokyo', 'America/New_York']) {
      const policy = { ...books.policy, zone };
      for (const { name } of reports) {
        const query: Query = name === 'slow-movers' ? { name, days: 1 } : { name };
        for await (const page of queryRows(books.store, policy, query, timeAt(now))) {
          for (const row of page) {
            for (const [field, value] of Object.entries(row)) {
              if (!INSTANT.test(String(value)) || (field === 'recordedAt' && name !== 'periods'))
                continue;
              const day = new Date(String(value)).toLocaleDateString('sv-SE', { timeZone: zone });
              const beside = Object.keys(row).filter((other) => /[dD]ay$/.test(other));
              assert.ok(
                beside.some((other) => row[other] === day),
                `${name}.${field} ${day}`,
              );
              seen.add(name);
            }
          }
        }
      }
    }
    for (const name of ['ledger', 'journal', 'statement', 'ageing', 'slow-movers'])
      assert.ok(seen.has(name), name);
  });

  it('share the value of a pool among its places', async () => {
    assert.deepEqual(
      await shown('sku location quantity value', { name: 'valuation', by: 'place', sku: 'A' }),
      ['A BER 14 132.00', 'A HAM 2 16.00'],
    );
  });

  it('tell the story of a SKU in business order', async () => {
    const fields = 'document kind corrects change value onHand stockValue';
    assert.deepEqual(await shown(fields, { name: 'statement', sku: 'A', since: '2026-06-02' }), [
      'opening 0 0.00 10 80.00',
      'R1 receive 10 100.00 20 180.00',
      'I1 issue -4 -40.00 16 140.00',
      'I1 recost 2 0 8.00 16 148.00',
      'T1 transfer 0 0.00 16 148.00',
      'T1 recost 3 0 0.00 16 148.00',
    ]);
    const thought = { name: 'statement', sku: 'A', knownAt: beforeLate } as const;
    assert.deepEqual(await shown(fields, thought), [
      'R1 receive 10 100.00 10 100.00',
      'I1 issue -4 -40.00 6 60.00',
      'T1 transfer 0 0.00 6 60.00',
    ]);
  });

  it('post a debit and a credit for all that moves value, and total them', async () => {
    const fields = 'posting kind account debit credit corrects';
    assert.deepEqual(
      await shown(fields, { name: 'journal', sku: 'A', since: '2026-06-10', asOf: '2026-06-14' }),
      [
        'A#2 issue 5000 40.00 0.00',
        'A#2 issue 1400 0.00 40.00',
        'A#5 recost 1400 8.00 0.00 A#2',
        'A#5 recost 5000 0.00 8.00 A#2',
      ],
    );
    const ofSales = ['A#2 issue 5000 40.00 0.00', 'A#5 recost 5000 0.00 8.00 A#2'];
    assert.deepEqual(await shown(fields, { name: 'journal', account: '5000' }), ofSales);
    assert.deepEqual(await shown(fields, { name: 'journal', account: '50' }), []);
    const received = await shown(fields, { name: 'journal', document: 'R2' });
    assert.deepEqual(received.slice(2), [
      'S#2 variance 5200 2.00 0.00 S#1',
      'S#2 variance 1400 0.00 2.00 S#1',
    ]);
    assert.deepEqual(await shown('account debit credit balance', { name: 'trial' }), [
      '1400 214.00 62.00 152.00',
      '1410 20.00 4.00 16.00',
      '1600 0.00 202.00 -202.00',
      '5000 40.00 8.00 32.00',
      '5200 2.00 0.00 2.00',
    ]);
  });

  it('total a month with what each account began and ended it with', async () => {
    const fields = 'account opening debit credit balance closing';
    assert.deepEqual(
      await shown(fields, { name: 'trial', since: '2026-06-02', asOf: '2026-06-30' }),
      [
        '1400 80.00 134.00 62.00 72.00 152.00',
        '1410 0.00 20.00 4.00 16.00 16.00',
        '1600 -80.00 0.00 122.00 -122.00 -202.00',
        '5000 0.00 40.00 8.00 32.00 32.00',
        '5200 0.00 2.00 0.00 2.00 2.00',
      ],
    );
    const june = await shown(fields, { name: 'trial', period: '2026-06' });
    assert.deepEqual(june[0], '1400 0.00 214.00 62.00 152.00 152.00');
    assert.deepEqual(await shown(fields, { name: 'trial', period: '2026-07' }), [
      '1400 152.00 0.00 0.00 0.00 152.00',
      '1410 16.00 0.00 0.00 0.00 16.00',
      '1600 -202.00 0.00 0.00 0.00 -202.00',
      '5000 32.00 0.00 0.00 0.00 32.00',
      '5200 2.00 0.00 0.00 0.00 2.00',
    ]);
    const days = { since: '2026-06-01', asOf: '2026-06-30' };
    assert.deepEqual(await shown(fields, { name: 'trial', ...days }), june);
    assert.deepEqual(
      await rows({ name: 'journal', period: '2026-06' }),
      await rows({ name: 'journal', ...days }),
    );
    for (const other of [{ since: '2026-06-02' }, { asOf: '2026-06-02' }])
      await assert.rejects(rows({ name: 'trial', period: '2026-06', ...other }), {
        code: 'QUERY_BAD_PERIOD',
      });
  });

  it('roll the stock forward from one date to another', async () => {
    const rolled = async (fields: string, query: Partial<Query> = {}) =>
      shown(fields, { name: 'roll-forward', since: '2026-06-02', asOf: '2026-06-14', ...query });
    const values =
      'sku openingValue receivedValue issuedValue landedValue correctedValue closingValue';
    assert.deepEqual(await rolled(values), [
      'A 80.00 100.00 -40.00 0.00 8.00 148.00',
      'B 0.00 10.00 0.00 0.00 0.00 10.00',
      'S 0.00 12.00 0.00 0.00 -2.00 10.00',
    ]);
    assert.deepEqual(await rolled(values, { knownAt: beforeLate, sku: 'A' }), [
      'A 0.00 100.00 -40.00 0.00 0.00 60.00',
    ]);
    const quantities = 'sku pool openingQuantity receivedQuantity issuedQuantity closingQuantity';
    assert.deepEqual(await rolled(quantities, { sku: 'A' }), ['A 10 10 -4 16']);
    const moved = 'pool openingValue transferredQuantity transferredValue closingValue';
    const later = { since: '2026-06-15', asOf: '2026-06-30', by: 'pool', sku: 'A' };
    assert.deepEqual(await rolled(moved, later), [
      'main 148.00 -2 -16.00 132.00',
      'north 0.00 2 16.00 16.00',
    ]);
    assert.deepEqual(await rolled('sku openingValue closingValue', { asOf: '2026-06-02' }), [
      'A 80.00 180.00',
      'B 0.00 10.00',
    ]);
    const all = { name: 'roll-forward' } as const;
    assert.deepEqual(await shown('sku openingQuantity receivedQuantity closingQuantity', all), [
      'A 0 20 16',
      'B 0 4 4',
      'S 0 2 2',
    ]);
  });

  it('say what was recorded after an earlier answer', async () => {
    const later = { recordedAfter: beforeLate, asOf: '2026-06-30' };
    const postings = 'posting account debit credit corrects';
    assert.deepEqual(await shown(postings, { name: 'journal', ...later }), [
      'A#4 1400 80.00 0.00',
      'A#4 1600 0.00 80.00',
      'A#5 1400 8.00 0.00 A#2',
      'A#5 5000 0.00 8.00 A#2',
      'A#6 1400 4.00 0.00 A#3',
      'A#6 1410 0.00 4.00 A#3',
    ]);
    const rolled = 'sku openingValue receivedValue issuedValue correctedValue closingValue';
    const from = { name: 'roll-forward', since: '2026-06-02' } as const;
    assert.deepEqual(await shown(rolled, { ...from, ...later }), ['A 80.00 0.00 0.00 8.00 88.00']);
    const known = { ...from, asOf: '2026-06-30', sku: 'A' };
    assert.deepEqual(await shown(rolled, { ...known, knownAt: beforeLate }), [
      'A 0.00 100.00 -40.00 0.00 60.00',
    ]);
    assert.deepEqual(await shown(rolled, known), ['A 80.00 100.00 -40.00 8.00 148.00']);
    const same = { knownAt: beforeLate, recordedAfter: beforeLate };
    assert.deepEqual(await rows({ ...from, ...same }), []);
    assert.deepEqual(await rows({ name: 'trial', ...same }), []);
  });

  it('say how old stock is, by day, wherever it lies', async () => {
    const age = (query: Partial<Query>) =>
      shown('sku pool age quantity value', { name: 'ageing', sku: 'A', ...query });
    assert.deepEqual(await age({ ranges: [29, 60] }), [
      'A main 0-29 10 100.00',
      'A main 30-60 4 32.00',
      'A north 30-60 2 16.00',
    ]);
    assert.deepEqual(await age({ by: 'slot', asOf: '2026-06-11' }), [
      'A main 10 6 48.00',
      'A main 9 10 100.00',
    ]);
    assert.deepEqual(await age({ asOf: '2026-06-11', knownAt: beforeLate }), [
      'A main 0-30 6 60.00',
    ]);
  });

  it('find what was not issued for a while, not what came only lately', async () => {
    const slow = (asOf: string, days: number) =>
      shown('sku quantity value idleDays lastIssue', { name: 'slow-movers', asOf, days });
    assert.deepEqual(await slow('2026-06-30', 20), [
      'A 16 148.00 20 2026-06-10T08:00:00.000Z',
      'B 4 10.00 28',
      'S 2 10.00 27',
    ]);
    assert.deepEqual(await slow('2026-06-30', 28), ['B 4 10.00 28']);
    assert.deepEqual(await slow('2026-06-05', 20), []);
  });

  it('rank by what was issued over a period', async () => {
    const fields = 'rank sku class quantity value share';
    assert.deepEqual(await shown(fields, { name: 'abc' }), ['1 A A 4 32.00 100.00']);
    const thought = { name: 'abc', asOf: '2026-06-30', knownAt: beforeLate } as const;
    assert.deepEqual(await shown(fields, thought), ['1 A A 4 40.00 100.00']);
    assert.deepEqual(await shown(fields, { name: 'abc', days: 10 }), []);
    assert.deepEqual(await shown(fields, { name: 'abc', since: '2026-06-11' }), []);
  });

  it('say what can be promised now and by date; what is held for an order counts once', async () => {
    const fields = 'sku pool location due onHand reserved incoming outgoing projected promisable';
    assert.deepEqual(await shown(fields, { name: 'available', sku: 'A' }), [
      'A main 14 3 0 0 11 2',
      'A main 2026-07-05 14 3 0 9 2 2',
      'A main 2026-07-10 14 3 20 0 22 22',
      'A north 2 0 0 0 2 2',
    ]);
    assert.deepEqual(await shown(fields, { name: 'available', place: 'HAM' }), [
      'A north HAM 2 0 0 0 2 2',
    ]);
  });

  it('list reservations, orders and periods', async () => {
    const held = { name: 'reservations', state: 'pending' } as const;
    assert.deepEqual(await shown('id state sku location quantity held reference', held), [
      'RES-1 pending A BER 3 3 SO-1',
    ]);
    assert.deepEqual(await rows({ name: 'reservations', sku: 'B' }), []);
    const orders = await shown('sku due document kind quantity', { name: 'orders' });
    assert.deepEqual(orders.sort(), ['A 2026-07-05 SO-1 sale 12', 'A 2026-07-10 PO-7 purchase 20']);
    assert.deepEqual(await shown('action through reason', { name: 'periods' }), [
      'close 2026-05-31 May is done',
    ]);
    assert.deepEqual(await rows({ name: 'periods', knownAt: beforeLate }), []);
    assert.deepEqual(await rows({ name: 'recosts' }), []);
  });

  it('refuse what is not known yet, and periods that cannot be', async () => {
    const refused = async (query: Query, code: string) =>
      assert.rejects(rows(query), (error: { code?: string }) => error.code === code);
    await refused({ name: 'stock', knownAt: '2026-07-01' }, 'KNOWN_AT_FUTURE');
    await refused({ name: 'stock', knownAt: '2026-07-01T00:05:00.001Z' }, 'KNOWN_AT_FUTURE');
    assert.ok((await rows({ name: 'stock', knownAt: '2026-07-01T00:00:00Z' })).length > 0);
    const backwards = { since: '2026-06-02', asOf: '2026-06-01' };
    await refused({ name: 'ledger', ...backwards }, 'QUERY_BAD_PERIOD');
    const never = { knownAt: '2026-06-19', recordedAfter: '2026-06-20' };
    await refused({ name: 'journal', ...never }, 'QUERY_BAD_PERIOD');
    await refused({ name: 'abc', since: '2026-06-02', days: 3 }, 'QUERY_BAD_PERIOD');
  });

  it('give the same answer for the same pair of dates, whatever is booked later', async () => {
    const pair = { asOf: '2026-06-30', knownAt: '2026-06-30' };
    const dated = reports.filter(({ parameters }) =>
      ['asOf', 'knownAt'].every((key) => parameters.some((one) => one.key === key)),
    );
    assert.ok(dated.length >= 9);
    const other = await openShop();
    const answers = async () => {
      const said: string[] = [];
      for (const { name } of dated) {
        for await (const page of queryRows(
          other.store,
          other.policy,
          { name, ...pair },
          timeAt(now),
        )) {
          said.push(name, ...page.map((row) => JSON.stringify(row)));
        }
      }
      return said;
    };
    const before = await answers();
    const line = { line: '1', sku: 'A', location: 'BER', quantity: '5' };
    const late = (type: string, document: string, at: string, more: object, learnt: string) =>
      other.send({
        type: `stock.${type}.v1`,
        recordedAt: `2026-07-0${learnt}T00:00:00.000Z`,
        data: { document, at: `${at}T00:00:00.000Z`, lines: [{ ...line, ...more }] },
      });
    assert.deepEqual(await late('receive', 'L1', '2026-06-01', { unitCost: '1' }, '2'), ['booked']);
    assert.deepEqual(await late('issue', 'L2', '2026-06-05', {}, '3'), ['booked']);
    const gone = { type: 'stock.cancel.v1', recordedAt: '2026-07-04T00:00:00.000Z' };
    assert.deepEqual(await other.send({ ...gone, data: { document: 'I1' } }), ['booked']);
    const method = { line: '1', sku: 'A', valuation: 'average' };
    const data = { document: 'M1', at: '2026-06-20T00:00:00.000Z', lines: [method] };
    const recordedAt = '2026-07-05T00:00:00.000Z';
    const changed = { type: 'stock.method.v1', recordedAt, data };
    assert.deepEqual(await other.send(changed), ['booked']);
    const { rows: known } = await queryPage(
      other.store,
      other.policy,
      { name: 'valuation', sku: 'A' },
      { limit: 1 },
      systemTime,
    );
    assert.equal(known[0]!.method, 'average');
    assert.deepEqual(await answers(), before);
  });

  it('have rows of exactly the fields that they declare', async () => {
    for (const { name, columns } of reports) {
      const fields = columns.map(({ field }) => field);
      for (const row of await rows({ name, ...(name === 'slow-movers' ? { days: 1 } : {}) })) {
        assert.deepEqual(Object.keys(row), fields, name);
      }
    }
    assert.deepEqual(
      reports.map(({ name }) => name),
      queryNames,
    );
  });
});
