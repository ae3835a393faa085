import type { CostLayer } from '../../ledger.ts';
import type { CostSlice, PoolView, Valuation } from '../../ports.ts';
import { takeLayers } from './takeLayers.ts';

/**
 * By lot: each lot has a moving average of its own, and what leaves names its lot. Serial numbers are
 * lots of one, so theirs is specific identification.
 */
export const lot: Valuation = {
  name: 'lot',
  about: 'By lot: each lot (or serial number) is valued by itself, at its own average.',
  layered: true,
  byLot: true,
  take: (pool, { quantity, lot: name }) =>
    takeLayers(pool, { quantity, lot: name }, () => layersFor(pool, name)),
  put(pool, slices, arrival) {
    for (const slice of slices) {
      const layer = pool.layerOf(arrival.lot);
      if (layer) pool.grow(layer, slice.quantity, slice.value);
      else pool.add(slice as CostSlice, slice.value, arrival);
    }
  },
};

/** Its own, then what is of no lot. */
function* layersFor(pool: PoolView, name: string): Iterable<CostLayer> {
  const own = pool.layerOf(name);
  if (own) yield own;
  for (const layer of pool.oldest()) if (layer.lot === '') yield layer;
}
