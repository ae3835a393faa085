/** The documents of the books that are tampered with: small, and something of each kind. */
import type { Doc } from '../../ledgerRig.ts';

/** Day of recording `MM-DD` in 2026, and what is booked then, in one commit. */
export type Chapter = [recorded: string, ...docs: Doc[]];

const at = (day: string, hour = '09'): string => `2026-${day}T${hour}:00:00.000Z`;

const items: Doc[] = [
  ['item.upsert.v1', { sku: 'FIFO', name: 'First in', group: 'G1' }],
  ['item.upsert.v1', { sku: 'LIFO', valuation: 'lifo' }],
  ['item.upsert.v1', { sku: 'AVG', valuation: 'average', unit: 'pc', units: { box: '12' } }],
  ['item.upsert.v1', { sku: 'STD', valuation: 'standard', standardCost: '5' }],
  ['item.upsert.v1', { sku: 'LOT', valuation: 'lot', tracking: 'lot' }],
  ['item.upsert.v1', { sku: 'MILK', tracking: 'lot', picking: 'fefo' }],
  ['item.upsert.v1', { sku: 'BIKE' }],
  ['item.upsert.v1', { sku: 'LENT', name: 'Goods of others' }],
  ['location.upsert.v1', { location: 'W', name: 'Warehouse', kind: 'warehouse' }],
  ['location.upsert.v1', { location: 'S', name: 'Shop', kind: 'store' }],
];

const receive = (document: string, day: string, lines: object[], more = {}): Doc => [
  'receive',
  { document, at: at(day), lines: lines.map((line) => ({ location: 'W', ...line })), ...more },
];
const issue = (document: string, day: string, lines: object[], more = {}): Doc => [
  'issue',
  { document, at: at(day), lines: lines.map((line) => ({ location: 'W', ...line })), ...more },
];
const reserve = (reservation: string, day: string, line: object, more = {}): Doc => [
  'reservation.create.v1',
  { reservation, at: at(day), lines: [{ sku: 'FIFO', location: 'W', ...line }], ...more },
];

const january: Chapter[] = [
  ['01-02', ...items],
  [
    '01-05',
    receive(
      'GR1',
      '01-05',
      [
        { sku: 'FIFO', quantity: '40', unitCost: '2' },
        { sku: 'LIFO', quantity: '10', unitCost: '3' },
        { sku: 'AVG', quantity: '2', unit: 'box', unitCost: '48' },
        { sku: 'STD', quantity: '10', unitCost: '5.50' },
        { sku: 'LOT', quantity: '6', unitCost: '7', lot: 'A' },
        { sku: 'MILK', quantity: '5', unitCost: '1', lot: 'M1', expiresOn: '2026-05-01' },
      ],
      { partner: 'V1', reference: 'PO-1' },
    ),
  ],
  [
    '01-06',
    receive('GR2', '01-06', [
      { sku: 'FIFO', quantity: '20', unitCost: '3' },
      { sku: 'LOT', quantity: '4', unitCost: '8', lot: 'B' },
      { sku: 'MILK', quantity: '5', unitCost: '1.20', lot: 'M2', expiresOn: '2026-06-01' },
    ]),
    receive('GR3', '01-06', [{ sku: 'LENT', quantity: '3', owner: 'V9' }]),
  ],
  [
    '01-08',
    issue(
      'SI1',
      '01-08',
      [
        { sku: 'FIFO', quantity: '5' },
        { sku: 'LIFO', quantity: '2' },
        { sku: 'AVG', quantity: '4' },
        { sku: 'STD', quantity: '3' },
        { sku: 'LOT', quantity: '2', lot: 'A' },
        { sku: 'MILK', quantity: '2' },
      ],
      { partner: 'C1', reference: 'SO-1', reason: 'sold' },
    ),
  ],
  [
    '01-12',
    [
      'transfer',
      { document: 'TR1', at: at('01-12'), lines: [moved('FIFO', '4'), moved('AVG', '3')] },
    ],
  ],
  [
    '01-14',
    [
      'landed-cost',
      {
        document: 'LC1',
        at: at('01-14'),
        partner: 'V2',
        amount: '10',
        lines: [{ receipt: 'GR2', sku: 'FIFO' }],
      },
    ],
  ],
  // Nobody knew of it in time: what was issued since is costed anew.
  [
    '01-16',
    receive('GR0', '01-04', [{ sku: 'FIFO', quantity: '2', unitCost: '1' }], { partner: 'V1' }),
  ],
  [
    '01-20',
    [
      'produce',
      {
        document: 'PR1',
        at: at('01-20'),
        additionalCost: '4',
        components: [
          { sku: 'FIFO', location: 'W', quantity: '6' },
          { sku: 'LIFO', location: 'W', quantity: '3' },
        ],
        lines: [{ sku: 'BIKE', location: 'W', quantity: '2' }],
      },
    ],
  ],
  [
    '01-22',
    [
      'count',
      { document: 'CO1', at: at('01-22'), lines: [{ sku: 'FIFO', location: 'W', quantity: '46' }] },
    ],
  ],
  [
    '01-24',
    [
      'status',
      {
        document: 'ST1',
        at: at('01-24'),
        lines: [{ sku: 'AVG', location: 'W', quantity: '2', toStatus: 'quarantine' }],
      },
    ],
  ],
  ['01-26', issue('SI2', '01-26', [{ sku: 'FIFO', quantity: '3' }], { partner: 'C2' })],
  ['01-27', ['cancel', { document: 'SI2', at: at('01-27'), reason: 'typed twice' }]],
];

