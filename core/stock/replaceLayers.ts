import type { CostLayer } from '../ledger.ts';
import { keyOfLayer } from '../skuBooks.ts';
import type { SkuCosts } from './costing/SkuCosts.ts';

/**
 * New costs have come in the place of old ones: `changed` are then the layers that the store is to hold
 * otherwise than it does; those of quantity 0 it is to forget.
 */
export function replaceLayers(changed: Set<CostLayer>, old: SkuCosts, costs: SkuCosts): void {
  const gone = new Map<string, CostLayer>();
  for (const layer of changed) gone.set(keyOfLayer(layer), { ...layer, quantity: 0n, value: -1n });
  changed.clear();
  for (const layer of layersOf(old)) {
    const key = keyOfLayer(layer);
    if (!gone.has(key)) gone.set(key, layer);
  }
  for (const layer of layersOf(costs)) {
    const key = keyOfLayer(layer);
    const known = gone.get(key);
    gone.delete(key);
    if (!known || !isSame(known, layer)) changed.add(layer);
  }
  for (const layer of gone.values()) changed.add({ ...layer, quantity: 0n });
}

function* layersOf(costs: SkuCosts): Iterable<CostLayer> {
  for (const pool of costs.pools.values()) yield* pool.kept();
}

const isSame = (one: CostLayer, other: CostLayer): boolean =>
  one.quantity === other.quantity &&
  one.value === other.value &&
  one.since === other.since &&
  one.origin === other.origin &&
  one.lot === other.lot &&
  one.owed === other.owed;
