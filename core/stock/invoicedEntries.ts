import type { LedgerEntry } from '../ledger.ts';
import type { DocumentEntries } from './DocumentEntries.ts';
import { forEachNeeding } from './Missing.ts';

type BySku = Map<string, LedgerEntry[]>;

/** A document of thousands of lines is asked about the SKU of each. */
const known = new WeakMap<readonly LedgerEntry[], BySku>();

/**
 * Entries of a SKU by a document, of returns that refer to it, and of invoices that are of it: each invoice leaves
 * a mark under the number of the receipt, whether that has come or not. Throws Missing.
 */
export function invoicedEntries(
  { documents }: { documents: DocumentEntries },
  sku: string,
  document: string,
): LedgerEntry[] {
  const own = entriesOf(documents, sku, document);
  const invoices = new Set(own.filter(isMark).map(({ reference }) => reference));
  invoices.delete(document);
  const others = forEachNeeding([...invoices], (invoice) =>
    entriesOf(documents, sku, invoice).filter(({ reference }) => reference === document),
  );
  return [...own, ...others.flat()];
}

/** Entries of a SKU by a document, and of returns that refer to it. */
export function entriesOf(
  documents: DocumentEntries,
  sku: string,
  document: string,
): LedgerEntry[] {
  const { committed, fresh } = documents.partsOf(document);
  let bySku = known.get(committed);
  if (!bySku) {
    bySku = Map.groupBy(committed, (entry) => entry.sku);
    known.set(committed, bySku);
  }
  return [...(bySku.get(sku) ?? []), ...fresh.filter((entry) => entry.sku === sku)];
}

const isMark = ({ from, to, corrects }: LedgerEntry): boolean =>
  from === 'payable' && to === 'supplier' && corrects !== undefined;
