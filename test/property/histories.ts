/**
 * Random histories that a person can read: three SKUs, four places in three pools, small numbers, now
 * and then a document that comes late, is cancelled, or refers to another. They shrink to few
 * documents with small figures.
 */
import fc from 'fast-check';
import type { Doc, History, ItemFacts, Setting } from './documents.ts';
import { firstTimes } from './histories/firstTimes.ts';
import { Writer } from './histories/Writer.ts';

/** What can happen in a history, in the order in which counterexamples shrink. */
export const events = [
  'receive',
  'issue',
  'transfer',
  'adjust',
  'count',
  'customerReturn',
  'supplierReturn',
  'ship',
  'arrive',
  'status',
  'produce',
  'landed',
  'revalue',
  'method',
  'cancel',
  'reserve',
  'update',
  'commit',
  'void',
  'close',
  'reopen',
  'opening',
  'invoice',
] as const;
export type Event = (typeof events)[number];

/** One event before it is put into words; its numbers mean what the documents before it allow. */
export interface Step {
  event: Event;
  sku: number;
  place: number;
  other: number;
  /** In millionths, above zero. */
  quantity: number;
  cost: number;
  /** Left out the stated cost, the reference, the lot of its own. */
  plain: boolean;
  /** Which of the documents that could be meant. */
  which: number;
  /** How many documents back in business time; 0: now. */
  late: number;
  /** At the very moment of another document. */
  tie: boolean;
  owner: boolean;
  /** In quarantine. */
  apart: boolean;
  /** The document has another line. */
  second: boolean;
  unit: string;
  /** What one of the foreign currency of the document is worth; empty where it states none. */
  rate: string;
}

export interface Kind {
  events: readonly Event[];
  methods?: readonly string[];
  negative?: readonly ('allow' | 'deny')[];
  closedPeriod?: readonly ('refuse' | 'redirect')[];
  /** Largest number of documents. */
  most?: number;
  /** No document comes late. */
  inOrder?: boolean;
  owners?: boolean;
  /** Most documents that may have two lines have them. */
  twofold?: boolean;
  /** In units besides the base unit, and at costs in a foreign currency. */
  measures?: boolean;
  /** Days of zones in which the clocks change meanwhile. */
  zones?: boolean;
  /** Each SKU as often as any other: what is made of one moves as much. */
  evenly?: boolean;
}

export const movements: readonly Event[] = events.slice(0, 11);
/** What is gone is in products, and back from customers, when its cost comes. */
export const madeAndSentBack: readonly Event[] = [
  ...(['receive', 'issue', 'produce', 'produce', 'customerReturn', 'customerReturn'] as const),
  ...(['landed', 'landed', 'invoice'] as const),
];
export const everyMethod = ['fifo', 'average', 'lifo', 'standard', 'lot'] as const;

const million = 1_000_000;
const quantity = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 12 }).map((n) => n * million), weight: 6 },
  { arbitrary: fc.integer({ min: 1, max: 60 }).map((n) => (n * million) / 10), weight: 2 },
  { arbitrary: fc.integer({ min: 1, max: 5 * million }), weight: 1 },
);
const cost = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 30 }).map((n) => n * million), weight: 5 },
  { arbitrary: fc.integer({ min: 1, max: 3_000 }).map((n) => n * 10_000), weight: 3 },
  { arbitrary: fc.integer({ min: 0, max: 20 * million }), weight: 2 },
);

function stepOf({
  events: chosen,
  inOrder,
  owners,
  twofold,
  measures,
  evenly,
}: Kind): fc.Arbitrary<Step> {
  // Receipts and issues are what most of life is made of.
  const frequent = chosen.filter((event) => event === 'receive' || event === 'issue');
  return fc.record({
    event: fc.constantFrom(...frequent, ...frequent, ...chosen),
    sku: evenly ? fc.constantFrom(0, 1, 2) : fc.constantFrom(0, 0, 0, 0, 0, 0, 1, 2),
    place: fc.constantFrom(0, 0, 0, 1, 2, 3),
    other: fc.integer({ min: 0, max: 2 }),
    quantity,
    cost,
    plain: fc.boolean(),
    which: fc.nat({ max: 9 }),
    late: inOrder ? fc.constant(0) : fc.constantFrom(0, 0, 0, 1, 2, 3, 5, 8, 13),
    tie: fc.constantFrom(false, false, false, true),
    apart: fc.constantFrom(false, false, false, false, false, false, false, true),
    second: twofold
      ? fc.constantFrom(true, true, false)
      : fc.constantFrom(false, false, false, false, true),
    unit: measures ? fc.constantFrom('', '', 'EA', 'BOX', 'QUARTER') : fc.constant(''),
    rate: measures
      ? fc.constantFrom('', '', '', '2', '0.9251', '0.333333333333', '1.05')
      : fc.constant(''),
    owner: owners ? fc.constantFrom(false, false, false, false, true) : fc.constant(false),
  });
}

function settingOf(kind: Kind): fc.Arbitrary<Setting> {
  const method = fc.constantFrom(...(kind.methods ?? everyMethod));
  const negative = fc.constantFrom(...(kind.negative ?? (['allow', 'deny'] as const)));
  const seldom = fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 1, 2);
  const item = (sku: string): fc.Arbitrary<ItemFacts> =>
    fc.record({ valuation: method, standard: fc.integer({ min: 1, max: 20 }), seldom }).map(
      ({ valuation, standard, seldom: which }): ItemFacts => ({
        sku,
        valuation,
        weight: '1',
        ...(kind.measures ? { unit: 'EA', units: { BOX: '12', QUARTER: '1/4' } } : {}),
        ...(valuation === 'standard' ? { standardCost: String(standard) } : {}),
        ...(valuation === 'lot' || which === 1 ? { tracking: 'lot' } : {}),
        ...(which === 2 ? { valued: false } : {}),
      }),
    );
  return fc.record({
    items: fc.tuple(item('X'), item('Y'), item('Z')).map((items): ItemFacts[] => [...items]),
    pools: fc.constant<Setting['pools']>({ north: ['N'], south: ['S'] }),
    negative,
    minorDigits: fc.constantFrom(2, 2, 2, 0, 3),
    closedPeriod: fc.constantFrom(...(kind.closedPeriod ?? (['refuse', 'redirect'] as const))),
    ...(kind.zones ? { zone: fc.constantFrom(...Object.keys(firstTimes)) } : {}),
  });
}

export function histories(kind: Kind): fc.Arbitrary<History> {
  const steps = fc.array(stepOf(kind), { minLength: 1, maxLength: kind.most ?? 24, size: 'max' });
  return fc.tuple(settingOf(kind), steps).map(([setting, plan]) => ({
    setting,
    docs: written(setting, plan),
  }));
}

function written(setting: Setting, plan: readonly Step[]): Doc[] {
  const writer = new Writer(setting);
  for (const step of plan) writer.write(step);
  return writer.docs;
}
