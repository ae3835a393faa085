/** Where the goods of a reservation are taken from, once its hold is given back. */
import type { Micro } from '../../decimal.ts';
import type { ReservationLine } from '../../ledger.ts';
import { refusalOf, shortageOf } from './answer.ts';
import { freeHere, freeToTake, onHandFor } from './available.ts';
import type { Shortage, Spot } from './contract.ts';
import type { ReservationBooks } from './reservationBooks.ts';

/** A part of a line that is issued; place and lot are '' where none is named. */
export interface Part {
  place: string;
  lot: string;
  quantity: Micro;
  /** Position in the message of the line that names it. */
  index?: number;
}

type Take = Pick<Part, 'place' | 'quantity'>;

/**
 * How much a part can have without breaking a promise to others. What was held already at just this
 * place and lot can be had as far as it lies there: when stock was lost, who comes first is served.
 */
export function freeForPart(
  books: ReservationBooks,
  { sku, place: heldPlace, pool, lot: heldLot }: ReservationLine,
  { place, lot }: Part,
): Micro {
  if (place === '') {
    const places = placesInOrder(books, sku, pool);
    return places.reduce((sum, here) => sum + onHandFor(books, { sku, place: here, lot }), 0n);
  }
  if (place !== heldPlace) return freeFor(books, { sku, place, lot });
  if (lot === heldLot) return onHandFor(books, { sku, place, lot });
  const balance = books.balance(sku, place, lot);
  return balance.onHand - balance.reserved;
}

/** At a place that was not named before: of any lot, or of the one that is named now. */
function freeFor(books: ReservationBooks, spot: Spot): Micro {
  if (spot.lot !== '') return freeToTake(books, { ...spot, leavesPool: false });
  return freeHere(books, spot);
}

/** How much goes from which place. Refuses a place or lot, named only now, that is promised to others. */
export function takesOf(
  books: ReservationBooks,
  line: ReservationLine,
  part: Part,
  shortage: Shortage,
): Take[] {
  const { place, lot, quantity } = part;
  if (place === '') return takesFromPool(books, line, part);
  const isHeld = place === line.place && lot === line.lot;
  if (isHeld || shortage.available >= shortage.asked || books.negative(line.sku, place) === 'allow')
    return [{ place, quantity }];
  throw refusalOf(shortage);
}

/**
 * Divides what is taken from a pool among its places in their order: first what is free, then, where
 * stock was lost, what lies there though it is held; what lies nowhere, only by the negative policy.
 */
function takesFromPool(books: ReservationBooks, line: ReservationLine, part: Part): Take[] {
  const { sku, pool } = line;
  const { lot, quantity } = part;
  const places = placesInOrder(books, sku, pool);
  const takes = new Map<string, Micro>();
  let rest = quantity;
  const take = (place: string, most: Micro) => {
    const taken = most < rest ? most : rest;
    if (taken <= 0n) return;
    takes.set(place, (takes.get(place) ?? 0n) + taken);
    rest -= taken;
  };
  for (const place of places) take(place, freeFor(books, { sku, place, lot }));
  for (const place of places)
    take(place, onHandFor(books, { sku, place, lot }) - (takes.get(place) ?? 0n));
  const short = places.find((place) => books.negative(sku, place) === 'allow');
  if (short !== undefined) take(short, rest);
  if (rest > 0n) throw refusalOf(shortageOf(line, quantity, quantity - rest, part));
  return Array.from(takes, ([place, taken]) => ({ place, quantity: taken }));
}

/** As the policy lists them, then the others of the pool that have a balance, by their codes. */
function placesInOrder(books: ReservationBooks, sku: string, pool: string): string[] {
  const listed = books.placesOf(pool) ?? [];
  const others = books.balancesIn(sku, pool).map(({ place }) => place);
  return [...new Set([...listed, ...others.sort()])];
}
