import assert from 'node:assert/strict';
import { queryField } from '../../../core/flow/queryField.ts';
import type { Query } from '../../../core/reports/Query.ts';

describe('query of a report flow', () => {
  const read = (value: unknown): Query | string[] => {
    const faults: string[] = [];
    const query = queryField().read(value, ['query'], ({ path, message, todo }) => {
      faults.push(`${path.join('.')}: ${message}; ${todo}`);
    });
    return query ?? faults;
  };

  it('takes every report by name, or with its options as YAML has them', () => {
    assert.deepEqual(read('journal'), { name: 'journal' });
    assert.deepEqual(read({ 'slow-movers': { days: 180 } }), { name: 'slow-movers', days: 180 });
    const ageing = { name: 'ageing', ranges: [30, 60], by: 'slot' };
    assert.deepEqual(read({ ageing: { ranges: [30, 60], by: 'slot' } }), ageing);
    assert.deepEqual(read({ ageing: { ranges: '30,60', by: 'slot' } }), ageing);
    assert.deepEqual(read({ abc: { shares: [70, 20, 10], since: '2026-01-01' } }), {
      ...{ name: 'abc', shares: [70, 20, 10], since: '2026-01-01' },
    });
    assert.deepEqual(read({ stock: { place: 'BER', sku: 4711 } }), {
      ...{ name: 'stock', place: 'BER', sku: '4711' },
    });
  });

  it('says what is wrong with an option, and which is meant', () => {
    assert.deepEqual(read({ journal: { asof: '2026-01-01' } }), [
      "query.journal.asof: 'asof' is not a field of journal; did you mean 'asOf'?",
    ]);
    const [fault] = read({ valuation: { asOf: 'some day' } }) as string[];
    assert.match(fault!, /^query\.valuation\.asOf: "some day" is not a day such as/);
    const [sku] = read({ stock: { sku: ['A', 'B'] } }) as string[];
    assert.match(sku!, /\["A","B"\] is not 1 to 256 characters/);
    const [days] = read({ abc: { days: 0.5 } }) as string[];
    assert.match(days!, /0\.5 is not a whole number from 1 to 36500/);
    assert.deepEqual(read('jurnal'), [
      "query: 'jurnal' is not one of stock, valuation, ledger, statement, explain, roll-forward, journal, trial, ageing, open-items, slow-movers, abc, available, reservations, orders, documents, items, locations, trace, unpriced, uncosted, unmatched-returns, recosts, closing, periods, audit-trail; did you mean 'journal'?",
    ]);
  });
});
