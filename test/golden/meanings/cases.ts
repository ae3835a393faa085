/** The figures of docs/valuation-choices.md "Decided, not built yet", and some beside them. */
import type { ValuationMethod } from '../../../core/ledger.ts';
import { type Doc, day } from '../../ledgerRig.ts';
import { euros } from '../../stockBook.ts';
import type { Meaning } from './Meaning.ts';

interface LineOptions {
  sku?: string;
  place?: string;
  lot?: string;
  at?: string;
  partner?: string;
  reference?: string;
}

let minutes = 0;
/** A minute after the document before. */
const later = (): string => {
  minutes += 1;
  return day(1, minutes);
};

function lineDoc(type: string, document: string, line: object, options: LineOptions): Doc {
  const { sku = 'A', lot, at = later(), partner, reference } = options;
  const refers = { ...(reference ? { reference } : {}), ...(partner ? { partner } : {}) };
  return [type, { document, at, ...refers, lines: [{ sku, ...(lot ? { lot } : {}), ...line }] }];
}

const receive = (
  document: string,
  quantity: string,
  unitCost?: string,
  options: LineOptions = {},
) =>
  lineDoc(
    'receive',
    document,
    { location: options.place ?? 'W', quantity, ...(unitCost ? { unitCost } : {}) },
    options,
  );
const issue = (document: string, quantity: string, options: LineOptions = {}): Doc =>
  lineDoc('issue', document, { location: options.place ?? 'W', quantity }, options);
const transfer = (
  document: string,
  [from, to]: readonly [string, string],
  quantity: string,
  options: LineOptions = {},
): Doc => lineDoc('transfer', document, { from, to, quantity }, options);

function giveBack(
  party: 'supplier' | 'customer',
  document: string,
  quantity: string,
  options: LineOptions,
): Doc {
  const location = options.place ?? 'W';
  const [type, data] = lineDoc('return', document, { location, quantity }, options);
  return [type, { ...data, party }];
}

const landed = (
  document: string,
  receipts: readonly string[],
  amount: string,
  partner = '',
): Doc => [
  'landed-cost',
  {
    document,
    at: later(),
    ...(partner ? { partner } : {}),
    amount,
    lines: receipts.map((receipt) => ({ receipt })),
  },
];
const writeDown = (document: string, amount: string, lot?: string): Doc => [
  'revalue',
  {
    ...{ document, at: later(), reason: 'NRV', writeDown: true },
    lines: [{ sku: 'A', amount, ...(lot ? { lot } : {}) }],
  },
];
const opening = (document: string, line: object, at = later()): Doc => [
  'opening',
  { document, at, lines: [{ sku: 'A', location: 'W', ...line }] },
];
const count = (document: string, counted: readonly object[], at = later()): Doc => [
  'count',
  { document, at, lines: counted.map((line) => ({ sku: 'A', location: 'W', ...line })) },
];
const method = (valuation: ValuationMethod, more: object = {}): Doc => [
  'item.upsert.v1',
  { sku: 'A', valuation, ...more },
];

const reserve = (reservation: string, quantities: readonly string[]): Doc => [
  'reservation.create.v1',
  {
    reservation,
    at: later(),
    lines: quantities.map((quantity) => ({ sku: 'A', location: 'W', quantity })),
  },
];
const ship = (reservation: string, line: string, quantity: string): Doc => [
  'reservation.commit.v1',
  { reservation, at: later(), rest: 'keep', lines: [{ line, quantity }] },
];

const pools = { ber: ['BER'], ham: ['HAM'], muc: ['MUC'], zrh: ['ZRH'] };
const byPlace = { pools, negative: 'allow' } as const;

