import { lesser, mulDiv } from '../../decimal.ts';
import type { PoolView, Take, Valuation } from '../../ports.ts';
import { oldestFirst, takeAtOneCost } from './takeLayers.ts';

/**
 * Moving average: every unit of a pool costs the same. An issue takes round(value × q ÷ quantity),
 * never q × a rounded average, and the one that empties the pool takes all that is left.
 */
export const average: Valuation = {
  name: 'average',
  about: 'Moving average: all stock of a pool costs the same; each receipt shifts the average.',
  layered: false,
  take: (pool, take) => takeAtOneCost(pool, take, costOf(pool, take), oldestFirst),
  put(pool, slices, arrival) {
    for (const slice of slices) pool.add(slice, 0n, arrival);
  },
};

/** Never more than the pool is worth, so that what stays is never worth less than nothing. */
function costOf(pool: PoolView, { quantity, value }: Take): bigint {
  if (quantity === pool.quantity) return pool.value;
  if (value === undefined) return mulDiv(pool.value, quantity, pool.quantity);
  return lesser(value, pool.value);
}
