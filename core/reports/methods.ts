import type { LedgerEntry, SkuHead, ValuationMethod } from '../ledger.ts';
import type { Books, LedgerFilter } from '../ports.ts';
import { byPosition } from '../position.ts';
import { quoted } from '../quoted.ts';
import { allRows } from './skuPages.ts';

/** As a route of it begins in the text of a pack; within a text of JSON these marks cannot stand. */
const METHOD = `[${quoted('method')},`;

/** The changes of method of one SKU that were not cancelled, up to a pair of dates and in business order. */
export async function validChanges(
  store: Books,
  sku: string,
  dates: Pick<LedgerFilter, 'asOf' | 'knownAt'>,
): Promise<LedgerEntry[]> {
  if (!(await namesMethod(store, sku))) return [];
  const entries = (kind: 'method' | 'cancel') =>
    allRows((page) => store.ledger({ ...dates, sku, kind }, page));
  const [changes, cancels] = [await entries('method'), await entries('cancel')];
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

/** Next to none has one: no entry is made of the packs of all others. */
async function namesMethod(store: Books, sku: string): Promise<boolean> {
  for await (const { body } of store.packTexts(new Map([[sku, 0]]))) {
    if (body.includes(METHOD)) return true;
  }
  return false;
}
