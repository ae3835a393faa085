import type { Micro } from '../../decimal.ts';
import type { LedgerEntry } from '../../ledger.ts';
import { historyOf, type PostedFact } from '../../stock/costing/history.ts';
import { References } from '../../stock/costing/References.ts';

export interface UnpricedReceipt extends PostedFact {
  /** So much of it is not invoiced yet. */
  open: Micro;
}

/** A receipt of ours whose document stated no cost: what it is worth is a guess, also at a standard. */
export const isUnpriced = ({ kind, toPool, quantity, input }: LedgerEntry): boolean =>
  kind === 'receive' && toPool !== '' && quantity > 0n && input?.amount === undefined;

/** Those that stand and no invoice has set right, of all entries of one SKU. */
export function unpricedOf(entries: readonly LedgerEntry[]): UnpricedReceipt[] {
  const { invoices } = References.of(entries);
  return historyOf(entries)
    .filter(({ entry, isCancelled }) => isUnpriced(entry) && !isCancelled)
    .map((posted) => {
      const { document, seq, quantity } = posted.entry;
      const line = invoices.linesOf(document).find((one) => one.seq === seq);
      return { ...posted, open: quantity - (line?.invoiced ?? 0n) };
    })
    .filter(({ open }) => open > 0n);
}
