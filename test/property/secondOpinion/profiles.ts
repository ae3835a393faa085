/** Histories by what can happen in them, from the plainest on. */
import fc from 'fast-check';
import type { Doc } from '../../ledgerRig.ts';
import { shortTextOf } from './exact.ts';
import { arrived, type Kind, Planner, places, type Step } from './Planner.ts';
import type { Circumstances } from './secondOpinion.ts';

/** One to four pieces, at some hundreds; whole pieces at whole prices; tenths and cents; costs of one with six decimals. */
type Grain = 'few' | 'whole' | 'cents' | 'odd';

export interface Profile {
  name: string;
  kinds: readonly Kind[];
  methods?: readonly string[];
  /** More leaves than is there. */
  shortages?: boolean;
  unknownCosts?: boolean;
  /** How fine figures are: left out, of cents. */
  grain?: Grain;
  /** Several documents of one instant. */
  ties?: boolean;
  /** The row of docs/valuation-choices.md for which it waits. */
  pending?: string;
}

export interface Case {
  circumstances: Circumstances;
  docs: Doc[];
}

export const everyMethod = ['fifo', 'lifo', 'average', 'standard', 'lot'];

const million = 1_000_000n;
const upTo = (max: number): fc.Arbitrary<bigint> => fc.integer({ min: 1, max }).map(BigInt);
const whole = { arbitrary: upTo(12).map((n) => n * million), weight: 4 };
const tenths = { arbitrary: upTo(60).map((n) => (n * million) / 10n), weight: 1 };
const round = { arbitrary: upTo(30).map((n) => n * million), weight: 3 };
const cents = { arbitrary: upTo(3_000).map((n) => n * 10_000n), weight: 2 };
const odd = { arbitrary: upTo(20_000_000), weight: 3 };

const few = upTo(4).map((n) => n * million);
const quantityOf = (grain: Grain): fc.Arbitrary<bigint> => {
  if (grain === 'few') return few;
  return grain === 'whole' ? whole.arbitrary : fc.oneof(whole, tenths);
};

const costOf = (grain: Grain): fc.Arbitrary<bigint> => {
  if (grain === 'few') return upTo(10).map((n) => (200n + n * 10n) * million);
  return fc.oneof(round, ...(grain === 'whole' ? [] : [cents]), ...(grain === 'odd' ? [odd] : []));
};

const stepOf = ({ kinds, ties = false, grain = 'cents' }: Profile): fc.Arbitrary<Step> =>
  fc.record({
    kind: fc.constantFrom(...kinds, ...kinds.slice(0, 2)),
    sku: grain === 'few' ? fc.constant(0) : fc.constantFrom(0, 0, 0, 1),
    place: grain === 'few' ? fc.constantFrom(0, 2, 3) : fc.constantFrom(0, 0, 0, ...places.keys()),
    other: fc.nat({ max: 2 }),
    quantity: quantityOf(grain),
    cost: costOf(grain),
    which: fc.nat({ max: 9 }),
    tie: ties ? fc.constantFrom(false, true) : fc.constant(false),
    rank: fc.nat({ max: 1_000 }),
  });

export const pools = { north: ['N'], south: ['S'] };

export function casesOf(profile: Profile, most = 14): fc.Arbitrary<Case> {
  const { methods = everyMethod, shortages = false, unknownCosts = false } = profile;
  const steps = fc.array(stepOf(profile), {
    minLength: profile.grain === 'few' ? 10 : 1,
    maxLength: most,
    size: 'max',
  });
  return fc
    .record({
      method: fc.constantFrom(...methods),
      standard: costOf(profile.grain ?? 'cents'),
      steps,
    })
    .map(({ method, standard, steps: plan }) => {
      const planner = new Planner({ method, shortages, unknownCosts });
      for (const step of plan) planner.write(step);
      const more = {
        ...(method === 'standard' ? { standardCost: shortTextOf(standard) } : {}),
        ...(method === 'lot' ? { tracking: 'lot' } : {}),
      };
      const items = ['X', 'Y'].map(
        (sku): Doc => ['item.upsert.v1', { sku, valuation: method, ...more }],
      );
      const docs = [...items, ...arrived(planner.written)];
      return { circumstances: { pools, digits: 2 }, docs };
    });
}

const movements: Kind[] = ['receive', 'issue', 'transfer'];
const inPlace: Kind[] = ['receive', 'issue'];
const withoutLot = ['fifo', 'average', 'standard'];
const withLot = [...withoutLot, 'lot'];

/** The plainest; those by LIFO have no transfers, and those of lots no counts: see below. */
const plain: readonly Profile[] = [
  { name: 'receipts, issues and transfers', kinds: movements, methods: withLot },
  { name: 'receipts and issues by LIFO', kinds: inPlace, methods: ['lifo'] },
  { name: 'at costs with six decimals', kinds: movements, methods: withLot, grain: 'odd' },
  { name: 'of several lines', kinds: [...movements, 'receiveTwo', 'issueTwo'], methods: withLot },
  { name: 'found and lost', kinds: [...movements, 'adjust', 'lose'], methods: withLot },
  { name: 'counts', kinds: [...movements, 'lose', 'count'], methods: withoutLot },
  { name: 'landed costs', kinds: [...movements, 'receiveTwo', 'landed'], methods: withoutLot },
  {
    name: 'landed costs that leave residues',
    kinds: [...movements, 'receiveTwo', 'landedShared'],
    methods: withoutLot,
    grain: 'odd',
  },
  { name: 'landed costs by LIFO', kinds: [...inPlace, 'landedShared'], methods: ['lifo'] },
  { name: 'production', kinds: [...movements, 'produce', 'produceTwo'], methods: withLot },
  {
    name: 'whole issues that come back',
    kinds: [...movements, 'customerReturnAll'],
    methods: withLot,
  },
  { name: 'cancellations', kinds: [...movements, 'count', 'cancel'], methods: withoutLot },
  {
    name: 'revaluations by an amount',
    kinds: [...movements, 'revalue'],
    methods: ['fifo', 'average'],
  },
  { name: 'revaluations to a cost', kinds: [...movements, 'revalueTo'], methods: withoutLot },
  {
    name: 'issues of what is not there yet',
    kinds: inPlace,
    methods: [...withoutLot, 'lifo'],
    shortages: true,
    grain: 'whole',
  },
  {
    name: 'shortages that are counted',
    kinds: [...inPlace, 'count', 'lose', 'adjust'],
    methods: [...withoutLot, 'lifo'],
    shortages: true,
    grain: 'whole',
  },
];

