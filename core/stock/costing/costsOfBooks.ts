import type { SkuBooks } from '../../pack.ts';
import type { StockPolicy } from '../policy.ts';
import { SkuCosts } from './SkuCosts.ts';

/** Costs of a SKU as its books have them, with layers of their own. */
export function costsOfBooks({ head, layers }: SkuBooks, policy: StockPolicy): SkuCosts {
  const { sku, item, pools, recost, ahead, written = [] } = head;
  const now = item ?? { valuation: policy.valuation, standardCost: 0n };
  const costs = new SkuCosts(sku, policy.minorDigits, now);
  costs.isProvisional = recost !== undefined;
  if (ahead) costs.ahead = new Set(ahead);
  costs.written = written;
  for (const { pool, quantity, value, lastCost, untouched, manyShort } of pools) {
    if (untouched) continue;
    const own = costs.pool(pool);
    own.become(quantity, value, lastCost);
    if (manyShort) own.setShortOfMany();
  }
  for (const layer of layers) costs.pool(layer.pool).take({ ...layer });
  return costs;
}