const transfers: Meaning[] = [
  ...(['fifo', 'lifo', 'average'] as const).map(
    (valuation): Meaning => ({
      name: `arrival takes what its own shipment brought, ${valuation}`,
      policy: byPlace,
      docs: [
        method(valuation),
        receive('GR-1', '5', '10', { place: 'BER' }),
        receive('GR-2', '5', '20', { place: 'ZRH' }),
        transfer('VS-1', ['BER', 'transit'], '5'),
        transfer('VS-2', ['ZRH', 'transit'], '5'),
        transfer('EG-2', ['transit', 'MUC'], '5', { reference: 'VS-2' }),
        transfer('EG-1', ['transit', 'HAM'], '5', { reference: 'VS-1' }),
      ],
      figures: { pools: { 'A ham': '5 @ 50.00', 'A muc': '5 @ 100.00' } },
    }),
  ),
  {
    name: 'landed cost on goods that settle a shortage of their own, in a circle of transfers',
    policy: byPlace,
    docs: [
      receive('GR-1', '1', '1', { place: 'BER' }),
      transfer('UM-1', ['BER', 'ZRH'], '2'),
      transfer('UM-2', ['BER', 'MUC'], '1'),
      landed('LC-1', ['GR-1'], '1'),
      transfer('UM-3', ['ZRH', 'BER'], '2'),
    ],
    figures: {
      pools: { 'A muc': '1 @ 2.00' },
      accounts: { received: '-1.00', landedCost: '-1.00' },
    },
  },
  ...(['fifo', 'lifo'] as const).map(
    (valuation): Meaning => ({
      name: `landed costs on what settled a shortage, of which some has come back since, ${valuation}`,
      policy: byPlace,
      docs: [
        method(valuation),
        receive('GR-1', '1', '1', { place: 'BER' }),
        transfer('UM-1', ['BER', 'ZRH'], '4'),
        receive('GR-2', '1', '1', { place: 'BER' }),
        transfer('UM-2', ['ZRH', 'BER'], '2'),
        landed('LC-1', ['GR-2'], '2'),
        landed('LC-2', ['GR-1'], '1'),
      ],
      figures: {
        pools: { 'A zrh': '2 @ 5.00' },
        accounts: { received: '-2.00', landedCost: '-3.00' },
      },
    }),
  ),
  {
    name: 'two places settle with what they were short of what the other is short of',
    policy: byPlace,
    docs: [
      receive('GR-1', '1', '1', { place: 'ZRH' }),
      transfer('UM-1', ['ZRH', 'BER'], '2'),
      transfer('UM-2', ['BER', 'MUC'], '2'),
      transfer('UM-3', ['BER', 'ZRH'], '3'),
      transfer('UM-4', ['MUC', 'BER'], '3'),
      receive('GR-2', '1', '2', { place: 'MUC' }),
    ],
    figures: {
      pools: { 'A zrh': '2 @ 3.00' },
      accounts: { received: '-3.00' },
    },
  },
  {
    name: 'landed cost on goods in a circle of two transfers within one arrival',
    policy: byPlace,
    docs: [
      receive('GR-1', '1', '1', { place: 'BER' }),
      transfer('UM-1', ['BER', 'MUC'], '2'),
      transfer('UM-2', ['BER', 'MUC'], '2'),
      transfer('UM-3', ['MUC', 'BER'], '3'),
      landed('LC-1', ['GR-1'], '1'),
    ],
    figures: {
      pools: { 'A muc': '1 @ 2.00' },
      accounts: { received: '-1.00', landedCost: '-1.00' },
    },
  },
  {
    name: 'average, what was short comes back at another value, and nothing of it is left',
    policy: byPlace,
    docs: [
      method('average'),
      receive('GR-1', '1', '1', { place: 'BER' }),
      transfer('UM-1', ['BER', 'ZRH'], '2'),
      landed('LC-1', ['GR-1'], '1'),
      transfer('UM-2', ['ZRH', 'MUC'], '1'),
      transfer('UM-3', ['ZRH', 'BER'], '1'),
    ],
    figures: {
      pools: { 'A muc': '1 @ 1.50' },
      accounts: { received: '-1.00', landedCost: '-1.00', costOfSales: '0.50' },
    },
  },
  {
    name: 'landed cost on some of what a transfer was short of, which is sold in part',
    policy: byPlace,
    docs: [
      receive('GR-1', '1', '1', { place: 'BER' }),
      issue('SI-1', '1', { place: 'BER' }),
      transfer('UM-1', ['BER', 'ZRH'], '2'),
      issue('SI-2', '1', { place: 'ZRH' }),
      receive('GR-2', '1', '1', { place: 'BER' }),
      landed('LC-1', ['GR-2'], '2'),
    ],
    figures: {
      pools: { 'A ber': '-1 @ -1.00', 'A zrh': '1 @ 2.00' },
      accounts: { received: '-2.00', landedCost: '-2.00', costOfSales: '3.00' },
    },
  },
  {
    name: 'under way at the end of a month is what the shipment left with',
    docs: [
      receive('GR-1', '5', '10', { place: 'BER' }),
      receive('GR-2', '5', '20', { place: 'ZRH' }),
      transfer('VS-1', ['BER', 'transit'], '5'),
      transfer('VS-2', ['ZRH', 'transit'], '5'),
      transfer('EG-2', ['transit', 'MUC'], '5', { reference: 'VS-2' }),
    ],
    policy: byPlace,
    figures: { pools: { 'A transit': '5 @ 50.00', 'A muc': '5 @ 100.00' } },
  },
  {
    name: 'arrival that is dated before its shipment',
    policy: byPlace,
    docs: [
      receive('GR-1', '10', '10', { place: 'BER', at: day(1) }),
      transfer('VS-1', ['BER', 'transit'], '5', { at: day(26, 30) }),
      transfer('EG-1', ['transit', 'HAM'], '5', { at: day(26), reference: 'VS-1' }),
    ],
    figures: {
      pools: { 'A ham': '5 @ 50.00', 'A ber': '5 @ 50.00' },
      accounts: { received: '-100.00' },
    },
  },
  ...(['fifo', 'average', 'standard'] as const).map(
    (valuation): Meaning => ({
      name: `arrival that is dated before its shipment takes nothing of another one, ${valuation}`,
      policy: byPlace,
      docs: [
        method(valuation, { standardCost: '12' }),
        receive('GR-1', '5', '10', { place: 'BER' }),
        receive('GR-2', '5', '20', { place: 'ZRH' }),
        transfer('VS-2', ['ZRH', 'transit'], '5'),
        transfer('EG-1', ['transit', 'HAM'], '5', { at: day(27), reference: 'VS-1' }),
        transfer('EG-2', ['transit', 'MUC'], '5', { at: day(28), reference: 'VS-2' }),
        transfer('VS-1', ['BER', 'transit'], '5', { at: day(27, 30) }),
      ],
      figures: {
        pools:
          valuation === 'standard'
            ? { 'A ham': '5 @ 60.00', 'A muc': '5 @ 60.00' }
            : { 'A ham': '5 @ 50.00', 'A muc': '5 @ 100.00' },
        accounts: {
          received: '-150.00',
          ...(valuation === 'standard' ? { variance: '30.00' } : {}),
        },
      },
    }),
  ),
  {
    name: 'more arrives than was shipped: the oldest of the others',
    policy: byPlace,
    docs: [
      receive('GR-1', '5', '10', { place: 'BER' }),
      receive('GR-2', '5', '20', { place: 'ZRH' }),
      transfer('VS-1', ['BER', 'transit'], '5'),
      transfer('VS-2', ['ZRH', 'transit'], '5'),
      transfer('EG-2', ['transit', 'MUC'], '6', { reference: 'VS-2' }),
      transfer('EG-3', ['transit', 'MUC'], '1', { reference: 'VS-2' }),
    ],
    figures: { pools: { 'A muc': '7 @ 120.00', 'A transit': '3 @ 30.00' } },
  },
  {
    name: 'lost on the way is of the shipment that is named',
    policy: byPlace,
    docs: [
      method('average'),
      receive('GR-1', '5', '10', { place: 'BER' }),
      receive('GR-2', '5', '20', { place: 'ZRH' }),
      transfer('VS-1', ['BER', 'transit'], '5'),
      transfer('VS-2', ['ZRH', 'transit'], '5'),
      lineDoc('adjust', 'AD-1', { location: 'transit', quantity: '-1' }, { reference: 'VS-2' }),
      transfer('SC-1', ['transit', 'scrap'], '1', { reference: 'VS-2' }),
    ],
    figures: {
      pools: { 'A transit': '8 @ 110.00' },
      accounts: { received: '-150.00', adjustment: '20.00', scrap: '20.00' },
    },
  },
  {
    name: 'a shipment of two lines is one value of an average',
    policy: byPlace,
    docs: [
      method('average'),
      receive('GR-1', '5', '10', { place: 'BER' }),
      receive('GR-2', '5', '20', { place: 'ZRH' }),
      [
        'transfer',
        {
          document: 'VS-1',
          at: later(),
          lines: ['BER', 'ZRH'].map((from) => ({ sku: 'A', from, to: 'transit', quantity: '5' })),
        },
      ],
      transfer('EG-1', ['transit', 'HAM'], '5', { reference: 'VS-1' }),
    ],
    figures: { pools: { 'A ham': '5 @ 75.00', 'A transit': '5 @ 75.00' } },
  },
  {
    name: 'arrivals of thirds: the last takes the residue',
    policy: byPlace,
    docs: [
      method('average'),
      receive('GR-1', '3', '3.333333', { place: 'BER' }),
      transfer('VS-1', ['BER', 'transit'], '3'),
      ...['1', '2', '3'].map((n) =>
        transfer(`EG-${n}`, ['transit', 'HAM'], '1', { reference: 'VS-1' }),
      ),
    ],
    figures: { pools: { 'A ham': '3 @ 10.00' } },
  },
  {
    name: 'transfer of what was not there yet',
    policy: byPlace,
    docs: [transfer('TR-1', ['BER', 'HAM'], '5'), receive('GR-1', '5', '10', { place: 'BER' })],
    figures: { pools: { 'A ham': '5 @ 50.00' }, accounts: { received: '-50.00' } },
  },
  {
    name: 'transfer of what was not there yet, some of it sold',
    policy: byPlace,
    docs: [
      transfer('TR-1', ['BER', 'HAM'], '5'),
      issue('SI-1', '3', { place: 'HAM' }),
      receive('GR-1', '5', '10', { place: 'BER' }),
    ],
    figures: {
      pools: { 'A ham': '2 @ 20.00' },
      accounts: { received: '-50.00', costOfSales: '30.00' },
    },
  },
  {
    name: 'transfer of what was not there yet, on to a place that was short itself',
    policy: byPlace,
    docs: [
      receive('GR-0', '1', '8', { place: 'BER' }),
      transfer('TR-1', ['HAM', 'MUC'], '4'),
      issue('SI-1', '1', { place: 'MUC' }),
      transfer('TR-2', ['BER', 'HAM'], '5'),
      receive('GR-1', '4', '10', { place: 'BER' }),
    ],
    figures: {
      pools: { 'A ham': '1 @ 10.00', 'A muc': '3 @ 28.50' },
      accounts: { received: '-48.00', costOfSales: '9.50' },
    },
  },
  {
    name: 'what left at a guess comes back',
    policy: byPlace,
    docs: [
      receive('GR-1', '1', '1', { place: 'BER' }),
      transfer('TR-1', ['BER', 'HAM'], '4'),
      receive('GR-2', '1', '2', { place: 'BER' }),
      transfer('TR-2', ['HAM', 'BER'], '2'),
    ],
    figures: { pools: { 'A ham': '2 @ 3.00' }, accounts: { received: '-3.00' } },
  },
  {
    name: 'guess of a pool that never had stock',
    policy: byPlace,
    docs: [receive('GR-1', '10', '10', { place: 'BER' }), issue('SI-1', '2', { place: 'HAM' })],
    figures: { accounts: { received: '-100.00', costOfSales: '20.00' } },
  },
];

