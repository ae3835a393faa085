/**
 * How old stock is. Age counts from the day on which goods came from outside; the layers of a cost
 * pool know it, those of now from the store, those of any pair of dates by costing the ledger anew.
 */
import { type Micro, type Minor, spreadByQuantity } from '../../decimal.ts';
import type { CostLayer, LedgerEntry, SkuHead } from '../../ledger.ts';
import { type Calendar, daysBetween } from '../../zone.ts';
import { costsAfter } from './costsAfter.ts';

/** A part of a pool that came at one time; a shortage has a negative quantity. */
export interface AgedSlot {
  /** Business time at which it came from outside. */
  since: string;
  lot: string;
  quantity: Micro;
  value: Minor;
}

export interface AgedPool {
  pool: string;
  /** Oldest first; their values sum to the pool's, whatever its method. */
  slots: AgedSlot[];
}

/** The pools of a SKU as its entries up to a pair of dates leave them, by name. */
export function agedPools(
  sku: string,
  entries: readonly LedgerEntry[],
  opening: SkuHead['opening'],
  minorDigits: number,
): AgedPool[] {
  const costs = costsAfter({ sku, opening }, entries, minorDigits);
  return costs.inOrder().map((held) => ({
    pool: held.pool,
    slots: slotsOf(held.all(), postedValue(entries, held.pool)),
  }));
}

/** What the ledger says: while a large re-costing is under way, it is not yet what costing finds. */
function postedValue(entries: readonly LedgerEntry[], pool: string): Minor {
  let posted = 0n;
  for (const { fromPool, toPool, value } of entries) {
    if (toPool === pool) posted += value;
    if (fromPool === pool) posted -= value;
  }
  return posted;
}

/**
 * Layers with the whole value of their pool. Where the method keeps the value in the pool and not in
 * the layers, every unit has the same share.
 */
export function slotsOf(layers: readonly CostLayer[], poolValue: Minor): AgedSlot[] {
  const inLayers = layers.reduce((sum, { value }) => sum + value, 0n);
  const shares = spreadByQuantity(poolValue - inLayers, layers);
  return layers
    .map(({ since, lot, quantity, value }, index) => ({
      since,
      lot,
      quantity,
      value: value + shares[index]!,
    }))
    .sort((one, other) => (one.since < other.since ? -1 : one.since > other.since ? 1 : 0));
}

export interface AgeRange {
  /** Whole days from … up to and including …; no end for the last range, neither for what is short. */
  from: number | undefined;
  upTo: number | undefined;
  quantity: Micro;
  value: Minor;
  /** Business time at which the oldest part of it came. */
  since: string;
}

/**
 * Slots by age in calendar days at an instant: up to the first bound, beyond it up to the second, and
 * so on; older than the last. Empty ranges are left out; what is short stands last, without an age.
 */
export function ageRanges(
  slots: readonly AgedSlot[],
  bounds: readonly number[],
  until: string,
  calendar: Calendar,
): AgeRange[] {
  const ranges = new Map<number, AgeRange>();
  for (const { since, quantity, value } of slots) {
    const age = daysBetween(since, until, calendar);
    const index = quantity < 0n ? bounds.length + 1 : indexOf(age, bounds);
    const range = ranges.get(index);
    if (range) {
      range.quantity += quantity;
      range.value += value;
    } else ranges.set(index, { ...boundsOf(index, bounds), quantity, value, since });
  }
  return [...ranges].sort(([one], [other]) => one - other).map(([, range]) => range);
}

function indexOf(age: number, bounds: readonly number[]): number {
  const index = bounds.findIndex((bound) => age <= bound);
  return index < 0 ? bounds.length : index;
}

function boundsOf(index: number, bounds: readonly number[]): Pick<AgeRange, 'from' | 'upTo'> {
  if (index > bounds.length) return { from: undefined, upTo: undefined };
  return { from: index === 0 ? 0 : bounds[index - 1]! + 1, upTo: bounds[index] };
}
