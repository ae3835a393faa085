import type { LedgerEntry } from '../ledger.ts';
import type { Books } from '../ports.ts';
import { needsCorrected, type Posting, postingOf } from '../stock/journal.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { accountsFor, mostExactFirst, type PostedFor } from './figures/accountsFor.ts';
import { ItemGroups } from './itemGroups.ts';

/** A posting, and what its accounts were found by: that of the fact, where it corrects one. */
export interface Posted extends PostedFor {
  posting: Posting;
}

/** Finds what an entry posts; `around` is the page that it came with, and `index` its place there. */
export type FindPosting = (
  entry: LedgerEntry,
  index: number,
  around: readonly LedgerEntry[],
) => Posted | undefined | Promise<Posted | undefined>;

/** What of group, reason and partner is asked for is found, whether a rule goes by it or not. */
export function postingFinder(
  store: Books,
  { accounts, accountRules = [] }: StockPolicy,
  knownAt: string | undefined,
  asked: readonly (keyof PostedFor)[],
): FindPosting {
  const rules = mostExactFirst(accountRules);
  const isNamed = (name: keyof PostedFor): boolean =>
    asked.includes(name) || rules.some((rule) => rule[name] !== undefined);
  const needsGroup = isNamed('group');
  const needsFact = isNamed('reason') || isNamed('partner');
  const groups = new ItemGroups(store, knownAt);
  const posted = (
    entry: LedgerEntry,
    fact: LedgerEntry | undefined,
    group: string,
  ): Posted | undefined => {
    const { reason, partner } = fact ?? entry;
    const by = { group, reason, partner };
    const posting = postingOf(entry, accountsFor(accounts, rules, by), fact);
    return posting && { ...by, posting };
  };
  return (entry, index, around) => {
    const isAsked = needsCorrected(entry) || (needsFact && entry.corrects !== undefined);
    const fact = isAsked ? factOf(store, entry, index, around) : undefined;
    if (!needsGroup && !(fact instanceof Promise)) return posted(entry, fact, '');
    if (entry.value === 0n) return undefined;
    const group = needsGroup ? groups.of(entry.sku, around) : '';
    return Promise.all([fact, group]).then(([found, of]) => posted(entry, found, of));
  };
}

/** The fact that an entry corrects. */
function factOf(
  store: Books,
  { sku, seq, corrects = 0 }: LedgerEntry,
  index: number,
  around: readonly LedgerEntry[],
): LedgerEntry | undefined | Promise<LedgerEntry | undefined> {
  // Where nothing is left out of the page, the entry that is corrected stands so many before.
  const near = around[index - (seq - corrects)];
  if (near?.sku === sku && near.seq === corrects) return near;
  return store.entriesAfter(sku, corrects - 1, 1).then(([found]) => found);
}
