import type { LedgerEntry } from '../ledger.ts';
import type { Books } from '../ports.ts';
import { needsCorrected, type Posting, postingOf, postsNothing } from '../stock/journal.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { tupleKey } from '../tupleKey.ts';
import { accountsFor, mostExactFirst, type PostedFor } from './figures/accountsFor.ts';
import type { ItemGroups } from './itemGroups.ts';

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
  groups: ItemGroups,
  asked: readonly (keyof PostedFor)[],
): FindPosting {
  const rules = mostExactFirst(accountRules);
  const isNamed = (name: keyof PostedFor): boolean =>
    asked.includes(name) || rules.some((rule) => rule[name] !== undefined);
  const needsGroup = isNamed('group');
  const needsFact = isNamed('reason') || isNamed('partner');
  const facts = new Facts(store);
  const posted = (
    entry: LedgerEntry,
    { fact, cause }: Origins,
    groupOf: (of: LedgerEntry) => string,
  ): Posted | undefined => {
    const isWithin = entry.fromPool !== '' && entry.toPool !== '';
    const of = postedFor(fact ?? entry, groupOf(isWithin ? entry : (fact ?? entry)));
    const posting = postingOf(entry, accountsFor(accounts, rules, of), fact);
    if (!posting) return undefined;
    const other = cause ?? entry;
    const side = postedFor(cause ?? fact ?? entry, groupOf(other));
    if (!cause && side.group === of.group) return { posting, by: [of, of] };
    const [debit, credit] = postingOf(entry, accountsFor(accounts, rules, side), fact)!;
    const isDebited = cause ? isOriginDebited(entry, cause) : isStockDebited(entry);
    return isDebited
      ? { posting: [debit, posting[1]], by: [side, of] }
      : { posting: [posting[0], credit], by: [of, side] };
  };
  return (entry, around) => {
    if (postsNothing(entry)) return undefined;
    const { corrects } = entry;
    const find = (seq: number) => facts.of(entry, seq, around);
    const isAsked = needsCorrected(entry) || (needsFact && corrects !== undefined);
    const fact = isAsked ? find(corrects!) : undefined;
    const cause = needsFact && isPassedOn(entry) ? find(entry.by!) : undefined;
    if (!needsGroup && !(fact instanceof Promise) && !(cause instanceof Promise))
      return posted(entry, { fact, cause }, () => '');
    return withGroups(entry, { fact, cause });

    async function withGroups(
      of: LedgerEntry,
      known: { [name in keyof Origins]: Origins[name] | Promise<Origins[name]> },
    ): Promise<Posted | undefined> {
      const areMany =
        needsGroup && corrects !== undefined && (await groups.areMany(of.sku, around));
      const origins = {
        fact: (await known.fact) ?? (areMany ? await find(corrects) : undefined),
        cause: (await known.cause) ?? (areMany && isPassedOn(of) ? await find(of.by!) : undefined),
      };
      const named = new Map<LedgerEntry, string>();
      for (const one of needsGroup ? [of, origins.fact, origins.cause] : [])
        if (one) named.set(one, await groups.of(one, around));
      return posted(of, origins, (one) => named.get(one) ?? '');
    }
  };
}

/** The fact that an entry corrects, and the one that a cost comes from which goes on to it. */
interface Origins {
  fact: LedgerEntry | undefined;
  cause: LedgerEntry | undefined;
}

/** What corrects a fact goes where that went; only the stock that it changes is of the day of the entry. */
const isStockDebited = ({ value, fromPool, toPool }: LedgerEntry): boolean =>
  (value < 0n ? fromPool : toPool) !== '';

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
