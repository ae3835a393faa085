import { lesser, type Micro } from '../../decimal.ts';
import type { Balance } from '../../ledger.ts';
import type { Spot, Target } from './contract.ts';
import type { HeldStock } from './heldStockOfRound.ts';

/** Our own stock in good state: what can be promised unless its lot has expired. */
const isOurs = ({ status, owner }: Balance): boolean => status === 'available' && owner === '';

const isExpired = ({ expiresOn }: Balance, { today }: HeldStock): boolean =>
  expiresOn !== '' && expiresOn < today;

const atLeastZero = (quantity: Micro): Micro => (quantity > 0n ? quantity : 0n);

/**
 * Free of holds at one place. Holds on any lot of the place stand on the balance without a lot, so
 * that one may be below zero; a lot that is short is not made good by another.
 */
function freeAtPlace(books: HeldStock, balances: readonly Balance[]): Micro {
  let free = 0n;
  for (const balance of balances) {
    if (!isOurs(balance) || isExpired(balance, books)) continue;
    const here = balance.onHand - balance.reserved;
    free += balance.lot === '' ? here : atLeastZero(here);
  }
  return free;
}

/** Free of holds in a pool. A place that is short is not made good by another. */
function freeInPool(books: HeldStock, sku: string, pool: string): Micro {
  let free = -books.reservedIn(sku, pool);
  const places = Map.groupBy(books.balancesIn(sku, pool), ({ place }) => place);
  for (const balances of places.values()) free += atLeastZero(freeAtPlace(books, balances));
  return free;
}

/** Of what is free at a place, what others do not hold of the pool around it. */
function freeAround(books: HeldStock, { sku, place }: Omit<Spot, 'lot'>, free: Micro): Micro {
  const around = books.poolOf(place);
  if (books.reservedIn(sku, around) === 0n) return free;
  return lesser(free, freeInPool(books, sku, around));
}

/** What lies at a place, held or not, and may be given out. */
export function onHandFor(books: HeldStock, { sku, place, lot }: Spot): Micro {
  if (lot !== '') return atLeastZero(books.balance(sku, place, lot).onHand);
  let there = 0n;
  for (const balance of books.balancesAt(sku, place))
    if (isOurs(balance) && !isExpired(balance, books)) there += atLeastZero(balance.onHand);
  return there;
}

/** What can be taken at a place without regard to holds on the pool around it. */
export function freeHere(books: HeldStock, spot: Spot): Micro {
  const { sku, place, lot } = spot;
  const free = freeAtPlace(books, books.balancesAt(sku, place));
  if (lot === '') return free;
  const balance = books.balance(sku, place, lot);
  return lesser(free, isExpired(balance, books) ? 0n : balance.onHand - balance.reserved);
}

/** What can be promised to another holder: free at every level around the target. */
export const promisable = (books: HeldStock, target: Target): Micro =>
  target.place === ''
    ? freeInPool(books, target.sku, target.pool)
    : freeAround(books, target, freeHere(books, target));

/**
 * What a movement may take out of one balance of our available stock without breaking a promise. A
 * movement that stays inside the pool leaves the pool's promises whole; nobody was promised an expired
 * lot but who holds that lot. Where nothing is held around it, it looks at no other balance.
 */
export function freeToTake(books: HeldStock, take: Spot & { leavesPool: boolean }): Micro {
  const { sku, place, lot, leavesPool } = take;
  const balance = books.balance(sku, place, lot);
  const ofAnyLot = lot === '' ? balance : books.balance(sku, place, '');
  let free = lot === '' ? balance.onHand : balance.onHand - balance.reserved;
  if (isExpired(balance, books)) return free;
  if (ofAnyLot.reserved !== 0n)
    free = lesser(free, freeAtPlace(books, books.balancesAt(sku, place)));
  return leavesPool ? freeAround(books, take, free) : free;
}
