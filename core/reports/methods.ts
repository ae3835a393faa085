import type { LedgerEntry, SkuHead, ValuationMethod } from '../ledger.ts';
import type { Books, LedgerFilter } from '../ports.ts';
import { byPosition } from '../position.ts';
import { allRows, type SkuSource } from './skuPages.ts';
import { ledgerSource } from './sources.ts';

/** Changes of method up to a pair of dates. */
export const methodSource = (store: Books, filter: LedgerFilter): SkuSource<LedgerEntry> =>
  ledgerSource(store, { ...filter, kind: 'method' });

/** The changes of one SKU that were not cancelled, in business order. */
export async function validChanges(
  store: Books,
  filter: LedgerFilter,
  changes: readonly LedgerEntry[],
): Promise<LedgerEntry[]> {
  const [first] = changes;
  if (!first) return [];
  const cancels = await allRows(
    ledgerSource(store, { ...filter, sku: first.sku, kind: 'cancel' }).fetch,
  );
  const cancelled = new Set(cancels.map(({ corrects }) => corrects));
  return changes.filter(({ seq }) => !cancelled.has(seq)).sort(byPosition);
}

/**
 * How a pool was valued after these changes: by the last one of its own, by the last one of its SKU
 * where it had none, or as the SKU was valued at first.
 */
export function methodOf(
  pool: string,
  changes: readonly LedgerEntry[],
  opening: SkuHead['opening'] | undefined,
): ValuationMethod | '' {
  const own = changes.findLast(({ toPool }) => toPool === pool) ?? changes.at(-1);
  return own?.input?.method ?? opening?.valuation ?? '';
}