/** A document with its lines twice. */
const twice = ([type, data]: Doc): Doc => {
  const { lines } = data as { lines: readonly unknown[] };
  return [type, { ...data, lines: [...lines, ...lines] }];
};

const returns: Meaning[] = [
  ...(['fifo', 'lifo'] as const).map(
    (valuation): Meaning => ({
      name: `back to the supplier, its layers sold, ${valuation}`,
      docs: [
        method(valuation),
        receive('GR-1', '10', '10'),
        issue('SI-1', '10'),
        receive('GR-2', '10', '20'),
        giveBack('supplier', 'RT-1', '5', { reference: 'GR-1' }),
      ],
      figures: {
        pools: { 'A main': '5 @ 100.00' },
        accounts: { received: '-250.00', costOfSales: '100.00', variance: '50.00' },
      },
    }),
  ),
  {
    name: 'back to the supplier, freight was paid',
    docs: [
      receive('GR-1', '10', '10'),
      landed('LC-1', ['GR-1'], '50'),
      giveBack('supplier', 'RT-1', '10', { reference: 'GR-1' }),
    ],
    figures: { accounts: { landedCost: '-50.00', variance: '50.00' } },
  },
  {
    name: 'back to the supplier at standard cost',
    docs: [
      method('standard', { standardCost: '12' }),
      receive('GR-1', '10', '10'),
      giveBack('supplier', 'RT-1', '10', { reference: 'GR-1' }),
    ],
    figures: { accounts: {} },
  },
  {
    name: 'back to the supplier, average, the receipt still there',
    docs: [
      method('average'),
      receive('GR-1', '10', '10'),
      receive('GR-2', '10', '20'),
      giveBack('supplier', 'RT-1', '5', { reference: 'GR-1' }),
    ],
    figures: { pools: { 'A main': '15 @ 250.00' }, accounts: { received: '-250.00' } },
  },
  {
    name: 'back to the supplier, half of each of two lines',
    docs: [
      twice(receive('GR-1', '1', '0.01')),
      giveBack('supplier', 'RT-1', '1', { reference: 'GR-1' }),
    ],
    figures: {
      pools: { 'A main': '1 @ 0.01' },
      accounts: { received: '-0.01' },
    },
  },
  {
    name: 'a thousand returns of one bring back what left',
    docs: [
      receive('GR-1', '1000', '0.015'),
      issue('SI-1', '1000'),
      ...Array.from({ length: 1_000 }, (_, index) =>
        giveBack('customer', `RC-${index}`, '1', { reference: 'SI-1' }),
      ),
    ],
    figures: { pools: { 'A main': '1000 @ 15.00' }, accounts: { received: '-15.00' } },
  },
  {
    name: 'three returns of a third',
    docs: [
      receive('GR-1', '3', '3.333333'),
      issue('SI-1', '3'),
      ...['RC-1', 'RC-2', 'RC-3'].map((document) =>
        giveBack('customer', document, '1', { reference: 'SI-1' }),
      ),
    ],
    figures: { pools: { 'A main': '3 @ 10.00' }, accounts: { received: '-10.00' } },
  },
];

const named: Meaning[] = [
  ...(['fifo', 'average'] as const).map(
    (valuation): Meaning => ({
      name: `a return that names a line, ${valuation}`,
      policy: byPlace,
      docs: [
        method(valuation),
        receive('GR-1', '5', '10', { place: 'BER' }),
        receive('GR-2', '5', '30', { place: 'ZRH' }),
        [
          'issue',
          {
            document: 'SI-1',
            at: later(),
            lines: ['BER', 'ZRH'].map((location) => ({ sku: 'A', location, quantity: '5' })),
          },
        ],
        [
          'return',
          {
            document: 'RC-1',
            at: later(),
            party: 'customer',
            reference: 'SI-1',
            lines: [{ sku: 'A', location: 'HAM', quantity: '5', referenceLine: '2' }],
          },
        ],
      ],
      figures: {
        pools: { 'A ham': '5 @ 150.00' },
        accounts: { received: '-200.00', costOfSales: '50.00' },
      },
    }),
  ),
  {
    name: 'a return that names a line of no document',
    docs: [
      [
        'return',
        {
          document: 'RC-1',
          at: later(),
          party: 'customer',
          lines: [{ sku: 'A', location: 'W', quantity: '5', referenceLine: '2' }],
        },
      ],
    ],
    refused: 'MESSAGE_INVALID',
  },
  {
    name: 'more comes back than went',
    docs: [
      receive('GR-1', '3', '2'),
      issue('SI-1', '3'),
      receive('GR-2', '1', '5'),
      giveBack('customer', 'RC-1', '5', { reference: 'SI-1' }),
    ],
    figures: {
      pools: { 'A main': '6 @ 21.00' },
      accounts: { received: '-11.00', costOfSales: '-10.00' },
    },
  },
  {
    name: 'a return whose document comes later',
    docs: [
      method('average'),
      receive('GR-1', '10', '10', { at: day(1) }),
      receive('GR-2', '10', '30', { at: day(3) }),
      giveBack('customer', 'RC-1', '5', { reference: 'SI-1', at: day(4) }),
      issue('SI-1', '5', { at: day(2) }),
    ],
    figures: { pools: { 'A main': '20 @ 400.00' }, accounts: { received: '-400.00' } },
  },
  {
    name: 'a serial number that was never sold comes back as without a document',
    docs: [
      method('lot', { tracking: 'serial' }),
      receive('GR-1', '1', '200', { lot: 'S1' }),
      issue('SI-1', '1', { lot: 'S1' }),
      receive('GR-2', '1', '5', { lot: 'S2' }),
      giveBack('customer', 'RC-1', '1', { reference: 'SI-1', lot: 'S9' }),
    ],
    figures: { pools: { 'A main': '2 @ 10.00' } },
  },
];