/** What the page decided late; each holds from when it is built. */
const decided: readonly Profile[] = [
  {
    name: 'arrivals that name their shipment',
    kinds: ['ship', 'arrive', ...movements],
    methods: withLot,
  },
  {
    name: 'arrivals that name none',
    kinds: ['ship', 'arriveNameless', ...inPlace],
    methods: ['lifo', 'average'],
  },
  {
    name: 'transfers of what is not there yet',
    kinds: movements,
    methods: withoutLot,
    shortages: true,
    grain: 'whole',
  },
  {
    name: 'shortages of pools that never had stock',
    kinds: inPlace,
    methods: withoutLot,
    shortages: true,
    grain: 'whole',
    unknownCosts: true,
  },
  {
    name: 'issues that come back in parts',
    kinds: ['issue', 'customerReturn', ...movements],
    methods: withLot,
    grain: 'odd',
  },
  {
    name: 'more comes back than went',
    kinds: ['issue', 'customerReturnTooMuch', ...movements],
    methods: withoutLot,
  },
  {
    name: 'back to the supplier',
    kinds: [...movements, 'supplierReturn'],
    methods: withLot,
  },
  {
    name: 'landed costs on lots',
    kinds: [...movements, 'landed'],
    methods: ['lot'],
  },
  {
    name: 'landed costs on what was used',
    kinds: [...movements, 'produce', 'produceTwo', 'landed'],
    methods: withoutLot,
  },
  {
    name: 'landed costs on what was lost',
    kinds: [...movements, 'lose', 'landed'],
    methods: ['fifo', 'average'],
  },
  {
    name: 'freight and prices of what went all ways',
    kinds: [
      'landed',
      'invoicePart',
      ...movements,
      'lose',
      'scrap',
      'produce',
      'produceTwo',
      'customerReturn',
    ],
    methods: withoutLot,
    grain: 'odd',
  },
  {
    name: 'landed costs on what went back to the supplier',
    kinds: ['landed', 'supplierReturn', 'receive', 'issue'],
    methods: ['fifo', 'lifo'],
  },
  {
    name: 'landed costs on what was short',
    kinds: ['landed', ...movements],
    methods: [...withoutLot, 'lifo'],
    shortages: true,
    grain: 'whole',
  },
  {
    name: 'landed costs on shortages that are moved on and back',
    kinds: ['transfer', 'landed', 'transfer', 'receive', 'transfer', 'transfer'],
    methods: ['fifo', 'average', 'lifo'],
    shortages: true,
    grain: 'few',
  },
  {
    name: 'documents of one instant',
    kinds: movements,
    methods: withLot,
    ties: true,
  },
  {
    name: 'changes of method',
    kinds: [...movements, 'method'],
    methods: ['fifo', 'average'],
  },
  {
    name: 'receipts without a price',
    kinds: ['receive', 'issue', 'noPrice'],
    methods: withoutLot,
    grain: 'whole',
    unknownCosts: true,
  },
  {
    name: 'amounts of lines',
    kinds: [...movements, 'amount'],
    methods: withLot,
  },
  {
    name: 'scrap',
    kinds: [...movements, 'scrap'],
    methods: withLot,
  },
  {
    name: 'opening balances',
    kinds: [...movements, 'opening'],
    methods: withLot,
  },
  {
    name: 'labour',
    kinds: [...movements, 'labour'],
    methods: withLot,
  },
  {
    name: 'counts with a cost',
    kinds: [...movements, 'costedCount'],
    methods: ['fifo', 'average'],
    grain: 'whole',
  },
  {
    name: 'invoices',
    kinds: [...movements, 'invoice', 'invoicePart'],
    methods: withLot,
  },
  {
    name: 'invoices beside landed costs',
    kinds: [...movements, 'landed', 'invoicePart'],
    methods: withLot,
  },
  {
    name: 'cancelled receipts with landed costs',
    kinds: ['receive', 'landed', 'cancelLanded', ...movements],
    methods: withLot,
  },
];

/** Where the page leaves a meaning open: the opinion is what an auditor would sign. */
const open: readonly Profile[] = [
  {
    name: 'LIFO behind a transfer',
    kinds: movements,
    methods: ['lifo'],
  },
  {
    name: 'lots that are found again',
    kinds: [...movements, 'lose', 'count'],
    methods: ['lot'],
  },
  {
    name: 'freight on what came back',
    kinds: [...movements, 'customerReturnAll', 'landed'],
    methods: ['fifo', 'average'],
  },
  {
    name: 'returns of what was short',
    kinds: ['receive', 'issue', 'customerReturnAll'],
    methods: ['fifo', 'average'],
    shortages: true,
  },
];

export const profiles: readonly Profile[] = [...plain, ...decided, ...open];
