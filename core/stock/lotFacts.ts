/** What is known of a lot at a place from how it came: since when it is there, and its last day. */
import type { Balance, LedgerEntry } from '../ledger.ts';
import type { SkuState } from './SkuState.ts';
import { moveOf } from './timeline.ts';

export type LotFacts = Partial<Pick<Balance, 'since' | 'expiresOn'>>;

/** What an entry that moves a balance by `by` tells of it, if it tells anything. */
export function lotFactsOf(
  state: SkuState,
  balance: Balance,
  entry: LedgerEntry,
  by: bigint,
): LotFacts | undefined {
  if (entry.kind === 'cancel') return by < 0n ? withoutCancelled(state, balance, entry) : undefined;
  if (by <= 0n) return undefined;
  const { at, input } = entry;
  const expiresOn = input?.expiresOn ?? (balance.expiresOn || knownExpiry(state, balance, entry));
  const since = balance.since === '' || at < balance.since ? at : balance.since;
  const isKnown = since === balance.since && (expiresOn || '') === balance.expiresOn;
  return isKnown ? undefined : { since, expiresOn: expiresOn || balance.expiresOn };
}

/** A lot that moves on, or comes back, keeps its last day. What is received says its own. */
function knownExpiry(state: SkuState, { lot }: Balance, entry: LedgerEntry): string {
  const { kind, from, status, owner } = entry;
  if (lot === '' || kind === 'receive' || kind === 'produce') return '';
  if (kind === 'transfer' || kind === 'status') {
    return state.balance(from, lot, status, owner).expiresOn;
  }
  return state.balances({ lot }).find((other) => other.expiresOn !== '')?.expiresOn ?? '';
}

/** As if what is cancelled had never told anything. What came before it stands in any case. */
function withoutCancelled(state: SkuState, balance: Balance, cancel: LedgerEntry): LotFacts {
  const history = state.historyFrom(cancel.at);
  const toldSince = cancel.at === balance.since;
  const toldExpiry = history.fact(cancel.corrects!)?.input?.expiresOn === balance.expiresOn;
  const facts: LotFacts = {};
  if (!toldSince && !toldExpiry) return facts;
  const inOrder = history
    .factsAfter(undefined)
    .filter(({ entry, isCancelled }) => !isCancelled && moveOf(entry, balance) > 0n)
    .map(({ entry }) => entry);
  if (toldSince) facts.since = inOrder[0]?.at ?? '';
  if (toldExpiry) {
    const told = inOrder.findLast(({ input }) => input?.expiresOn);
    if (told) facts.expiresOn = told.input!.expiresOn!;
    else if (facts.since === '') facts.expiresOn = '';
  }
  return facts;
}
