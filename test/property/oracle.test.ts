/** The oracle itself against figures that others stated, so that it is right before it judges. */
import assert from 'node:assert/strict';
import type { Doc, ItemFacts, Line, Setting } from './documents.ts';
import { worth } from './oracle/exact.ts';
import { truthOf } from './oracle.ts';

const setting = (item: Partial<ItemFacts> = {}): Setting => ({
  items: [
    { sku: 'X', valuation: 'fifo', ...item },
    { sku: 'P', valuation: 'fifo' },
  ],
  pools: { home: ['A'], south: ['S'] },
  negative: 'allow',
  minorDigits: 2,
  closedPeriod: 'refuse',
});

let count = 0;
const doc = (type: string, line: Line, data: Doc['data'] = {}): Doc => {
  count += 1;
  const day = `${1 + (count % 27)}`.padStart(2, '0');
  const month = `${1 + Math.floor(count / 27)}`.padStart(2, '0');
  const at = `20${10 + Math.floor(count / 324)}-${month}-${day}T00:00:00.000Z`;
  return {
    type: `stock.${type}.v1`,
    recordedAt: at,
    data: { document: `D${count}`, at, ...data, lines: [{ sku: 'X', location: 'A', ...line }] },
  };
};
const receive = (quantity: string, unitCost?: string, more: Line = {}) =>
  doc('receive', { quantity, ...(unitCost === undefined ? {} : { unitCost }), ...more });
const issue = (quantity: string, more: Line = {}) => doc('issue', { quantity, ...more });

/** `quantity value, cost of sales` after the documents, in pieces and cents. */
function books(docs: Doc[], item?: Partial<ItemFacts>, pool = 'home'): string {
  const truth = truthOf(setting(item), docs);
  const { quantity, value } = truth.pools.get(`X|${pool}`)!;
  return `${Number(quantity) / 1e6} ${value}, ${truth.accounts.get('X|customer') ?? 0n}`;
}
const cost = (docs: Doc[], at: number, item?: Partial<ItemFacts>): bigint | undefined =>
  truthOf(setting(item), docs).values.get(`${docs[at]!.data.document}/1`);

