/** What the second opinion (test/property/secondOpinion) found, where the page leaves the meaning open. */
import { type Doc, day } from '../../ledgerRig.ts';
import type { Meaning } from './Meaning.ts';

let minutes = 0;
const doc = (type: string, document: string, line: object, more: object = {}): Doc => {
  minutes += 1;
  return [type, { document, at: day(2, minutes), ...more, lines: [{ sku: 'A', ...line }] }];
};
const item = (facts: object): Doc => ['item.upsert.v1', { sku: 'A', ...facts }];
const receive = (document: string, quantity: string, unitCost: string, more: object = {}): Doc =>
  doc('receive', document, { location: 'W', quantity, unitCost, ...more });
const issue = (document: string, quantity: string, more: object = {}): Doc =>
  doc('issue', document, { location: 'W', quantity, ...more });
const comesBack = (document: string, quantity: string, reference: string): Doc =>
  doc('return', document, { location: 'W', quantity }, { party: 'customer', reference });

export const opinions: readonly Meaning[] = [
  {
    name: 'LIFO behind a transfer: the newest still leaves first, since layers travel as they are',
    policy: { pools: { ber: ['BER'] } },
    docs: [
      item({ valuation: 'lifo' }),
      receive('GR-1', '10', '1'),
      receive('GR-2', '10', '2'),
      doc('transfer', 'TR-1', { from: 'W', to: 'BER', quantity: '20' }),
      issue('SI-1', '10', { location: 'BER' }),
    ],
    figures: {
      pools: { 'A ber': '10 @ 10.00' },
      accounts: { received: '-30.00', costOfSales: '20.00' },
    },
  },
  {
    name: 'a lot that is found again without a cost costs what the stock of its pool does',
    docs: [
      item({ valuation: 'lot', tracking: 'lot' }),
      receive('GR-1', '1', '1', { lot: 'L1' }),
      receive('GR-2', '1', '2', { lot: 'L2' }),
      issue('SI-1', '1', { lot: 'L1' }),
      doc('count', 'C-1', { location: 'W', quantity: '1', lot: 'L1' }),
    ],
    figures: { pools: { 'A main': '2 @ 4.00' } },
  },
  {
    name: 'freight on goods that a customer sent back is part of them',
    docs: [
      receive('GR-1', '10', '10'),
      issue('SI-1', '10'),
      comesBack('RC-1', '10', 'SI-1'),
      doc('landed-cost', 'LC-1', { sku: 'A', receipt: 'GR-1' }, { amount: '50' }),
    ],
    figures: {
      pools: { 'A main': '10 @ 150.00' },
      accounts: { received: '-100.00', landedCost: '-50.00' },
    },
  },
  {
    name: 'what came back of a shortage, before what was missing came, is worth the guess',
    policy: { negative: 'allow', pools: { ber: ['BER'] } },
    docs: [
      receive('GR-1', '5', '1'),
      issue('SI-1', '10'),
      doc(
        'return',
        'RC-1',
        { location: 'BER', quantity: '10' },
        { party: 'customer', reference: 'SI-1' },
      ),
      receive('GR-2', '5', '3'),
    ],
    figures: {
      pools: { 'A ber': '10 @ 10.00' },
      accounts: { received: '-20.00', costOfSales: '10.00' },
    },
  },
];
