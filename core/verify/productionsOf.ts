import type { LedgerEntry } from '../ledger.ts';
import type { Books, LedgerFilter, Page } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import { historiesOf, type PostedFact } from '../stock/costing/history.ts';
import { isBorne } from '../stock/reprice.ts';
import type { Difference } from '../stock/verify/Differences.ts';
import { ProductionAudit, producedBy } from '../stock/verify/ProductionAudit.ts';

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
    const entries = await entriesOf(store, { document });
    const audit = new ProductionAudit(minorDigits);
    const tell = (posted: PostedFact): void => {
      for (const fact of producedBy(posted)) audit.fact({ ...fact, isPending: false });
    };
    historiesOf(entries).forEach(tell);
    const borne = entries.filter(isBorne);
    for (const entry of borne) audit.fact({ entry, value: entry.value, isPending: false });
    const made = new Set(entries.filter(({ kind }) => kind === 'produce').map(({ sku }) => sku));
    for (const at of new Set(borne.map((entry) => entry.at))) {
      for (const sku of made) {
        const then = historiesOf(await entriesOf(store, { sku, since: at, asOf: at }));
        then.filter(({ entry }) => isOfProduct(entry, document)).forEach(tell);
      }
    }
    if (await isPending(store, new Set(entries.map(({ sku }) => sku)))) continue;
    found.push(...audit.finish().map(({ sku, check, message }) => ({ sku, check, message })));
  }
  return found;
}

async function entriesOf(store: Books, filter: LedgerFilter): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const row of rowsOf((page: Page) => store.ledger(filter, page))) entries.push(row);
  return entries;
}

const isOfProduct = ({ kind, from, reference }: LedgerEntry, production: string): boolean =>
  kind === 'landed' && from === 'production' && reference === production;

async function isPending(store: Books, skus: ReadonlySet<string>): Promise<boolean> {
  const asked = { skus: [...skus], reservations: [], openOrders: [] };
  const loaded = await store.load(asked);
  return loaded.skus.some(({ head }) => head.recost !== undefined);
}