const lines: Meaning[] = [
  {
    name: 'receipt without a price, at the last known cost',
    docs: [receive('GR-1', '1', '7'), issue('SI-1', '1'), receive('GR-2', '10')],
    figures: { pools: { 'A main': '10 @ 70.00' } },
  },
  {
    name: 'receipt without a price, invoiced',
    docs: [
      receive('GR-1', '1', '7'),
      issue('SI-1', '1'),
      receive('GR-2', '10'),
      [
        'invoice',
        {
          document: 'ER-1',
          at: later(),
          lines: [{ receipt: 'GR-2', sku: 'A', quantity: '10', amount: '80' }],
        },
      ],
    ],
    figures: {
      pools: { 'A main': '10 @ 80.00' },
      accounts: { received: '-7.00', payable: '-80.00', costOfSales: '7.00' },
    },
  },
  {
    name: 'receipt without a price, the cost known in another pool',
    policy: byPlace,
    docs: [
      receive('GR-1', '1', '7', { place: 'BER' }),
      receive('GR-2', '10', undefined, { place: 'HAM' }),
    ],
    figures: { pools: { 'A ber': '1 @ 7.00', 'A ham': '10 @ 70.00' } },
  },
  {
    name: 'scrap',
    docs: [
      receive('GR-1', '10', '10'),
      [
        'adjust',
        {
          document: 'AD-1',
          at: later(),
          reason: 'BROKEN',
          lines: [{ sku: 'A', location: 'W', quantity: '-2', to: 'scrap' }],
        },
      ],
      transfer('TR-1', ['W', 'scrap'], '1'),
    ],
    figures: {
      pools: { 'A main': '7 @ 70.00' },
      accounts: { received: '-100.00', scrap: '30.00' },
    },
  },
  {
    name: 'amount of a line',
    docs: [
      [
        'receive',
        {
          document: 'GR-1',
          at: day(1),
          lines: [{ sku: 'A', location: 'W', quantity: '3000000', amount: '1000' }],
        },
      ],
    ],
    figures: { pools: { 'A main': '3000000 @ 1000.00' } },
  },
  {
    name: 'landed cost with more decimals than the currency has',
    docs: [receive('GR-1', '1', '7'), landed('LC-1', ['GR-1'], '10.005')],
    refused: 'DECIMAL_INVALID',
  },
  {
    name: 'count lines of one balance add up',
    docs: [receive('GR-1', '10', '1.5'), count('C-1', [{ quantity: '6' }, { quantity: '4' }])],
    figures: { stock: { 'A W': '10' }, accounts: { received: '-15.00' } },
  },
  {
    name: 'count lines with differing costs',
    docs: [
      count('C-1', [
        { quantity: '6', unitCost: '1' },
        { quantity: '4', unitCost: '2' },
      ]),
    ],
    refused: 'MESSAGE_INVALID',
  },
  {
    name: 'conversion costs of production',
    docs: [
      receive('GR-1', '10', '10'),
      [
        'produce',
        {
          document: 'MO-1',
          at: later(),
          additionalCost: '30',
          components: [{ sku: 'A', location: 'W', quantity: '2' }],
          lines: [{ sku: 'B', location: 'W', quantity: '1' }],
        },
      ],
    ],
    figures: {
      pools: { 'A main': '8 @ 80.00', 'B main': '1 @ 50.00' },
      accounts: { received: '-100.00', conversion: '-30.00' },
    },
  },
  {
    name: 'production shares that are all 0',
    docs: [
      receive('GR-1', '10', '10'),
      [
        'produce',
        {
          document: 'MO-1',
          at: later(),
          components: [{ sku: 'A', location: 'W', quantity: '10' }],
          lines: [
            { sku: 'B', location: 'W', quantity: '10', share: '0' },
            { sku: 'C', location: 'W', quantity: '1', share: '0' },
          ],
        },
      ],
    ],
    refused: 'SHARES_INVALID',
  },
];

const invoice = (document: string, line: object | readonly object[], more: object = {}): Doc => [
  'invoice',
  {
    ...{ document, at: later(), ...more },
    lines: [line].flat().map((one) => ({ receipt: 'GR-1', sku: 'A', ...one })),
  },
];
/** The same documents in other orders of arrival come to the same figures. */
const inAnyOrder = (meaning: Meaning, ...orders: readonly (readonly number[])[]): Meaning[] => [
  meaning,
  ...orders.map((order) => ({
    ...meaning,
    name: `${meaning.name}, arrived as ${order.join(', ')}`,
    docs: order.map((index) => meaning.docs[index]!),
    policy: { negative: 'allow' as const, ...meaning.policy },
  })),
];
const inDollars = (document: string, unitCost: string, rate: string): Doc => [
  'receive',
  {
    ...{ document, at: later(), currency: 'USD', rate },
    lines: [{ sku: 'A', location: 'W', quantity: '10', unitCost }],
  },
];

