import { mulDiv } from '../../decimal.ts';
import type { Valuation } from '../../ports.ts';

/**
 * Moving average: every unit of a pool costs the same. An issue takes round(value × q ÷ quantity),
 * never q × a rounded average, and the one that empties the pool takes all that is left.
 */
export const average: Valuation = {
  name: 'average',
  about: 'Moving average: all stock of a pool costs the same; each receipt shifts the average.',
  layered: false,
  take(pool, quantity) {
    const value =
      quantity === pool.quantity ? pool.value : mulDiv(pool.value, quantity, pool.quantity);
    return { value, slices: [{ quantity, value, at: '' }] };
  },
};
