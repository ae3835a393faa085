import type { CostLayer } from '../ledger.ts';
import { isSameLayer, keyOfLayer } from '../skuBooks.ts';
import type { SkuCosts } from './costing/SkuCosts.ts';

/**
 * New costs come in the place of old ones, of which `known` have changed: the layers that the store is then
 * to hold otherwise than it does; those of quantity 0 it is to forget. What entries after `storedSeq` made it never had.
 */
export function replacedLayers(
  known: readonly CostLayer[],
  old: SkuCosts,
  costs: SkuCosts,
  storedSeq: number,
): CostLayer[] {
  const changed: CostLayer[] = [];
  const gone = new Map<string, CostLayer>();
  for (const layer of known) gone.set(keyOfLayer(layer), { ...layer, quantity: 0n, value: -1n });
  for (const layer of old.layers()) {
    const key = keyOfLayer(layer);
    if (!gone.has(key)) gone.set(key, layer);
  }
  for (const layer of costs.layers()) {
    const key = keyOfLayer(layer);
    const before = gone.get(key);
    gone.delete(key);
    if (!before || !isSameLayer(before, layer)) changed.push(layer);
  }
  for (const layer of gone.values()) {
    // Of many shortages the store has none.
    if (layer.quantity < 0n && costs.known(layer.pool)?.isShortOfMany) continue;
    if (layer.seq <= storedSeq) changed.push({ ...layer, quantity: 0n });
  }
  return changed;
}
