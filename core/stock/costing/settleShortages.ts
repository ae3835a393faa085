import { lesser, mulDiv } from '../../decimal.ts';
import type { CostLayer } from '../../ledger.ts';
import type { CostSlice } from '../../ports.ts';
import type { Effect, Fact } from './Fact.ts';
import type { PoolCosts } from './PoolCosts.ts';

/**
 * Gives shortages what they left without. What that cost other than was guessed goes to whoever has
 * the goods, as effects. Returns what remains of the slices.
 */
export function settleShortages(
  pool: PoolCosts,
  shortages: Iterable<CostLayer>,
  slices: readonly CostSlice[],
  fact: Fact,
  effects: Effect[],
): CostSlice[] {
  const rest = slices.map((slice) => ({ ...slice }));
  for (const shortage of shortages) {
    const before = { quantity: -shortage.quantity, value: -shortage.value };
    const space = shortage.owed.indexOf(' ');
    const owed = shortage.owed.slice(0, space);
    const document = shortage.owed.slice(space + 1);
    const taken = takeFirst(rest, before.quantity, (origin, quantity) =>
      pool.took(origin, { seq: shortage.origin, to: owed, document, quantity }),
    );
    if (taken.quantity === 0n) break;
    const guessed = mulDiv(before.value, taken.quantity, before.quantity);
    pool.grow(shortage, taken.quantity, guessed);
    const value = taken.value - guessed;
    if (value === 0n || pool.valuation.worth) continue;
    const isVariance = owed === 'variance';
    effects.push({
      kind: isVariance ? owed : 'trueup',
      corrects: shortage.origin,
      document,
      from: fact.to,
      to: isVariance ? 'adjustment' : owed,
      fromPool: pool.pool,
      toPool: '',
      value,
    });
  }
  return rest.filter(({ quantity }) => quantity > 0n);
}

function takeFirst(
  slices: CostSlice[],
  wanted: bigint,
  took: (origin: number, quantity: bigint) => void,
): { quantity: bigint; value: bigint } {
  const taken = { quantity: 0n, value: 0n };
  for (const slice of slices) {
    const missing = wanted - taken.quantity;
    if (missing === 0n) break;
    const quantity = lesser(slice.quantity, missing);
    if (quantity === 0n) continue;
    took(slice.origin, quantity);
    const value = mulDiv(slice.value, quantity, slice.quantity);
    slice.quantity -= quantity;
    slice.value -= value;
    taken.quantity += quantity;
    taken.value += value;
  }
  return taken;
}
