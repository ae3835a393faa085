/** What a golden store is made of: documents of every message type, small, with something of each kind of figure. */
import type { ExampleMessage } from '../ledgerPage/ExampleBooks.ts';

/** config/hub.yaml of these books. */
export const config = `connectors:
  inbox: { folder: { path: inbox } }
stock:
  currency: EUR
  negative: deny
  pools: { shop: [S] }
`;

const at = (day: string, hour = '09'): string => `2026-${day}T${hour}:00:00.000Z`;

type Data = Record<string, unknown>;
let count = 0;

/** Each is heard of a second after the one before at the earliest, at noon of its day. */
const message = (type: string, day: string, data: Data): ExampleMessage => {
  count += 1;
  const recorded = new Date(Date.parse(at(day, '12')) + count * 1_000).toISOString();
  return { recorded, id: `m${count}`, type: `${type}.v1`, data };
};
const booked = (type: string, day: string, data: Data): ExampleMessage =>
  message(`stock.${type}`, day, { at: at(day), ...data });
const line = (sku: string, quantity: string, more: Data = {}): Data => ({
  ...{ sku, location: 'W', quantity },
  ...more,
});

const masterData: ExampleMessage[] = [
  message('item.upsert', '01-02', { sku: 'FIFO', name: 'First in, "first" out', group: 'G1' }),
  message('item.upsert', '01-02', { sku: 'AVG', valuation: 'average', units: { box: '12' } }),
  message('item.upsert', '01-02', { sku: 'STD', valuation: 'standard', standardCost: '5' }),
  message('item.upsert', '01-02', { sku: 'LOT', valuation: 'lot', tracking: 'lot' }),
  message('item.upsert', '01-02', { sku: 'BIKE', valuation: 'lifo' }),
  message('location.upsert', '01-02', { location: 'W', name: 'Lager Süd', kind: 'warehouse' }),
  message('order.upsert', '01-03', {
    ...{ document: 'PO-1', kind: 'purchase', partner: 'V1' },
    lines: [{ line: '1', sku: 'FIFO', location: 'W', quantity: '60', due: '2026-01-20' }],
  }),
];

const january: ExampleMessage[] = [
  booked('opening', '01-05', {
    document: 'OB1',
    lines: [line('AVG', '10', { unitCost: '3.333333' })],
  }),
  booked('receive', '01-06', {
    ...{ document: 'GR1', partner: 'V1', reference: 'PO-1' },
    lines: [
      line('FIFO', '40', { unitCost: '2' }),
      line('AVG', '2', { unit: 'box', unitCost: '48' }),
      line('STD', '10', { unitCost: '5.5' }),
      line('LOT', '6', { unitCost: '7', lot: 'A', expiresOn: '2026-09-01' }),
    ],
  }),
  booked('receive', '01-08', {
    ...{ document: 'GR2', partner: 'V1' },
    // The second has no price yet.
    lines: [
      line('FIFO', '20', { unitCost: '3' }),
      line('AVG', '1'),
      line('LENT', '3', { owner: 'V9' }),
    ],
  }),
  booked('issue', '01-10', {
    ...{ document: 'SI1', partner: 'C1', reason: 'sold' },
    lines: [line('FIFO', '50'), line('AVG', '4'), line('STD', '3'), line('LOT', '2', { lot: 'A' })],
  }),
  // Nobody knew of it in time: what was issued is costed anew.
  booked('receive', '01-12', {
    ...{ document: 'GR0', at: at('01-04') },
    lines: [line('FIFO', '5', { unitCost: '1' })],
  }),
  booked('invoice', '01-14', {
    ...{ document: 'INV1', partner: 'V1' },
    lines: [{ receipt: 'GR1', sku: 'FIFO', quantity: '40', unitCost: '2.10' }],
  }),
  booked('landed-cost', '01-15', {
    ...{ document: 'LC1', amount: '10' },
    lines: [{ receipt: 'GR2', sku: 'FIFO' }],
  }),
  booked('transfer', '01-16', {
    document: 'TR1',
    lines: [{ sku: 'AVG', from: 'W', to: 'S', quantity: '6' }],
  }),
  booked('return', '01-18', {
    ...{ document: 'RT1', party: 'customer', partner: 'C1', reference: 'SI1' },
    lines: [line('FIFO', '2')],
  }),
  booked('produce', '01-20', {
    ...{ document: 'PR1', additionalCost: '4' },
    components: [line('FIFO', '3'), line('AVG', '3')],
    lines: [line('BIKE', '2')],
  }),
  booked('count', '01-22', { document: 'CO1', lines: [line('FIFO', '13')] }),
  booked('status', '01-23', {
    document: 'ST1',
    lines: [line('AVG', '2', { toStatus: 'quarantine' })],
  }),
  booked('adjust', '01-24', { document: 'AD1', reason: 'broken', lines: [line('STD', '-1')] }),
  booked('issue', '01-25', { document: 'SI2', lines: [line('FIFO', '1')] }),
  booked('cancel', '01-26', { document: 'SI2', reason: 'typed twice' }),
];