const invoices: Meaning[] = [
  ...inAnyOrder(
    {
      name: 'invoice dearer than its receipt, some of it sold',
      docs: [
        receive('GR-1', '10', '10'),
        issue('SI-1', '4'),
        invoice('IN-1', { quantity: '10', amount: '110' }),
      ],
      figures: {
        pools: { 'A main': '6 @ 66.00' },
        accounts: { payable: '-110.00', costOfSales: '44.00' },
      },
    },
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ),
  ...inAnyOrder(
    {
      name: 'return to the supplier after the invoice is at the invoiced price',
      docs: [
        receive('GR-1', '10', '10'),
        invoice('IN-1', { quantity: '10', amount: '110' }),
        giveBack('supplier', 'RS-1', '4', { reference: 'GR-1' }),
      ],
      figures: { pools: { 'A main': '6 @ 66.00' }, accounts: { payable: '-66.00' } },
    },
    [0, 2, 1],
    [1, 0, 2],
    [2, 1, 0],
  ),
  ...inAnyOrder(
    {
      name: 'return of what is invoiced in part: what is not invoiced goes first',
      docs: [
        receive('GR-1', '10', '10'),
        invoice('IN-1', { quantity: '8', unitCost: '11' }),
        giveBack('supplier', 'RS-1', '5', { reference: 'GR-1' }),
      ],
      figures: {
        pools: { 'A main': '5 @ 55.00' },
        accounts: { payable: '-55.00' },
      },
    },
    [0, 2, 1],
    [2, 1, 0],
  ),
  ...inAnyOrder(
    {
      name: 'credit note for what went back before',
      docs: [
        receive('GR-1', '10', '10'),
        invoice('IN-1', { quantity: '10', amount: '110' }),
        giveBack('supplier', 'RS-1', '4', { reference: 'GR-1' }),
        invoice('CN-1', { quantity: '-2', unitCost: '11' }),
        invoice('CN-2', { quantity: '-2', unitCost: '10' }),
      ],
      figures: {
        pools: { 'A main': '6 @ 66.00' },
        accounts: { payable: '-68.00', variance: '2.00' },
      },
    },
    [0, 3, 2, 1, 4],
    [4, 3, 2, 1, 0],
  ),
  {
    name: 'credit note before the goods go back',
    docs: [
      receive('GR-1', '10', '10'),
      invoice('IN-1', { quantity: '10', amount: '110' }),
      invoice('CN-1', { quantity: '-4', amount: '-44' }),
      giveBack('supplier', 'RS-1', '4', { reference: 'GR-1' }),
    ],
    figures: {
      pools: { 'A main': '6 @ 66.00' },
      accounts: { payable: '-66.00' },
    },
  },
  ...(['fifo', 'lifo', 'average'] as const).flatMap((valuation) =>
    [true, false].map((isInvoicedFirst): Meaning => {
      const [first, then] = isInvoicedFirst ? [day(2), day(3)] : [day(3), day(2)];
      return {
        name: `price difference of what is kept, ${isInvoicedFirst ? 'invoiced' : 'sent back'} first, ${valuation}`,
        docs: [
          method(valuation),
          receive('GR-1', '10', '10'),
          invoice('IN-1', { quantity: '6', amount: '72' }, { at: first }),
          giveBack('supplier', 'RS-1', '4', { reference: 'GR-1', at: then }),
        ],
        figures: { pools: { 'A main': '6 @ 72.00' }, accounts: { payable: '-72.00' } },
      };
    }),
  ),
  ...inAnyOrder(
    {
      name: 'price difference of what is kept, some of it sold',
      docs: [
        receive('GR-1', '10', '10'),
        issue('SI-1', '3'),
        invoice('IN-1', { quantity: '6', amount: '72' }),
        giveBack('supplier', 'RS-1', '4', { reference: 'GR-1' }),
      ],
      figures: {
        pools: { 'A main': '3 @ 36.00' },
        accounts: { payable: '-72.00', costOfSales: '36.00' },
      },
    },
    [0, 3, 1, 2],
    [3, 2, 1, 0],
  ),
  ...inAnyOrder(
    {
      name: 'sent back, then invoiced in full, and credited',
      docs: [
        receive('GR-1', '10', '10'),
        giveBack('supplier', 'RS-1', '4', { reference: 'GR-1' }),
        invoice('IN-1', { quantity: '10', amount: '110' }),
        invoice('CN-1', { quantity: '-4', amount: '-44' }),
      ],
      figures: { pools: { 'A main': '6 @ 66.00' }, accounts: { payable: '-66.00' } },
    },
    [3, 2, 1, 0],
  ),
  ...inAnyOrder(
    {
      name: 'credited, then sent back',
      docs: [
        receive('GR-1', '10', '10'),
        invoice('IN-1', { quantity: '10', amount: '125' }),
        invoice('CN-1', { quantity: '-4', amount: '-50' }),
        giveBack('supplier', 'RS-1', '4', { reference: 'GR-1' }),
      ],
      figures: { pools: { 'A main': '6 @ 75.00' }, accounts: { payable: '-75.00' } },
    },
    [3, 2, 1, 0],
  ),
  ...inAnyOrder(
    {
      name: 'what goes back of an invoice at another rate takes its exchange difference with it',
      docs: [
        inDollars('GR-1', '10', '0.90'),
        invoice('IN-1', { quantity: '10', amount: '120' }, { currency: 'USD', rate: '0.95' }),
        giveBack('supplier', 'RS-1', '4', { reference: 'GR-1' }),
      ],
      figures: {
        pools: { 'A main': '6 @ 64.80' },
        accounts: { payable: '-68.40', exchange: '3.60' },
      },
    },
    [2, 1, 0],
  ),
  ...inAnyOrder(
    {
      name: 'what is owed is owed to who sent it, not to who has the goods',
      docs: [
        receive('GR-1', '10', '10', { partner: 'V-1' }),
        issue('SI-1', '4', { partner: 'K-1' }),
        invoice('IN-1', { quantity: '10', amount: '130' }, { partner: 'V-1' }),
        landed('LC-1', ['GR-1'], '20', 'C-1'),
        giveBack('customer', 'RC-1', '1', { partner: 'K-1', reference: 'SI-1' }),
      ],
      figures: {
        pools: { 'A main': '7 @ 105.00' },
        partners: {
          'cost of sales K-1': '45.00',
          'landed cost C-1': '-20.00',
          'payable V-1': '-130.00',
        },
      },
    },
    [0, 3, 4, 2, 1],
    [0, 2, 4, 1, 3],
  ),
  {
    name: 'invoice cheaper than its receipt, by average',
    docs: [
      method('average'),
      receive('GR-1', '10', '10'),
      issue('SI-1', '4'),
      invoice('IN-1', { quantity: '10', unitCost: '9' }),
    ],
    figures: {
      pools: { 'A main': '6 @ 54.00' },
      accounts: { payable: '-90.00', costOfSales: '36.00' },
    },
  },
  {
    name: 'invoice at standard cost is a variance',
    docs: [
      method('standard', { standardCost: '12' }),
      receive('GR-1', '10', '10'),
      invoice('IN-1', { quantity: '10', amount: '110' }),
    ],
    figures: {
      pools: { 'A main': '10 @ 120.00' },
      accounts: { payable: '-110.00', variance: '-10.00' },
    },
  },
  {
    name: 'difference of price of what is sold, by policy a variance',
    policy: { accounts: { ...euros.accounts, priceDifference: 'variance' } },
    docs: [
      receive('GR-1', '10', '10'),
      issue('SI-1', '4'),
      invoice('IN-1', { quantity: '10', amount: '110' }),
    ],
    figures: {
      pools: { 'A main': '6 @ 66.00' },
      accounts: { payable: '-110.00', costOfSales: '40.00', variance: '4.00' },
    },
  },
  ...inAnyOrder(
    {
      name: 'invoice in a foreign currency at another rate',
      docs: [
        inDollars('GR-1', '10', '0.90'),
        invoice('IN-1', { quantity: '10', amount: '110' }, { currency: 'USD', rate: '0.95' }),
      ],
      figures: {
        pools: { 'A main': '10 @ 99.00' },
        accounts: { payable: '-104.50', exchange: '5.50' },
      },
    },
    [1, 0],
  ),
  ...inAnyOrder(
    {
      name: 'invoices for parts of a receipt',
      docs: [
        receive('GR-1', '10', '10'),
        invoice('IN-1', { quantity: '3', unitCost: '10' }),
        invoice('IN-2', { quantity: '7', unitCost: '10' }),
      ],
      figures: { pools: { 'A main': '10 @ 100.00' }, accounts: { payable: '-100.00' } },
    },
    [2, 1, 0],
    [1, 0, 2],
  ),
  ...inAnyOrder(
    {
      name: 'invoices for thirds clear to the cent',
      docs: [
        receive('GR-1', '3', '3.333333'),
        ...['IN-1', 'IN-2', 'IN-3'].map((document) =>
          invoice(document, { quantity: '1', amount: '3.33' }),
        ),
      ],
      figures: { pools: { 'A main': '3 @ 9.99' }, accounts: { payable: '-9.99' } },
    },
    [3, 1, 0, 2],
  ),
  ...inAnyOrder(
    {
      name: 'credit note for goods, and one for the price alone',
      docs: [
        receive('GR-1', '10', '10'),
        invoice('IN-1', { quantity: '10', amount: '110' }),
        invoice('CN-1', { quantity: '-4', amount: '-44' }),
        invoice('CN-2', { quantity: '0', amount: '-6' }),
      ],
      figures: {
        pools: { 'A main': '10 @ 100.00' },
        accounts: { received: '-40.00', payable: '-60.00' },
      },
    },
    [3, 2, 1, 0],
    [2, 0, 1, 3],
  ),
  ...inAnyOrder(
    {
      name: 'invoice of what is still to come in part',
      docs: [
        receive('GR-1', '6', '10'),
        invoice('IN-1', { quantity: '10', amount: '110' }),
        receive('GR-1', '4', '10'),
      ],
      figures: { pools: { 'A main': '10 @ 110.00' }, accounts: { payable: '-110.00' } },
    },
    [1, 2, 0],
    [2, 1, 0],
  ),
  {
    name: 'invoice that is dated before its receipt',
    docs: [
      invoice('IN-1', { quantity: '10', amount: '110' }, { at: day(1) }),
      receive('GR-1', '10', '10', { at: day(2) }),
      issue('SI-1', '4', { at: day(3) }),
    ],
    figures: {
      pools: { 'A main': '6 @ 66.00' },
      accounts: { payable: '-110.00', costOfSales: '44.00' },
    },
  },
  {
    name: 'invoice before its receipt, which states no price',
    docs: [
      invoice('IN-1', { quantity: '10', amount: '80' }, { at: day(1) }),
      receive('GR-1', '10', undefined, { at: day(2) }),
    ],
    figures: { pools: { 'A main': '10 @ 80.00' }, accounts: { payable: '-80.00' } },
  },
  {
    name: 'invoice of a receipt without a price',
    docs: [
      receive('GR-0', '1', '7'),
      receive('GR-1', '10'),
      invoice('IN-1', { quantity: '10', amount: '80' }),
    ],
    figures: {
      pools: { 'A main': '11 @ 87.00' },
      accounts: { received: '-7.00', payable: '-80.00' },
    },
  },
  {
    name: 'invoice that names a line of its receipt',
    docs: [
      [
        'receive',
        {
          ...{ document: 'GR-1', at: later() },
          lines: [
            { line: '10', sku: 'A', location: 'W', quantity: '5', unitCost: '10' },
            { line: '20', sku: 'A', location: 'W', quantity: '5', unitCost: '20' },
          ],
        },
      ],
      invoice('IN-1', { receiptLine: '20', quantity: '5', amount: '100' }),
    ],
    figures: {
      pools: { 'A main': '10 @ 150.00' },
      accounts: { received: '-50.00', payable: '-100.00' },
    },
  },
  ...inAnyOrder(
    {
      name: 'invoice that is cancelled',
      docs: [
        receive('GR-1', '10', '10'),
        invoice('IN-1', { quantity: '10', amount: '110' }),
        ['cancel', { document: 'IN-1', at: day(9) }],
        invoice('IN-2', { quantity: '10', amount: '120' }),
      ],
      figures: { pools: { 'A main': '10 @ 120.00' }, accounts: { payable: '-120.00' } },
    },
    [1, 3, 0, 2],
    [3, 0, 1, 2],
  ),
  ...inAnyOrder(
    {
      name: 'invoice whose receipt is cancelled waits for another',
      docs: [
        receive('GR-1', '10', '10'),
        invoice('IN-1', { quantity: '10', amount: '110' }),
        ['cancel', { document: 'GR-1', at: day(9) }],
      ],
      figures: { pools: {}, accounts: { received: '110.00', payable: '-110.00' } },
    },
    [0, 2, 1],
  ),
];

