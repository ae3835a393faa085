/**
 * Goods that left before they were there, followed by hand: figures worked out on paper from docs/valuation-choices.md,
 * by somebody who did not write the rules. `r` came by a receipt, `s` left at a guess.
 */
import { type Doc, day } from '../../ledgerRig.ts';
import type { Meaning } from './Meaning.ts';

interface LineOptions {
  at?: string;
  lot?: string;
  reference?: string;
}

let minutes = 0;
function doc(type: string, document: string, line: object, options: LineOptions = {}): Doc {
  minutes += 1;
  const { at = day(3, minutes), lot, reference } = options;
  const lines = [{ sku: 'A', ...(lot ? { lot } : {}), ...line }];
  return [type, { document, at, ...(reference ? { reference } : {}), lines }];
}
type Amounts = readonly [quantity: string, unitCost: string];
const receive = (
  document: string,
  location: string,
  [quantity, unitCost]: Amounts,
  options?: LineOptions,
): Doc => doc('receive', document, { location, quantity, unitCost }, options);
const issue = (document: string, location: string, quantity: string, options?: LineOptions): Doc =>
  doc('issue', document, { location, quantity }, options);
const transfer = (
  document: string,
  [from, to]: readonly [string, string],
  quantity: string,
  options?: LineOptions,
): Doc => doc('transfer', document, { from, to, quantity }, options);
const count = (document: string, location: string, quantity: string, at: string): Doc =>
  doc('count', document, { location, quantity }, { at });
const item = (facts: object): Doc => ['item.upsert.v1', { sku: 'A', ...facts }];
const method = (document: string, valuation: string): Doc => doc('method', document, { valuation });
const cancel = (document: string): Doc => ['cancel', { document, reason: 'by mistake' }];
const close: Doc = ['period.close.v1', { through: '2026-01-31' }];
const reopen: Doc = ['period.reopen.v1', { reason: 'forgotten' }];
function landed(document: string, receipt: string, amount: string, at?: string): Doc {
  minutes += 1;
  return ['landed-cost', { document, at: at ?? day(3, minutes), amount, lines: [{ receipt }] }];
}

const pools = { ber: ['BER'], ham: ['HAM'], muc: ['MUC'] };
const byPlace = { pools, negative: 'allow' } as const;
const redirected = { ...byPlace, closedPeriod: 'redirect' } as const;
const february = (number: number): string => day(31 + number);