const february: ExampleMessage[] = [
  message('period.close', '02-02', { through: '2026-01-31', reason: 'January' }),
  message('period.reopen', '02-03', { through: '2026-01-20', reason: 'one more invoice' }),
  message('reservation.create', '02-05', {
    ...{ reservation: 'RES1', at: at('02-05'), expiresAt: at('12-01') },
    lines: [line('FIFO', '2')],
  }),
  message('reservation.create', '02-05', {
    ...{ reservation: 'RES2', at: at('02-05'), partner: 'C2' },
    lines: [line('FIFO', '3', { line: '1' })],
  }),
  message('reservation.create', '02-05', {
    ...{ reservation: 'RES3', at: at('02-05') },
    lines: [line('BIKE', '1')],
  }),
  message('reservation.update', '02-06', {
    ...{ reservation: 'RES1', at: at('02-06') },
    lines: [{ line: '1', quantity: '1' }],
  }),
  message('reservation.commit', '02-08', {
    ...{ reservation: 'RES2', document: 'DN2', at: at('02-08') },
    lines: [{ line: '1', quantity: '2' }],
  }),
  message('reservation.update', '02-08', {
    ...{ reservation: 'RES1', at: at('02-08') },
    lines: [{ line: '1', quantity: '1' }],
  }),
  message('reservation.void', '02-09', { reservation: 'RES3', reason: 'not wanted' }),
  booked('revalue', '02-10', {
    ...{ document: 'RV1', reason: 'damp' },
    lines: [{ sku: 'LOT', amount: '-2' }],
  }),
  booked('method', '02-11', { document: 'ME1', lines: [{ sku: 'AVG', valuation: 'fifo' }] }),
];

/** There is not so much: it is parked. */
const refused = booked('issue', '03-02', { document: 'SI9', lines: [line('BIKE', '100')] });

const march: ExampleMessage[] = [
  refused,
  booked('issue', '03-03', { document: 'SI3', partner: 'C1', lines: [line('FIFO', '4')] }),
  message('location.upsert', '05-04', { location: 'S', name: 'Shop', kind: 'store' }),
];

export const documents: readonly ExampleMessage[] = [
  ...masterData,
  ...january,
  ...february,
  ...march,
];

/** What is booked in a copy of the store: it goes on, backdated and new. */
export const further: readonly ExampleMessage[] = [
  booked('receive', '06-02', {
    ...{ document: 'GR8', at: at('02-20') },
    lines: [line('FIFO', '10', { unitCost: '4' }), line('NEW', '1', { unitCost: '9.99' })],
  }),
  booked('cancel', '06-03', { document: 'SI3', at: at('06-03') }),
];

const dates = ['--as-of', '2026-03-31', '--known-at', '2026-04-30'];
const since = ['--since', '2026-01-10'];

/** Reports of which the figures are kept, as lines of the command line. */
export const asked: readonly (readonly string[])[] = [
  ['slow-movers', '--days', '20', ...dates],
  ...['stock', 'valuation', 'ageing', 'open-items', 'abc'].map((one) => [one, ...dates]),
  ['valuation', '--as-of', '2026-01-15', '--known-at', '2026-01-11'],
  ...['ledger', 'journal', 'trial', 'roll-forward'].map((one) => [one, ...since, ...dates]),
  ['statement', 'FIFO', ...dates],
  ['periods', '--known-at', '2026-04-30'],
  ...['reservations', 'orders', 'available', 'unpriced'].map((one) => [one]),
];
