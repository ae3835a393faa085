import type { LedgerEntry } from '../ledger.ts';
import type { Books, Page } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import { historiesOf } from '../stock/costing/history.ts';
import type { Difference } from '../stock/verify/Differences.ts';
import { isProduced, ProductionAudit } from '../stock/verify/ProductionAudit.ts';

const MAX_FOUND = 1_000;

/** What differs in productions of these documents, whatever SKUs they have, each read by itself. */
export async function productionsOf(
  store: Books,
  minorDigits: number,
  documents: ReadonlySet<string>,
): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const document of documents) {
    if (found.length >= MAX_FOUND) break;
    const entries: LedgerEntry[] = [];
    const read = (page: Page) => store.ledger({ document }, page);
    for await (const row of rowsOf(read)) entries.push(row);
    const audit = new ProductionAudit(minorDigits);
    for (const posted of historiesOf(entries)) {
      if (isProduced(posted)) audit.fact({ ...posted, isPending: false });
    }
    if (await isPending(store, new Set(entries.map(({ sku }) => sku)))) continue;
    found.push(...audit.finish().map(({ sku, check, message }) => ({ sku, check, message })));
  }
  return found;
}

async function isPending(store: Books, skus: ReadonlySet<string>): Promise<boolean> {
  const asked = { skus: [...skus], reservations: [], openOrders: [] };
  const loaded = await store.load(asked);
  return loaded.skus.some(({ head }) => head.recost !== undefined);
}
