/**
 * What a fact is booked at that comes late in business time, until its SKU is costed anew: usually at
 * the end of the same commit. Quantities are right at once, values are those of today.
 */
import { amountOf, lesser, mulDiv } from '../../decimal.ts';
import { type Fact, sliceBy } from './Fact.ts';
import { owedBy } from './owed.ts';
import type { PoolCosts } from './PoolCosts.ts';
import type { SkuCosts } from './SkuCosts.ts';

/** Moves a fact's quantity at a cost of today, or at `value`; returns the value. */
export function applyProvisionally(costs: SkuCosts, fact: Fact, value?: bigint): bigint {
  const { fromPool, toPool } = fact;
  if (fromPool === toPool) return 0n;
  const moved = value ?? valueToday(costs, fact);
  if (fromPool) take(costs.pool(fromPool), fact, moved);
  if (toPool) add(costs.pool(toPool), fact, moved);
  return moved;
}

function valueToday(
  costs: SkuCosts,
  { fromPool, toPool, quantity, input, incoming }: Fact,
): bigint {
  if (quantity === 0n) return 0n;
  if (fromPool === '' && incoming !== undefined) return incoming;
  if (fromPool === '' && input?.amount !== undefined) return input.amount;
  const pool = costs.pool(fromPool || toPool);
  if (pool.quantity > 0n && pool.value > 0n) return mulDiv(pool.value, quantity, pool.quantity);
  return amountOf(quantity, pool.guess, pool.minorDigits);
}

function add(pool: PoolCosts, fact: Fact, value: bigint): void {
  const { quantity, lot, document } = fact;
  let rest = quantity;
  const shortages = quantity > 0n ? pool.shortages(lot, quantity, document) : undefined;
  for (const shortage of shortages ?? []) {
    const part = lesser(-shortage.quantity, rest);
    if (part === 0n) break;
    pool.changeLayer(shortage, part, part === -shortage.quantity ? -shortage.value : 0n);
    rest -= part;
  }
  if (rest > 0n) pool.valuation.put(pool, [sliceBy(fact, rest, value)], fact);
  pool.change(quantity, value);
}

function take(pool: PoolCosts, fact: Fact, value: bigint): void {
  const { quantity, lot } = fact;
  const covered = lesser(quantity, pool.there(lot, quantity));
  if (covered > 0n) pool.valuation.take(pool, { quantity: covered, lot });
  if (quantity > covered) pool.addShortage(quantity - covered, value, fact, owedBy);
  pool.change(-quantity, -value);
}
