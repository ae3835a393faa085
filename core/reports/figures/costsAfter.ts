import type { LedgerEntry, SkuHead } from '../../ledger.ts';
import { atOnce } from '../../slices.ts';
import { refersTo } from '../../stock/costing/Fact.ts';
import { historyOf } from '../../stock/costing/history.ts';
import { References } from '../../stock/costing/References.ts';
import { recost } from '../../stock/costing/recost.ts';
import { SkuCosts } from '../../stock/costing/SkuCosts.ts';

/** The costs of a SKU as its entries leave them, all of them from the first on, with every layer. */
export function costsAfter(
  { sku, opening }: Pick<SkuHead, 'sku' | 'opening'>,
  entries: readonly LedgerEntry[],
  minorDigits: number,
): SkuCosts {
  const history = historyOf(entries);
  const references = new References(new Set(history.flatMap(({ entry }) => refersTo(entry) || [])));
  const costs = new SkuCosts(sku, minorDigits, opening);
  costs.takers = new Map();
  atOnce(recost(costs, history, references, new Map()));
  return costs;
}
