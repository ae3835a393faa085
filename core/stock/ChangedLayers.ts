import type { CostLayer } from '../ledger.ts';
import { keyOfLayer } from '../skuBooks.ts';
import type { SkuCosts } from './costing/SkuCosts.ts';

/** Layers that the store is to hold otherwise than it does; those of quantity 0 it is to forget. */
export class ChangedLayers {
  readonly bySku = new Map<string, Set<CostLayer>>();

  /** New costs have come in the place of old ones. */
  replaced(sku: string, old: SkuCosts, costs: SkuCosts): void {
    const changed = changedIn(this.bySku, sku);
    const gone = new Map<string, CostLayer>();
    for (const layer of changed)
      gone.set(keyOfLayer(layer), { ...layer, quantity: 0n, value: -1n });
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

  clear(): void {
    this.bySku.clear();
  }
}

/** Of what changed, that of one SKU. */
export function changedIn<Row>(all: Map<string, Set<Row>>, sku: string): Set<Row> {
  const known = all.get(sku);
  if (known) return known;
  const changed = new Set<Row>();
  all.set(sku, changed);
  return changed;
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