export const followed: readonly Meaning[] = [
  {
    // s1 and s2 at 500.00; the first receipt makes them 250.50 each; s3 at 1.00. Back come s1 and s2: two real pieces are left, at 1.00.
    name: 'what goes back settles two shortages, one dearer and one cheaper than guessed',
    policy: byPlace,
    docs: [
      receive('GR-1', 'MUC', ['1', '500']),
      transfer('UM-1', ['BER', 'HAM'], '2'),
      receive('GR-2', 'BER', ['1', '1']),
      transfer('UM-2', ['BER', 'HAM'], '1'),
      receive('GR-3', 'HAM', ['1', '1']),
      transfer('UM-3', ['HAM', 'BER'], '2'),
    ],
    figures: {
      pools: { 'A muc': '1 @ 500.00', 'A ham': '2 @ 2.00' },
      accounts: { received: '-502.00' },
    },
  },
  {
    // GR-1 and one of GR-2 are sold, the other of GR-2 lies in HAM: worth what it cost, not 4.00.
    name: 'what goes back settles two shortages, and some of it was sold',
    policy: byPlace,
    docs: [
      receive('GR-1', 'HAM', ['1', '9']),
      issue('SI-1', 'HAM', '1'),
      transfer('UM-1', ['HAM', 'BER'], '4'),
      issue('SI-2', 'BER', '1'),
      receive('GR-2', 'HAM', ['2', '1']),
      transfer('UM-2', ['HAM', 'BER'], '1'),
      transfer('UM-3', ['BER', 'HAM'], '4'),
    ],
    figures: {
      pools: { 'A ham': '1 @ 1.00' },
      accounts: { received: '-11.00', costOfSales: '10.00' },
    },
  },
  {
    // Short of three at 3.00, 2 r sold, then trued up to 5.00; with GR-0 nothing was ever short.
    name: 'a late receipt undoes a shortage that another one had settled',
    policy: byPlace,
    docs: [
      receive('GR-1', 'BER', ['2', '3'], { at: day(2, 1) }),
      transfer('UM-1', ['BER', 'HAM'], '5', { at: day(2, 2) }),
      issue('SI-1', 'HAM', '2', { at: day(2, 3) }),
      receive('GR-2', 'BER', ['3', '5'], { at: day(2, 4) }),
      receive('GR-0', 'BER', ['4', '1'], { at: day(2) }),
    ],
    figures: {
      pools: { 'A ber': '4 @ 18.00', 'A ham': '3 @ 5.00' },
      accounts: { received: '-25.00', costOfSales: '2.00' },
    },
  },
  {
    // GR-2 and its freight go; of s1 and s2 at 4.00 one turns out to cost 10.00: 7.00 each.
    name: 'a receipt that settled is cancelled, and had freight',
    policy: byPlace,
    docs: [
      receive('GR-1', 'BER', ['1', '4']),
      transfer('UM-1', ['BER', 'HAM'], '3'),
      receive('GR-2', 'BER', ['3', '6']),
      landed('LC-1', 'GR-2', '3'),
      issue('SI-1', 'HAM', '1'),
      cancel('GR-2'),
      receive('GR-3', 'BER', ['1', '10']),
    ],
    figures: {
      pools: { 'A ber': '-1 @ -4.00', 'A ham': '2 @ 14.00' },
      accounts: { received: '-14.00', costOfSales: '4.00' },
    },
  },
  {
    // Without GR-2 both that were sold are s, and share the one that came at 7.00.
    name: 'LIFO, a receipt is cancelled of what was sold in part',
    policy: byPlace,
    docs: [
      item({ valuation: 'lifo' }),
      receive('GR-1', 'BER', ['1', '1']),
      receive('GR-2', 'BER', ['1', '3']),
      transfer('UM-1', ['BER', 'HAM'], '3'),
      issue('SI-1', 'HAM', '2'),
      receive('GR-3', 'BER', ['1', '7']),
      cancel('GR-2'),
    ],
    figures: {
      pools: { 'A ber': '-1 @ -1.00', 'A ham': '1 @ 1.00' },
      accounts: { received: '-8.00', costOfSales: '8.00' },
    },
  },
  {
    // What is older in HAM counts as sold: the s bears its own 6.00 in stock.
    name: 'average, a late receipt where the goods are',
    policy: byPlace,
    docs: [
      item({ valuation: 'average' }),
      receive('GR-1', 'BER', ['2', '4'], { at: day(2, 1) }),
      transfer('UM-1', ['BER', 'HAM'], '3', { at: day(2, 2) }),
      issue('SI-1', 'HAM', '1', { at: day(2, 3) }),
      receive('GR-2', 'BER', ['1', '10'], { at: day(2, 4) }),
      receive('GR-0', 'HAM', ['1', '1'], { at: day(2) }),
    ],
    figures: {
      pools: { 'A ham': '3 @ 15.75' },
      accounts: { received: '-19.00', costOfSales: '3.25' },
    },
  },
  {
    // L2 settles nothing of L1. Sold is r of L1, at 4.00; freight on GR-3 is that of both s.
    name: 'by lot, another lot settles nothing',
    policy: byPlace,
    docs: [
      item({ valuation: 'lot', tracking: 'lot' }),
      receive('GR-1', 'BER', ['1', '2'], { lot: 'L1' }),
      transfer('UM-1', ['BER', 'HAM'], '3', { lot: 'L1' }),
      receive('GR-2', 'BER', ['5', '9'], { lot: 'L2' }),
      receive('GR-3', 'BER', ['2', '5'], { lot: 'L1' }),
      issue('SI-1', 'HAM', '1', { lot: 'L1' }),
      landed('LC-1', 'GR-3', '3'),
    ],
    figures: {
      pools: { 'A ber': '5 @ 45.00', 'A ham': '2 @ 11.00' },
      accounts: { received: '-57.00', landedCost: '-3.00', costOfSales: '4.00' },
    },
  },
  ...(['fifo', 'average'] as const).map(
    (valuation): Meaning => ({
      // Sold is r; both s are still there, and what they cost more is theirs.
      name: `the method changes from ${valuation} while goods are away that were short`,
      policy: byPlace,
      docs: [
        item({ valuation }),
        receive('GR-1', 'BER', ['1', '2']),
        transfer('UM-1', ['BER', 'HAM'], '3'),
        method('VM-1', valuation === 'fifo' ? 'average' : 'fifo'),
        issue('SI-1', 'HAM', '1'),
        receive('GR-2', 'BER', ['2', '5']),
      ],
      figures: {
        pools: { 'A ham': '2 @ 10.00' },
        accounts: { received: '-12.00', costOfSales: '2.00' },
      },
    }),
  ),
  {
    name: 'the method becomes standard cost while goods are away that were short',
    policy: byPlace,
    docs: [
      receive('GR-1', 'BER', ['1', '2']),
      transfer('UM-1', ['BER', 'HAM'], '3'),
      method('VM-1', 'standard'),
      receive('GR-2', 'BER', ['2', '5']),
    ],
    figures: {
      pools: { 'A ham': '3 @ 6.00' },
      accounts: { received: '-12.00', variance: '6.00' },
    },
  },
  {
    // Of the one s that was sold its half is cost of sales, of February: 4.00 + 7.00.
    name: 'what settles is redirected out of a closed period',
    policy: redirected,
    docs: [
      receive('GR-1', 'BER', ['1', '4'], { at: day(5) }),
      transfer('UM-1', ['BER', 'HAM'], '3', { at: day(6) }),
      issue('SI-1', 'HAM', '2', { at: day(7) }),
      close,
      receive('GR-2', 'BER', ['2', '7'], { at: day(8) }),
    ],
    figures: {
      pools: { 'A ham': '1 @ 7.00' },
      accounts: { received: '-18.00', costOfSales: '11.00' },
    },
  },
  {
    name: 'the same, and a receipt from before once the period is open again',
    policy: redirected,
    docs: [
      receive('GR-1', 'BER', ['1', '4'], { at: day(5) }),
      transfer('UM-1', ['BER', 'HAM'], '3', { at: day(6) }),
      issue('SI-1', 'HAM', '2', { at: day(7) }),
      close,
      receive('GR-2', 'BER', ['2', '7'], { at: day(8) }),
      reopen,
      receive('GR-0', 'BER', ['2', '1'], { at: day(4) }),
    ],
    figures: {
      pools: { 'A ber': '2 @ 14.00', 'A ham': '1 @ 4.00' },
      accounts: { received: '-20.00', costOfSales: '2.00' },
    },
  },
  {
    // Sold and lost are the two r; s is left.
    name: 'a redirected count finds that some of it is missing',
    policy: redirected,
    docs: [
      receive('GR-1', 'BER', ['2', '4'], { at: day(5) }),
      transfer('UM-1', ['BER', 'HAM'], '3', { at: day(6) }),
      issue('SI-1', 'HAM', '1', { at: day(20) }),
      close,
      count('CT-1', 'HAM', '2', day(10)),
      receive('GR-2', 'BER', ['1', '9'], { at: february(3) }),
    ],
    figures: {
      pools: { 'A ham': '1 @ 9.00' },
      accounts: { received: '-17.00', costOfSales: '4.00', adjustment: '4.00' },
    },
  },
  {
    // r comes home and settles for s, which has the freight on it from then on, and is sold with it.
    name: 'freight follows in a circle of three places, and what has it is sold',
    policy: byPlace,
    docs: [
      receive('GR-1', 'BER', ['1', '1']),
      transfer('UM-1', ['BER', 'HAM'], '2'),
      transfer('UM-2', ['HAM', 'MUC'], '3'),
      transfer('UM-3', ['MUC', 'BER'], '1'),
      landed('LC-1', 'GR-1', '2'),
      issue('SI-1', 'MUC', '1'),
      receive('GR-2', 'HAM', ['1', '4']),
    ],
    figures: {
      pools: { 'A muc': '1 @ 4.00' },
      accounts: { received: '-5.00', landedCost: '-2.00', costOfSales: '3.00' },
    },
  },
  {
    // Two t in MUC, of which one is sold, are r and s1 in truth: half of all that these cost is each one's.
    name: 'handed on to what another place was short of, half of it sold, freight on both receipts',
    policy: byPlace,
    docs: [
      receive('GR-1', 'BER', ['1', '2']),
      transfer('UM-1', ['HAM', 'MUC'], '2'),
      transfer('UM-2', ['BER', 'HAM'], '3'),
      issue('SI-1', 'MUC', '1'),
      receive('GR-2', 'BER', ['2', '6']),
      landed('LC-1', 'GR-1', '4'),
      landed('LC-2', 'GR-2', '4'),
    ],
    figures: {
      pools: { 'A ham': '1 @ 8.00', 'A muc': '1 @ 7.00' },
      accounts: { received: '-14.00', landedCost: '-8.00', costOfSales: '7.00' },
    },
  },
  ...(['fifo', 'average'] as const).map(
    (valuation): Meaning => ({
      // r and s1 have arrived, s2 and s3 are on the way; 5.00 and freight of 1.00 for each s.
      name: `short of what is shipped, of which half has arrived, ${valuation}`,
      policy: byPlace,
      docs: [
        item({ valuation }),
        receive('GR-1', 'BER', ['1', '3']),
        transfer('VS-1', ['BER', 'transit'], '4'),
        transfer('EG-1', ['transit', 'HAM'], '2', { reference: 'VS-1' }),
        receive('GR-2', 'BER', ['3', '5']),
        landed('LC-1', 'GR-2', '3'),
      ],
      figures: {
        pools: { 'A ham': '2 @ 9.00', 'A transit': '2 @ 12.00' },
        accounts: { received: '-18.00', landedCost: '-3.00' },
      },
    }),
  ),
];
