import type { LedgerEntry } from '../ledger.ts';
import type { Books } from '../ports.ts';
import type { Posting } from '../stock/journal.ts';
import { needsCorrected, postingOf } from '../stock/journal.ts';
import type { Accounts } from '../stock/policy.ts';

/** Finds what an entry posts; `around` is the page that it came with, and `index` its place there. */
export type FindPosting = (
  entry: LedgerEntry,
  index: number,
  around: readonly LedgerEntry[],
) => Posting | undefined | Promise<Posting | undefined>;

export function postingFinder(store: Books, accounts: Accounts): FindPosting {
  return (entry, index, around) => {
    if (!needsCorrected(entry)) return postingOf(entry, accounts);
    const corrects = entry.corrects!;
    // Where nothing is left out of the page, the entry that is corrected stands so many before.
    const near = around[index - (entry.seq - corrects)];
    if (near?.sku === entry.sku && near.seq === corrects) return postingOf(entry, accounts, near);
    return store
      .entriesAfter(entry.sku, corrects - 1, 1)
      .then(([corrected]) => postingOf(entry, accounts, corrected));
  };
}