const openings: Meaning[] = [
  {
    name: 'opening balance: quantity and value',
    docs: [opening('OB-1', { quantity: '10', amount: '100' })],
    figures: { pools: { 'A main': '10 @ 100.00' }, accounts: { opening: '-100.00' } },
  },
  {
    name: 'opening balance at a cost of one',
    docs: [opening('OB-1', { quantity: '3', unitCost: '3.333333' }), issue('SI-1', '1')],
    figures: {
      pools: { 'A main': '2 @ 6.67' },
      accounts: { opening: '-10.00', costOfSales: '3.33' },
    },
  },
  {
    name: 'opening balance that comes after what was sold of it',
    docs: [
      issue('SI-1', '4', { at: day(3) }),
      opening('OB-1', { quantity: '10', amount: '100' }, day(1)),
    ],
    policy: { negative: 'allow' },
    figures: {
      pools: { 'A main': '6 @ 60.00' },
      accounts: { opening: '-100.00', costOfSales: '40.00' },
    },
  },
  {
    name: 'a second opening balance of a place',
    docs: [
      opening('OB-1', { quantity: '10', amount: '100' }),
      opening('OB-2', { quantity: '5', amount: '50' }),
    ],
    refused: 'OPENING_REPEATED',
  },
  {
    name: 'opening balance, cancelled and stated anew',
    docs: [
      opening('OB-1', { quantity: '10', amount: '100' }),
      ['cancel', { document: 'OB-1', at: day(9) }],
      opening('OB-2', { quantity: '5', amount: '50' }),
    ],
    figures: { pools: { 'A main': '5 @ 50.00' }, accounts: { opening: '-50.00' } },
  },
];

/** Two documents of one instant, in both orders of arrival. */
const atOneInstant = (
  name: string,
  first: Doc,
  second: Doc,
  figures: Meaning['figures'],
  before: Doc[],
): Meaning[] =>
  [
    { order: 'as ranked', docs: [...before, first, second] },
    { order: 'the other way', docs: [...before, second, first] },
  ].map(({ order, docs }) => ({
    name: `${name}, arrived ${order}`,
    docs,
    policy: { negative: 'allow' },
    ...(figures ? { figures } : {}),
  }));

const instants: Meaning[] = [
  ...atOneInstant(
    'average: a receipt and an issue of one instant',
    receive('GR-2', '10', '20', { at: day(3) }),
    issue('SI-1', '15', { at: day(3) }),
    { pools: { 'A main': '5 @ 75.00' } },
    [method('average'), receive('GR-1', '10', '10', { at: day(2) })],
  ),
  ...atOneInstant(
    'an issue and a count of one instant',
    issue('SI-1', '2', { at: day(3) }),
    count('C-1', [{ quantity: '8' }], day(3)),
    { stock: { 'A W': '8' } },
    [receive('GR-1', '10', '10', { at: day(2) })],
  ),
  ...(['fifo', 'average'] as const).flatMap((valuation) =>
    atOneInstant(
      `an issue and what comes back of it in one instant, ${valuation}`,
      issue('SI-1', '5', { at: day(3) }),
      giveBack('customer', 'RC-1', '5', { at: day(3), reference: 'SI-1' }),
      { pools: { 'A main': '10 @ 150.00' }, accounts: { received: '-150.00' } },
      [
        method(valuation),
        receive('GR-1', '5', '10', { at: day(2) }),
        receive('GR-2', '5', '20', { at: day(2) }),
      ],
    ),
  ),
  ...atOneInstant(
    'a shipment and its arrival in one instant',
    transfer('VS-1', ['W', 'transit'], '5', { at: day(3) }),
    transfer('EG-1', ['transit', 'HAM'], '5', { at: day(3), reference: 'VS-1' }),
    { stock: { 'A HAM': '5' }, pools: { 'A main': '10 @ 100.00' } },
    [receive('GR-1', '10', '10', { at: day(2) })],
  ),
  {
    name: 'what came back is sold on the same day, where nothing may be short',
    policy: { negative: 'deny' },
    docs: [
      receive('GR-1', '5', '10', { at: day(2) }),
      issue('SI-1', '5', { at: day(3) }),
      giveBack('customer', 'RC-1', '5', { at: day(4), reference: 'SI-1' }),
      issue('SI-2', '5', { at: day(4) }),
    ],
    figures: { pools: {}, accounts: { received: '-50.00', costOfSales: '50.00' } },
  },
];

const sentAgain = (name: string, quantity: string, more: Partial<Meaning>): Meaning => ({
  name: `cancelled and sent again ${name}`,
  docs: [
    receive('GR-1', '10', '1', { at: day(1) }),
    ['cancel', { document: 'GR-1' }],
    receive('GR-1', quantity, '1', { at: day(1) }),
  ],
  ids: ['GR-1', 'C-1', 'GR-1'],
  ...more,
});

/** 6 in the books on 31 March at 18:00 when 5 are found; one is sold at 20:00, and March is closed. */
const march = (hour: number): string => `2026-03-31T${hour}:00:00.000Z`;
const countedInMarch: readonly Doc[] = [
  receive('GR-1', '6', '10', { at: march(10) }),
  issue('SI-1', '1', { at: march(20) }),
  ['period.close.v1', { through: '2026-03-31' }],
  count('C-1', [{ quantity: '5' }], march(18)),
];
const redirectedCounts: readonly Meaning[] = (
  [
    ['compares with the books of its own time', [], '4', '10.00', '10.00'],
    [
      'has found what it found, whatever was sold before it',
      [issue('SI-2', '1', { at: march(17) })],
      ...['4', '20.00', undefined],
    ],
    [
      'knows nothing of what was sold after it',
      [issue('SI-2', '1', { at: march(19) })],
      ...['3', '20.00', '10.00'],
    ],
    [
      'takes nothing of what is dated on the first open day',
      [issue('SI-2', '1', { at: '2026-04-01T00:00:00.000Z' })],
      ...['3', '20.00', '10.00'],
    ],
    [
      'stands behind a later one of the same closed evening',
      [count('C-0', [{ quantity: '5' }], march(19))],
      ...['4', '10.00', '10.00'],
    ],
    [
      'goes before an earlier one that comes after it',
      [count('C-2', [{ quantity: '4' }], march(17))],
      ...['4', '10.00', '10.00'],
    ],
    [
      'gives back what a cancelled sale before it had taken',
      [issue('SI-2', '1', { at: march(17) }), ['cancel', { document: 'SI-2' }]],
      ...['4', '10.00', '10.00'],
    ],
    [
      'gives a receipt from before it to what was missing',
      [receive('GR-2', '2', '10', { at: march(17) })],
      ...['4', '10.00', '30.00', '-80.00'],
    ],
  ] as [string, Doc[], string, string, string | undefined, string?][]
).map(([what, docs, left, costOfSales, adjustment, received = '-60.00']) => ({
  name: `a count redirected out of a closed period ${what}`,
  policy: { closedPeriod: 'redirect' },
  docs: [...countedInMarch, ...docs],
  figures: {
    stock: { 'A W': left },
    accounts: { received, costOfSales, ...(adjustment ? { adjustment } : {}) },
  },
}));

