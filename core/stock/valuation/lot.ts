import { mulDiv } from '../../decimal.ts';
import type { CostSlice, Valuation } from '../../ports.ts';

/**
 * By lot: each lot has a moving average of its own, and what leaves names its lot. Serial numbers are
 * lots of one, so theirs is specific identification.
 */
export const lot: Valuation = {
  name: 'lot',
  about: 'By lot: each lot (or serial number) is valued by itself, at its own average.',
  layered: true,
  byLot: true,
  take(pool, take) {
    const layer = pool.layerOf(take.lot);
    if (!layer) throw new Error(`there is no layer of lot ${take.lot}`);
    const { quantity } = take;
    const value =
      quantity === layer.quantity ? layer.value : mulDiv(layer.value, quantity, layer.quantity);
    pool.shrink(layer, quantity, value);
    return [{ quantity, value, since: layer.since, origin: layer.origin }];
  },
  put(pool, slices, arrival) {
    for (const slice of slices) {
      const layer = pool.layerOf(arrival.lot);
      if (layer) pool.grow(layer, slice.quantity, slice.value);
      else pool.add(slice as CostSlice, slice.value, arrival);
    }
  },
};
