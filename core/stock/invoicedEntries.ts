import type { LedgerEntry } from '../ledger.ts';
import { forEachNeeding } from './Missing.ts';
import type { Workspace } from './workspace.ts';

/**
 * Entries of a SKU by a document, and those of invoices that are of it: each invoice leaves a mark under
 * the number of the receipt, whether that has come or not. Throws Missing.
 */
export function invoicedEntries(
  { documents }: Workspace,
  sku: string,
  document: string,
): LedgerEntry[] {
  const own = documents.of(document).filter((entry) => entry.sku === sku);
  const invoices = new Set(own.filter(isMark).map(({ reference }) => reference));
  invoices.delete(document);
  const others = forEachNeeding([...invoices], (invoice) =>
    documents.of(invoice).filter((entry) => entry.sku === sku && entry.reference === document),
  );
  return [...own, ...others.flat()];
}

const isMark = ({ from, to, corrects }: LedgerEntry): boolean =>
  from === 'payable' && to === 'supplier' && corrects !== undefined;
