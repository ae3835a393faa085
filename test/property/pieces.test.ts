/**
 * The books by FIFO, shortages and all, against a third account of the same documents: piece by piece, after each
 * document that arrives anew from the first one on.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Doc, day, LedgerRig } from '../ledgerRig.ts';
import { patience, runs } from '../runs.ts';
import { checkAny } from './check.ts';
import { PieceBooks, type PieceDoc } from './pieces/PieceBooks.ts';

const places = ['BER', 'HAM', 'MUC'];
const pools = Object.fromEntries(places.map((place) => [place, [place]]));
/** Odd cents of the books, which round where pieces do not, however often they share out. */
const CENTS = 0.5;

interface Step {
  type: PieceDoc['type'];
  from: number;
  /** How many places on. */
  on: number;
  pieces: number;
  cost: number;
  which: number;
  /** The lowest arrives first, but a landed cost after its receipt. */
  rank: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    type: fc.constantFrom(
      ...(['receive', 'issue', 'transfer', 'transfer', 'transfer', 'landed-cost'] as const),
    ),
    from: fc.nat({ max: places.length - 1 }),
    on: fc.integer({ min: 1, max: places.length - 1 }),
    pieces: fc.integer({ min: 1, max: 4 }),
    cost: fc.constantFrom(1, 9, 60, 100, 500),
    which: fc.nat({ max: 9 }),
    rank: fc.oneof(fc.constant(0), fc.nat({ max: 1_000 })),
  }),
  { minLength: 4, maxLength: 14, size: 'max' },
);

/** In the order in which they arrive. */
function written(plan: readonly Step[]): PieceDoc[] {
  const receipts = plan.flatMap(({ type }, index) => (type === 'receive' ? [index] : []));
  return plan
    .flatMap(({ type, from, on, pieces, cost, which, rank }, index) => {
      const before = receipts.filter((receipt) => receipt < index);
      const receipt = before[which % Math.max(before.length, 1)];
      const isLanded = type === 'landed-cost';
      if (isLanded && receipt === undefined) return [];
      const doc: PieceDoc = {
        ...{ type, document: `D-${index}`, at: day(2, index), pieces, cost },
        ...{ from: places[from]!, to: places[(from + on) % places.length]! },
        receipt: isLanded ? `D-${receipt}` : '',
      };
      return [{ doc, rank: isLanded ? Math.max(rank, plan[receipt!]!.rank) : rank }];
    })
    .sort((one, other) => one.rank - other.rank)
    .map(({ doc }) => doc);
}

function messageOf({ type, document, at, from, to, pieces, cost, receipt }: PieceDoc): Doc {
  if (type === 'landed-cost')
    return [type, { document, at, amount: `${cost}`, lines: [{ receipt }] }];
  const line = {
    receive: { location: to, unitCost: `${cost}` },
    issue: { location: from },
    transfer: { from, to },
  }[type];
  return [type, { document, at, lines: [{ sku: 'A', quantity: `${pieces}`, ...line }] }];
}

/** Pieces and worth of each place, and what customers have cost. */
type Said = Readonly<Record<string, number>>;

async function saidByTheBooks(rig: LedgerRig): Promise<Said> {
  const { rows } = await rig.store.valuation({}, { limit: 100 });
  const sold = (await rig.charged('A')).match(/customer (-?[\d.]+)/)?.[1] ?? 0;
  const ofPools = rows.flatMap(({ pool, quantity, value }) => [
    [`${pool} pieces`, Number(quantity) / 1e6] as const,
    [`${pool} worth`, Number(value) / 100] as const,
  ]);
  return { ...Object.fromEntries(ofPools), sold: Number(sold) };
}

function saidByPieces(docs: readonly PieceDoc[]): Said {
  const books = new PieceBooks(docs);
  const ofPlaces = [...books.places].flatMap(([place, { pieces, shorts }]) => [
    [`${place} pieces`, pieces.length - shorts.length] as const,
    [
      `${place} worth`,
      worthOf(pieces) - shorts.reduce((sum, { guess }) => sum + guess, 0),
    ] as const,
  ]);
  return { ...Object.fromEntries(ofPlaces), sold: worthOf(books.sold) };
}

const worthOf = (pieces: readonly { cost: number }[]): number =>
  pieces.reduce((sum, { cost }) => sum + cost, 0);

function isNear(one: Said, other: Said): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => Math.abs((one[name] ?? 0) - (other[name] ?? 0)) < CENTS);
}

async function agree(docs: readonly PieceDoc[]): Promise<void> {
  const rig = new LedgerRig({ policy: { pools, negative: 'allow' } });
  for (const [index, doc] of docs.entries()) {
    await rig.book(...messageOf(doc));
    const own = await saidByTheBooks(rig);
    const byPieces = saidByPieces(docs.slice(0, index + 1));
    if (!isNear(own, byPieces)) assert.deepEqual(own, byPieces, `once ${doc.document} is there`);
  }
}

describe('the books and every piece by itself', function () {
  this.timeout(patience(2));

  it(`agree by FIFO, whatever is short, moved on and back (${runs(2)} histories)`, () =>
    checkAny(
      steps.map(written),
      (docs) => docs.map((doc) => JSON.stringify(messageOf(doc))).join('\n'),
      agree,
      2,
    ));
});
