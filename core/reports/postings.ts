import type { LedgerEntry } from '../ledger.ts';
import type { Books } from '../ports.ts';
import { needsCorrected, type Posting, postingOf } from '../stock/journal.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { accountsFor, mostExactFirst, type PostedFor } from './figures/accountsFor.ts';
import { ItemGroups } from './itemGroups.ts';

/** A posting, and what the accounts of its debit and of its credit were found by. */
export interface Posted {
  posting: Posting;
  by: readonly [debit: PostedFor, credit: PostedFor];
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
    cause: LedgerEntry | undefined,
    group: string,
  ): Posted | undefined => {
    const of = postedFor(fact ?? entry, group);
    const accountsOf = (side: PostedFor) => accountsFor(accounts, rules, side);
    const posting = postingOf(entry, accountsOf(of), fact);
    if (!posting || !cause) return posting && { posting, by: [of, of] };
    const from = postedFor(cause, group);
    const [debit, credit] = postingOf(entry, accountsOf(from), fact)!;
    return isOriginDebited(entry, cause)
      ? { posting: [debit, posting[1]], by: [from, of] }
      : { posting: [posting[0], credit], by: [of, from] };
  };
  return (entry, index, around) => {
    const { corrects } = entry;
    const isAsked = needsCorrected(entry) || (needsFact && corrects !== undefined);
    const fact = isAsked ? factOf(store, entry, corrects!, index, around) : undefined;
    const cause =
      needsFact && isPassedOn(entry) ? factOf(store, entry, entry.by!, index, around) : undefined;
    const isThere = !(fact instanceof Promise) && !(cause instanceof Promise);
    if (!needsGroup && isThere) return posted(entry, fact, cause, '');
    if (entry.value === 0n) return undefined;
    const group = needsGroup ? groups.of(entry.sku, around) : '';
    return Promise.all([fact, cause, group]).then(([found, by, of]) =>
      posted(entry, found, by, of),
    );
  };
}

const postedFor = ({ reason, partner }: LedgerEntry, group: string): PostedFor => ({
  ...{ reason, group, partner },
});

/** A cost that goes on to what others took of its goods: it is of one document on one side, and of another on the other. */
const isPassedOn = ({ corrects, by, fromPool, toPool }: LedgerEntry): boolean =>
  by !== undefined && corrects !== by && fromPool === '' && toPool === '';

/** Where the cost comes from its own document counts; what goes back to its origin is named the other way round. */
const isOriginDebited = ({ from, value }: LedgerEntry, cause: LedgerEntry): boolean =>
  (from === cause.from) === value < 0n;

/** A fact that an entry corrects, or follows from. */
function factOf(
  store: Books,
  { sku, seq }: LedgerEntry,
  of: number,
  index: number,
  around: readonly LedgerEntry[],
): LedgerEntry | undefined | Promise<LedgerEntry | undefined> {
  // Where nothing is left out of the page, it stands so many before.
  const near = around[index - (seq - of)];
  if (near?.sku === sku && near.seq === of) return near;
  return store.entriesAfter(sku, of - 1, 1).then(([found]) => found);
}
