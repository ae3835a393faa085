import type { LedgerEntry } from '../ledger.ts';
import type { Books } from '../ports.ts';
import { needsCorrected, type Posting, postingOf, postsNothing } from '../stock/journal.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { tupleKey } from '../tupleKey.ts';
import { accountsFor, mostExactFirst, type PostedFor } from './figures/accountsFor.ts';
import { ItemGroups } from './itemGroups.ts';

/** A posting, and what the accounts of its debit and of its credit were found by. */
export interface Posted {
  posting: Posting;
  by: readonly [debit: PostedFor, credit: PostedFor];
}

/** Finds what an entry posts; `around` is the page that it came with. */
export type FindPosting = (
  entry: LedgerEntry,
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
  const facts = new Facts(store);
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
  return (entry, around) => {
    if (postsNothing(entry)) return undefined;
    const { corrects } = entry;
    const isAsked = needsCorrected(entry) || (needsFact && corrects !== undefined);
    const fact = isAsked ? facts.of(entry, corrects!, around) : undefined;
    const cause = needsFact && isPassedOn(entry) ? facts.of(entry, entry.by!, around) : undefined;
    const isThere = !(fact instanceof Promise) && !(cause instanceof Promise);
    if (!needsGroup && isThere) return posted(entry, fact, cause, '');
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

/** Facts that entries of a page correct, or follow from: what is not in it is asked for, each once. */
class Facts {
  readonly #store: Books;
  #page: readonly LedgerEntry[] = [];
  readonly #found = new Map<string, LedgerEntry | Promise<LedgerEntry | undefined>>();

  constructor(store: Books) {
    this.#store = store;
  }

  of(
    { sku }: LedgerEntry,
    seq: number,
    around: readonly LedgerEntry[],
  ): LedgerEntry | undefined | Promise<LedgerEntry | undefined> {
    if (around !== this.#page) {
      this.#page = around;
      this.#found.clear();
      for (const entry of around) this.#found.set(tupleKey(entry.sku, entry.seq), entry);
    }
    const key = tupleKey(sku, seq);
    const found =
      this.#found.get(key) ?? this.#store.entriesAfter(sku, seq - 1, 1).then(([fact]) => fact);
    this.#found.set(key, found);
    return found;
  }
}
