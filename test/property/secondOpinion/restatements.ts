/** Stock is given another value, or another method. */
import { runningShares, total, unitsOf } from './exact.ts';
import type { Pile } from './Pile.ts';
import type { Method, PlainBooks } from './PlainBooks.ts';
import type { PaperLine } from './papers.ts';

/** A difference is spread over what lies there by quantity; a cost of one is that of every parcel. */
export function revalue(books: PlainBooks, { sku, location, amount, unitCost }: PaperLine): void {
  const card = books.item(sku);
  const isStandard = card.method === 'standard' && unitCost !== undefined;
  const meant =
    location === undefined || isStandard
      ? books.pilesOf(sku)
      : [books.pile(sku, books.poolOf(location))];
  if (isStandard) card.standard = unitsOf(unitCost);
  for (const pile of meant) {
    if (amount !== undefined) addTo(books, pile, unitsOf(amount, books.digits));
    else restate(books, pile, unitsOf(unitCost!));
  }
}

function addTo(books: PlainBooks, pile: Pile, amount: bigint): void {
  const weights = pile.parcels.map(({ quantity }) => quantity);
  for (const [index, part] of runningShares(amount, weights).entries())
    pile.parcels[index]!.pot.value += part;
  books.post(pile.sku, 'adjustment', -amount);
}

/** Whatever lies there costs so much: all of it, rounded once, so that no cent comes of how many parcels it lies in. */
export function restate(books: PlainBooks, pile: Pile, cost: bigint): void {
  let upTo = 0n;
  for (const [pot, parcels] of Map.groupBy(pile.parcels, (parcel) => parcel.pot)) {
    const given = books.amountOf(upTo, cost);
    upTo += total(parcels.map(({ quantity }) => quantity));
    const value = books.amountOf(upTo, cost) - given;
    books.post(pile.sku, 'adjustment', pot.value - value);
    pot.value = value;
  }
}

/** Nothing is written up: the new method begins with what lies there, at what it costs. */
export function changeMethod(books: PlainBooks, line: PaperLine): void {
  const card = books.item(line.sku);
  const piles = books.pilesOf(line.sku);
  for (const pile of piles) ofOneEach(pile);
  card.method = line.valuation as Method;
  // What lies there costs one and the same, and is rounded once.
  if (card.method === 'average' || card.method === 'standard') piles.forEach(ofOnePot);
  if (card.method === 'standard') {
    const value = total(piles.map((pile) => pile.worth(pile.parcels)));
    const there = total(piles.map((pile) => pile.there));
    if (line.standardCost !== undefined) card.standard = unitsOf(line.standardCost);
    else if (there > 0n) card.standard = books.costOfOne(value, there);
    else card.standard = lastCost(piles) ?? card.standard;
    for (const pile of piles) restate(books, pile, card.standard ?? 0n);
  }
}

/** Of one, wherever it moved last. */
function lastCost(piles: readonly Pile[]): bigint | undefined {
  const known = piles.flatMap(({ last }) => last ?? []);
  return known.sort((one, other) => other.turn - one.turn)[0]?.cost;
}

/** Every parcel with its share of what its pot held. */
function ofOneEach(pile: Pile): void {
  for (const [pot, parcels] of Map.groupBy(pile.parcels, (parcel) => parcel.pot)) {
    const weights = parcels.map(({ quantity }) => quantity);
    const shares = runningShares(pot.value, weights);
    for (const [index, parcel] of parcels.entries()) parcel.pot = { value: shares[index]! };
  }
}

/** One pot for all, but one for each shipment that is under way. */
function ofOnePot(pile: Pile): void {
  for (const parcels of Map.groupBy(pile.parcels, ({ shipment }) => shipment).values()) {
    const pot = { value: pile.worth(parcels) };
    for (const parcel of parcels) parcel.pot = pot;
  }
}