/** 5 are found at 18:00, in time; whoever counts at 17:00 is redirected, as is what was there before both. */
const lateCount = count('C-1', [{ quantity: '5' }], march(17));
const lateReceipt = receive('GR-2', '2', '10', { at: march(16) });
const settledCounts = [
  ['before what was there', [lateCount, lateReceipt]],
  ['after what was there', [lateReceipt, lateCount]],
].map(
  ([when, docs]): Meaning => ({
    name: `a count redirected from before one that was booked in time, and learnt ${when}`,
    policy: { closedPeriod: 'redirect' },
    docs: [
      receive('GR-1', '6', '10', { at: march(10) }),
      count('C-0', [{ quantity: '5' }], march(18)),
      ['period.close.v1', { through: '2026-03-31' }],
      ...(docs as Doc[]),
    ],
    figures: { stock: { 'A W': '7' }, accounts: { received: '-80.00', adjustment: '10.00' } },
  }),
);

/** 6 at 10.00. Whoever counts at 17:00 finds 8, the rest at 12.00; whoever counts at 18:00 finds 7, at 11.00. */
const counted = (document: string, quantity: string, unitCost: string, hour: number): Doc =>
  count(document, [{ quantity, unitCost }], march(hour));
const atFive = counted('C-1', '8', '12', 17);
const atSix = counted('C-2', '7', '11', 18);
/** Whatever was found in March. */
const inApril = count('C-3', [{ quantity: '5' }], '2026-04-02T10:00:00.000Z');
const close: Doc = ['period.close.v1', { through: '2026-03-31' }];
const reopen: Doc = ['period.reopen.v1', { reason: 'forgotten' }];
const overtakenCounts = (
  [
    ['comes once the period is open again', [close, atFive, reopen, atSix], '7', '71.00'],
    ['came in time', [atSix, close, atFive], '7', '71.00'],
    ['comes behind one of April', [close, atFive, inApril, reopen, atSix], '5', '51.00'],
    [
      'is cancelled again',
      [close, atFive, reopen, atSix, ['cancel', { document: 'C-2' }]],
      '8',
      '84.00',
    ],
    [
      'came in time, and is cancelled',
      [atSix, close, atFive, reopen, ['cancel', { document: 'C-2' }]],
      '8',
      '84.00',
    ],
  ] as [string, Doc[], string, string][]
).map(
  ([what, docs, left, value]): Meaning => ({
    name: `a redirected count, and a later one of that evening that ${what}`,
    policy: { closedPeriod: 'redirect' },
    docs: [receive('GR-1', '6', '10', { at: march(10) }), ...docs],
    figures: { stock: { 'A W': left }, pools: { 'A main': `${left} @ ${value}` } },
  }),
);

/** What counts in April was there when it was counted in March: nothing of it is found, and nothing of what it cost. */
const countedBefore: Meaning = {
  name: 'a count that states a cost, of what a closed period had redirected',
  policy: { closedPeriod: 'redirect', pools: { ber: ['BER'] } },
  docs: [
    close,
    receive('GR-1', '1', '10', { place: 'BER', at: march(16) }),
    reopen,
    count('C-1', [{ location: 'BER', quantity: '1', unitCost: '11' }], march(17)),
  ],
  figures: {
    stock: { 'A BER': '1' },
    pools: { 'A ber': '1 @ 10.00' },
    accounts: { received: '-10.00' },
  },
};

/** 8 found, all sold since, of which only 7 had been there: who finds that out is told. */
const soldSince: Meaning = {
  name: 'a redirected count cannot find less than was sold since, where nothing may be short',
  policy: { closedPeriod: 'redirect', negative: 'deny' },
  docs: [
    receive('GR-1', '6', '10', { at: march(10) }),
    close,
    atFive,
    issue('SI-1', '8', { at: '2026-04-02T10:00:00.000Z' }),
    reopen,
    atSix,
  ],
  refused: 'STOCK_INSUFFICIENT',
  figures: { stock: { 'A W': '' } },
};