const february: Chapter[] = [
  ['02-02', ['period.close.v1', { through: '2026-01-20', reason: 'January so far' }]],
  ['02-03', ['period.reopen.v1', { through: '2026-01-10', reason: 'one more invoice' }]],
  ['02-04', ['period.close.v1', { through: '2026-01-31', reason: 'January' }]],
  [
    '02-05',
    reserve('RES1', '02-05', { quantity: '4' }, { expiresAt: at('12-01'), partner: 'C1' }),
    reserve('RES2', '02-05', { quantity: '6' }, { partner: 'C2', reference: 'SO-2' }),
    reserve('RES3', '02-05', { quantity: '1' }),
    reserve('RES4', '02-05', { quantity: '5000' }),
    reserve('RES5', '02-05', { location: undefined, pool: 'shop', quantity: '2' }),
    reserve('RES6', '02-05', { quantity: '1' }, { expiresAt: at('02-06') }),
  ],
  [
    '02-08',
    [
      'reservation.commit.v1',
      {
        reservation: 'RES2',
        document: 'DN2',
        at: at('02-08'),
        lines: [{ line: '1', quantity: '5' }],
      },
    ],
  ],
  [
    '02-09',
    ['reservation.void.v1', { reservation: 'RES3', reason: 'not wanted' }],
    ['reservation.void.v1', { reservation: 'RES6' }],
  ],
  [
    '02-10',
    [
      'revalue',
      { document: 'RV1', at: at('02-10'), reason: 'damp', lines: [{ sku: 'LIFO', amount: '-2' }] },
    ],
  ],
  [
    '02-11',
    [
      'method',
      { document: 'ME1', at: at('02-11'), lines: [{ sku: 'LIFO', valuation: 'average' }] },
    ],
  ],
  [
    '02-12',
    [
      'return',
      {
        document: 'RT1',
        at: at('02-12'),
        party: 'customer',
        partner: 'C1',
        reference: 'SI1',
        lines: [{ sku: 'FIFO', location: 'W', quantity: '1' }],
      },
    ],
  ],
  ['02-16', ['item.upsert.v1', { sku: 'AVG', name: 'Renamed', units: { box: '12', crate: '24' } }]],
  [
    '02-17',
    [
      'order.upsert.v1',
      {
        document: 'PO-9',
        kind: 'purchase',
        lines: [{ line: '1', sku: 'FIFO', location: 'W', quantity: '30', due: '2026-07-01' }],
      },
    ],
  ],
  [
    '02-20',
    [
      'adjust',
      {
        document: 'AD1',
        at: at('02-20'),
        reason: 'broken',
        lines: [{ sku: 'STD', location: 'W', quantity: '-1' }],
      },
    ],
  ],
];

const march: Chapter[] = [
  [
    '03-03',
    issue(
      'SI3',
      '03-03',
      [
        { sku: 'FIFO', quantity: '7' },
        { sku: 'AVG', quantity: '1' },
      ],
      { partner: 'C1' },
    ),
  ],
  ['03-05', receive('GR5', '03-05', [{ sku: 'LOT', quantity: '1', unitCost: '9', lot: 'C' }])],
];

export const story: readonly Chapter[] = [...january, ...february, ...march];

/** What the shop asked for and there was not: it is parked. */
export const parked: Doc = issue('SI9', '03-06', [{ sku: 'BIKE', quantity: '100' }]);

/** After the digest was noted. */
export const later: Chapter = ['04-02', issue('SI4', '04-02', [{ sku: 'STD', quantity: '1' }])];

function moved(sku: string, quantity: string): object {
  return { sku, from: 'W', to: 'S', quantity };
}
