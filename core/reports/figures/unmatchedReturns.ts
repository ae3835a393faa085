import type { Micro } from '../../decimal.ts';
import type { LedgerEntry } from '../../ledger.ts';
import { byPosition } from '../../position.ts';
import { historyOf, type PostedFact } from '../../stock/costing/history.ts';
import { References } from '../../stock/costing/References.ts';

export interface UnmatchedReturn extends PostedFact {
  /** So much of it follows no document, and came or left as without a reference. */
  open: Micro;
  /** There is no such document, it is dated after the return, or it moved less than came back. */
  why: 'unknown' | 'later' | 'more';
}

/** Of what is ours, with the number of the document that it is said to follow. */
export const namesDocument = ({ kind, reference, fromPool, toPool }: LedgerEntry): boolean =>
  kind === 'return' && reference !== '' && fromPool !== toPool;

/** Those that stand, of all entries of one SKU, in business order. */
export function unmatchedReturnsOf(entries: readonly LedgerEntry[]): UnmatchedReturn[] {
  const { followed } = References.of(entries);
  const facts = historyOf(entries).filter(({ isCancelled }) => !isCancelled);
  return facts
    .filter(({ entry }) => namesDocument(entry))
    .map((posted) => {
      const open = posted.quantity - (followed.get(posted.entry.seq) ?? 0n);
      return { ...posted, open, why: reasonOf(posted.entry, facts) };
    })
    .filter(({ open }) => open > 0n);
}

function reasonOf(entry: LedgerEntry, facts: readonly PostedFact[]): UnmatchedReturn['why'] {
  const kind = entry.from === 'customer' ? 'issue' : 'receive';
  const named = facts.filter(
    ({ entry: one }) => one.kind === kind && one.document === entry.reference,
  );
  if (named.length === 0) return 'unknown';
  const isBefore = named.some(({ entry: one }) => byPosition(one, entry) < 0);
  return isBefore ? 'more' : 'later';
}