describe('the oracle of the properties', () => {
  beforeEach(() => {
    count = 0;
  });

  it('rounds half away from zero, below zero too', () => {
    assert.deepEqual(
      [5n, 15n, 25n, -5n, -15n, -25n, 26n].map((cents) => worth(cents * 10_000n, 100_000n, 2)),
      [1n, 2n, 3n, -1n, -2n, -3n, 3n],
    );
  });

  it('costs by FIFO as OD-FIFO-01', () => {
    const docs = [
      receive('68', '15'),
      receive('140', '15.5'),
      issue('94'),
      receive('40', '16'),
      receive('78', '16.5'),
      issue('116'),
      issue('62'),
      doc('transfer', { quantity: '10', from: 'A', to: 'transit' }),
      issue('10', { location: 'transit' }),
    ];
    assert.deepEqual(
      [2, 5, 6, 8].map((at) => cost(docs, at)),
      [142300n, 179900n, 100400n, 16500n],
    );
    assert.equal(books(docs), '44 72600, 439100');
  });

  it('trues a shortage up as EN-FIFO-07 and OD-FIFO-04', () => {
    const short = [receive('10', '10'), issue('15'), issue('5')];
    assert.equal(books(short.slice(0, 2)), '-5 -5000, 15000');
    assert.equal(books(short), '-10 -10000, 20000');
    assert.equal(books([...short, receive('15', '15')]), '5 7500, 25000');
    const standard = { standardCost: '8' };
    const odoo = [issue('50'), receive('40', '15'), receive('20', '25')];
    assert.equal(books(odoo.slice(0, 1), standard), '-50 -40000, 40000');
    assert.equal(books(odoo.slice(0, 2), standard), '-10 -8000, 68000');
    assert.equal(books(odoo, standard), '10 25000, 85000');
  });

  it('costs by moving average as OD-AVCO-02 and OD-AVCO-04', () => {
    const average = { valuation: 'average' };
    const docs = [
      receive('60', '15'),
      receive('140', '15.5'),
      issue('190'),
      receive('70', '16'),
      issue('30'),
      receive('10', '99', { owner: 'O1' }),
      issue('50'),
    ];
    assert.deepEqual(
      [2, 4, 6].map((at) => cost(docs, at, average)),
      [291650n, 47756n, 79594n],
    );
    assert.equal(books(docs, average), '0 0, 419000');
    const short = [
      receive('10', '10'),
      receive('10', '20'),
      issue('5'),
      issue('30'),
      receive('20', '20'),
      issue('5'),
      receive('10', '10'),
    ];
    assert.deepEqual(
      [2, 3, 5].map((at) => cost(short, at, average)),
      [7500n, 45000n, 10000n],
    );
    assert.equal(books(short.slice(0, 5), average), '5 10000, 60000');
    assert.equal(books(short, average), '10 10000, 70000');
  });

  it('costs newest first as EN-LIFO-01 and EN-LIFO-02', () => {
    const lifo = { valuation: 'lifo' };
    const docs = [receive('10', '10'), receive('10', '20')];
    assert.equal(books([...docs, issue('15')], lifo), '5 5000, 25000');
    assert.equal(books([...docs, issue('25')], lifo), '-5 -5000, 35000');
  });

  it('costs by lot as EN-BATCH-01', () => {
    const docs = [
      receive('1', '100', { lot: '0' }),
      receive('1', '50', { lot: '1' }),
      receive('1', '150', { lot: '0' }),
      receive('1', '100', { lot: '1' }),
      issue('1', { lot: '1' }),
      issue('1', { lot: '0' }),
      issue('1', { lot: '1' }),
      issue('1', { lot: '0' }),
    ];
    const lot = { valuation: 'lot' };
    assert.deepEqual(
      [4, 5, 6, 7].map((at) => cost(docs, at, lot)),
      [7500n, 12500n, 7500n, 12500n],
    );
    assert.equal(books(docs, lot), '0 0, 40000');
  });

  it('keeps a standard cost whatever is paid', () => {
    const standard = { valuation: 'standard', standardCost: '10' };
    const docs = [receive('10', '12'), receive('10', '9'), issue('15')];
    assert.equal(books(docs, standard), '5 5000, 15000');
    const truth = truthOf(setting(standard), docs);
    assert.equal(truth.accounts.get('X|variance'), 1000n);
    const set = doc('revalue', { unitCost: '15' });
    assert.equal(books([...docs, set], standard), '5 7500, 15000');
  });

  it('leaves no value without quantity as OD-ROUND-01 and OD-ROUND-04', () => {
    const docs = [receive('1', '1'), receive('1', '1'), receive('1', '1.01'), issue('3')];
    assert.equal(books(docs, { valuation: 'average' }), '0 0, 301');
    const first = receive('3', '20');
    const landed = doc('landed-cost', { receipt: first.data.document!, amount: '40' });
    const rest = [issue('1'), issue('1'), issue('1')];
    const all = [first, landed, ...rest];
    assert.deepEqual(
      [2, 3, 4].map((at) => cost(all, at)),
      [3333n, 3334n, 3333n],
    );
  });

  it('spreads landed costs over what is left as OD-LC-01 to 04', () => {
    const one = receive('10', '10');
    const two = receive('10', '20');
    const landed = () => doc('landed-cost', { receipt: one.data.document!, amount: '100' });
    assert.equal(books([one, two, landed(), issue('1')]), '19 38000, 2000');
    assert.equal(books([one, issue('10'), landed()]), '0 0, 20000');
    assert.equal(books([one, two, issue('1'), landed()]), '19 38000, 2000');
    assert.equal(
      books([one, two, issue('1'), landed()], { valuation: 'average' }),
      '19 37500, 2500',
    );
  });

  it('takes returns at their cost as OD-FIFO-07, OD-AVCO-08 and EN-FIFO-02', () => {
    const sale = issue('10');
    sale.data.at = '2010-01-04T00:00:00.000Z';
    const docs = [receive('8', '10'), receive('4', '16'), sale, receive('2', '6')];
    docs.push(
      doc('return', { quantity: '1' }, { party: 'customer', reference: sale.data.document! }),
    );
    assert.equal(cost(docs, 4), 1120n);
    const both = [receive('1', '13.13'), receive('1', '12.2'), issue('2')];
    both.push(
      doc('return', { quantity: '2' }, { party: 'customer', reference: both[2]!.data.document! }),
    );
    assert.equal(books(both, { valuation: 'average' }), '2 2533, 0');
    const bought = [receive('1', '10'), receive('2', '20'), receive('1', '20')];
    const back = (reference: string) =>
      doc('return', { quantity: '2' }, { reference, party: 'supplier' });
    assert.equal(books([...bought, back(bought[1]!.data.document!)]), '2 3000, 0');
  });

  it('changes the method as OD-METHOD-01, but writes nothing up', () => {
    const docs = [receive('10', '10'), receive('10', '20'), issue('1')];
    const change = (valuation: string, standardCost?: string) =>
      doc('method', { valuation, ...(standardCost ? { standardCost } : {}) });
    assert.equal(books([...docs, change('average')]), '19 29000, 1000');
    assert.equal(books([...docs, change('fifo')], { valuation: 'average' }), '19 28500, 1500');
    const standard = change('standard', '15');
    assert.equal(books([...docs, standard], { valuation: 'average' }), '19 28500, 1500');
  });

  it('re-costs through transfers and production as EN-REPOST-01 and EN-REPOST-02', () => {
    const day = (number: number) => ({ at: `2020-04-${number}T00:00:00.000Z` });
    const counted = (quantity: string, unitCost: string, on: number, location: string) =>
      doc('count', { quantity, unitCost, location }, day(on));
    const made: Doc = {
      type: 'stock.produce.v1',
      recordedAt: '',
      data: {
        document: 'M1',
        at: '2020-05-05T00:00:00.000Z',
        additionalCost: '40',
        components: [{ sku: 'X', location: 'A', quantity: '5' }],
        lines: [{ sku: 'P', location: 'S', quantity: '1' }],
      },
    };
    const docs = [
      counted('50', '100', 10, 'A'),
      counted('10', '200', 20, 'S'),
      doc('transfer', { quantity: '10', from: 'A', to: 'S' }, day(30)),
      made,
    ];
    const product = (all: Doc[]) => truthOf(setting(), all).pools.get('P|south')!.value;
    assert.equal(books(docs, {}, 'south'), '20 300000, 0');
    assert.equal(product(docs), 54000n);
    const corrected = [...docs, counted('50', '150', 12, 'A')];
    assert.equal(books(corrected, {}, 'south'), '20 350000, 0');
    assert.equal(product(corrected), 79000n);

    const early = (number: number, quantity: string) =>
      doc('receive', { quantity, unitCost: '20' }, day(number));
    const chain = [
      doc('receive', { quantity: '5', unitCost: '10' }, day(12)),
      doc('transfer', { quantity: '5', from: 'A', to: 'S' }, day(13)),
      doc('issue', { quantity: '5', location: 'S' }, day(14)),
    ];
    const sales = (more: Doc[]) =>
      truthOf(setting(), [...chain, ...more]).accounts.get('X|customer');
    const five = early(11, '5');
    const cancel: Doc = {
      type: 'stock.cancel.v1',
      recordedAt: '',
      data: { document: five.data.document! },
    };
    assert.equal(sales([]), 5000n);
    assert.equal(sales([five]), 10000n);
    assert.equal(sales([five, cancel]), 5000n);
    assert.equal(sales([five, cancel, early(10, '2')]), 7000n);
  });

  it('lets a count stand whatever is booked before it, as EN-RECO-01', () => {
    const at = (hour: number) => ({ at: `2020-04-01T${hour}:00:00.000Z` });
    const docs = [
      doc('receive', { quantity: '100', unitCost: '100' }, at(10)),
      doc('count', { quantity: '100', unitCost: '200' }, at(12)),
    ];
    assert.equal(books(docs), '100 2000000, 0');
    const early = doc('count', { quantity: '50', unitCost: '50' }, at(11));
    assert.equal(books([...docs, early]), '100 2000000, 0');
    const seen = truthOf(setting(), [...docs, early], '2020-04-01T11:30:00.000Z');
    assert.equal(seen.pools.get('X|home')!.value, 250000n);
  });
});