const corrections: Meaning[] = [
  sentAgain('with other content', '12', { figures: { pools: { 'A main': '12 @ 12.00' } } }),
  sentAgain('with the same content', '10', { refused: 'DOCUMENT_CANCELLED' }),
  ...(
    [
      ['written down', ['-80'], [], { 'A main': '20 @ 120.00' }, { writeDown: '80.00' }],
      ['written up again', ['-80', '50'], [], { 'A main': '20 @ 170.00' }, { writeDown: '30.00' }],
      ['written up beyond its cost', ['-80', '100'], ['REVALUE_REFUSED']],
      ['written up twice', ['-80', '50', '50'], ['REVALUE_REFUSED']],
      ['written up that was never written down', ['1'], ['REVALUE_REFUSED']],
    ] as const
  ).map(
    ([what, amounts, refusals, pools = {}, accounts = {}]): Meaning => ({
      name: `a lot ${what}`,
      docs: [
        method('lot', { tracking: 'lot' }),
        receive('GR-1', '10', '10', { lot: 'L1' }),
        receive('GR-2', '10', '10', { lot: 'L2' }),
        ...amounts.map((amount, index) => writeDown(`WD-${index}`, amount, 'L1')),
      ],
      ...(refusals.length > 0
        ? { refused: refusals[0]! }
        : { figures: { pools, accounts: { received: '-200.00', ...accounts } } }),
    }),
  ),
  {
    name: 'of goods that were written down half are sold: only of the others it is taken back',
    docs: [
      receive('GR-1', '10', '10'),
      writeDown('WD-1', '-80'),
      issue('SI-1', '5'),
      receive('GR-2', '5', '10'),
      writeDown('WD-2', '40.01'),
    ],
    refused: 'REVALUE_REFUSED',
  },
  {
    name: 'goods that were written down, half of them sold, are worth their cost again',
    docs: [
      receive('GR-1', '10', '10'),
      writeDown('WD-1', '-80'),
      issue('SI-1', '5'),
      receive('GR-2', '5', '10'),
      writeDown('WD-2', '40'),
    ],
    figures: {
      pools: { 'A main': '10 @ 100.00' },
      accounts: { received: '-150.00', writeDown: '40.00', costOfSales: '10.00' },
    },
  },
  {
    name: 'a revaluation that is no write-down is an adjustment, upwards too',
    docs: [
      receive('GR-1', '10', '10'),
      [
        'revalue',
        { document: 'RV-1', at: later(), reason: 'R', lines: [{ sku: 'A', amount: '5' }] },
      ],
    ],
    figures: {
      pools: { 'A main': '10 @ 105.00' },
      accounts: { received: '-100.00', adjustment: '-5.00' },
    },
  },
  {
    name: 'cancelling a receipt with landed costs',
    docs: [
      receive('GR-1', '10', '10'),
      landed('LC-1', ['GR-1'], '50'),
      ['cancel', { document: 'GR-1', at: day(9) }],
    ],
    figures: { pools: {}, accounts: {} },
  },
  {
    name: 'landed costs on a lot of two receipts',
    docs: [
      method('lot', { tracking: 'lot' }),
      receive('GR-1', '10', '10', { lot: 'L1' }),
      receive('GR-2', '10', '10', { lot: 'L1' }),
      issue('SI-1', '10', { lot: 'L1' }),
      landed('LC-1', ['GR-1'], '100'),
      landed('LC-2', ['GR-2'], '100'),
    ],
    figures: { pools: { 'A main': '10 @ 200.00' } },
  },
  {
    name: 'landed cost on what is in a product that lies in stock',
    docs: [
      receive('GR-1', '10', '10'),
      [
        'produce',
        {
          document: 'MO-1',
          at: later(),
          components: [{ sku: 'A', location: 'W', quantity: '5' }],
          lines: [{ sku: 'B', location: 'W', quantity: '1' }],
        },
      ],
      landed('LC-1', ['GR-1'], '100'),
    ],
    figures: { pools: { 'A main': '5 @ 100.00', 'B main': '1 @ 100.00' } },
  },
  {
    name: 'landed cost on what is in a product at standard cost',
    docs: [
      ['item.upsert.v1', { sku: 'B', valuation: 'standard', standardCost: '10' }],
      receive('GR-1', '10', '10'),
      [
        'produce',
        {
          document: 'MO-1',
          at: later(),
          components: [{ sku: 'A', location: 'W', quantity: '5' }],
          lines: [{ sku: 'B', location: 'W', quantity: '1' }],
        },
      ],
      landed('LC-1', ['GR-1'], '100'),
    ],
    figures: {
      pools: { 'A main': '5 @ 100.00', 'B main': '1 @ 10.00' },
      accounts: { received: '-100.00', landedCost: '-100.00', variance: '90.00' },
    },
  },
  {
    name: 'landed cost on what is in a product that a customer sent back',
    docs: [
      receive('GR-1', '2', '10'),
      [
        'produce',
        {
          document: 'MO-1',
          at: later(),
          components: [{ sku: 'A', location: 'W', quantity: '2' }],
          lines: [{ sku: 'B', location: 'W', quantity: '2' }],
        },
      ],
      issue('SI-1', '2', { sku: 'B' }),
      giveBack('customer', 'RT-1', '1', { sku: 'B', reference: 'SI-1' }),
      landed('LC-1', ['GR-1'], '2'),
    ],
    figures: {
      pools: { 'B main': '1 @ 11.00' },
      accounts: { received: '-20.00', landedCost: '-2.00', costOfSales: '11.00' },
    },
  },
  {
    name: 'landed cost on a component of products that are made of each other',
    policy: { negative: 'allow' },
    docs: [
      [
        'produce',
        {
          ...{ document: 'MO-1', at: later(), additionalCost: '1' },
          components: [{ sku: 'B', location: 'W', quantity: '1' }],
          lines: [{ sku: 'A', location: 'W', quantity: '1' }],
        },
      ],
      [
        'produce',
        {
          ...{ document: 'MO-2', at: later() },
          components: [{ sku: 'A', location: 'W', quantity: '2' }],
          lines: [{ sku: 'B', location: 'W', quantity: '2' }],
        },
      ],
      receive('GR-1', '1', '1'),
      landed('LC-1', ['GR-1'], '2'),
    ],
    figures: {
      pools: { 'B main': '1 @ 2.00' },
      accounts: { received: '-1.00', landedCost: '-2.00', conversion: '-1.00', variance: '2.00' },
    },
  },
  ...[
    ['as the books have it', '10', '20 @ 300.00', {}],
    ['with two more', '12', '22 @ 340.00', { adjustment: '-40.00' }],
    ['with four less', '6', '16 @ 260.00', { adjustment: '40.00' }],
  ].map(
    ([what, quantity, main, adjusted]): Meaning => ({
      name: `count with a cost in a pool of two places, ${what}`,
      docs: [
        receive('GR-1', '10', '10', { place: 'V' }),
        receive('GR-2', '10', '20'),
        count('C-1', [{ quantity, unitCost: '20' }]),
      ],
      figures: {
        pools: { 'A main': main as string },
        accounts: { received: '-300.00', ...(adjusted as object) },
      },
    }),
  ),
  ...redirectedCounts,
  ...settledCounts,
  ...overtakenCounts,
  countedBefore,
  soldSince,
  {
    name: 'a reservation shipped in parts',
    docs: [
      receive('GR-1', '9', '10'),
      reserve('R-1', ['3', '2']),
      ship('R-1', '1', '3'),
      ship('R-1', '2', '2'),
    ],
    figures: { stock: { 'A W': '4' }, accounts: { received: '-90.00', costOfSales: '50.00' } },
  },
  {
    name: 'a reservation that becomes more between two shipments',
    docs: [
      receive('GR-1', '9', '10'),
      reserve('R-1', ['3', '2']),
      ship('R-1', '1', '3'),
      ['reservation.update.v1', { reservation: 'R-1', lines: [{ line: '2', quantity: '4' }] }],
      ['reservation.commit.v1', { reservation: 'R-1', at: later() }],
    ],
    figures: { stock: { 'A W': '2' } },
  },
  {
    name: 'from FIFO to average at what the layers cost',
    docs: [
      receive('GR-1', '10', '10'),
      receive('GR-2', '10', '20'),
      ['method', { document: 'ME-1', at: day(5), lines: [{ sku: 'A', valuation: 'average' }] }],
    ],
    figures: { pools: { 'A main': '20 @ 300.00' }, accounts: { received: '-300.00' } },
  },
  ...(['lifo', 'lot'] as const).map(
    (from): Meaning => ({
      name: `from ${from} to standard cost that nobody stated, at what the stock cost on average`,
      docs: [
        method(from),
        receive('GR-1', '10', '10'),
        receive('GR-2', '10', '20'),
        ['method', { document: 'ME-1', at: day(5), lines: [{ sku: 'A', valuation: 'standard' }] }],
        receive('GR-3', '1', '15', { at: day(6) }),
      ],
      figures: { pools: { 'A main': '21 @ 315.00' }, accounts: { received: '-315.00' } },
    }),
  ),
  {
    name: 'from FIFO to a standard cost that is stated: the difference is an adjustment of that day',
    docs: [
      receive('GR-1', '10', '10'),
      receive('GR-2', '10', '20'),
      [
        'method',
        {
          document: 'ME-1',
          at: day(5),
          lines: [{ sku: 'A', valuation: 'standard', standardCost: '16' }],
        },
      ],
    ],
    figures: {
      pools: { 'A main': '20 @ 320.00' },
      accounts: { received: '-300.00', adjustment: '-20.00' },
    },
  },
  {
    name: 'the retrospective way: a change of method dated before all that it is to change',
    docs: [
      receive('GR-1', '10', '10', { at: day(1, 1) }),
      receive('GR-2', '10', '20', { at: day(1, 2) }),
      issue('SI-1', '10', { at: day(2) }),
      ['method', { document: 'ME-1', at: day(1), lines: [{ sku: 'A', valuation: 'average' }] }],
    ],
    figures: {
      pools: { 'A main': '10 @ 150.00' },
      accounts: { received: '-300.00', costOfSales: '150.00' },
    },
  },
];

export const meanings: readonly Meaning[] = [
  ...transfers,
  ...returns,
  ...named,
  ...lines,
  ...openings,
  ...invoices,
  ...instants,
  ...corrections,
];
