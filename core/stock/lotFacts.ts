/** What is known of a lot at a place from how it came: since when it is there, and its last day. */
import { keyOfBalance } from '../keyOfBalance.ts';
import type { Balance, LedgerEntry } from '../ledger.ts';
import type { BalanceChange } from './context.ts';
import { Missing } from './Missing.ts';
import { endsOf } from './SkuHistory.ts';
import type { SkuState } from './SkuState.ts';
import type { Workspace } from './workspace.ts';

export type LotFacts = Partial<Pick<Balance, 'since' | 'expiresOn'>>;

/** What an entry that moves a balance tells of it, if it tells anything. */
export function lotFactsOf(move: BalanceChange): LotFacts | undefined {
  const { entry, balance, by } = move;
  if (entry.kind === 'cancel') return by < 0n ? withoutCancelled(move) : asBeforeCancelled(move);
  if (by <= 0n) return undefined;
  const { at, input } = entry;
  const expiresOn = input?.expiresOn ?? (balance.expiresOn || knownExpiry(move));
  const since = balance.since === '' || at < balance.since ? at : balance.since;
  const isKnown = since === balance.since && (expiresOn || '') === balance.expiresOn;
  return isKnown ? undefined : { since, expiresOn: expiresOn || balance.expiresOn };
}

/** A lot that moves on, or comes back, keeps its last day. What is received says its own. */
function knownExpiry({ state, entry }: BalanceChange): string {
  const { lot, kind, from, status, owner, input } = entry;
  if (lot === '' || kind === 'receive' || kind === 'produce') return '';
  if (kind === 'transfer' || kind === 'status') {
    const { expiresOn, onHand } = state.balance(from, lot, status, owner);
    if (onHand >= 0n) return input?.left?.expiresOn ?? expiresOn;
  }
  const there = state.balancesBy('lot', lot).find(({ expiresOn }) => expiresOn !== '');
  return there?.expiresOn ?? (state.lotsLeft ? toldExpiry(state, lot) : '');
}

/** What was told last of a lot that has left the books, and is not cancelled. */
function toldExpiry(state: SkuState, lot: string): string {
  const kept = state.leftLots?.get(lot);
  if (!kept) throw new Missing({ lot: { sku: state.sku, lot } });
  const entries = [...kept, ...state.fresh.filter((entry) => entry.lot === lot)];
  const cancels = entries.filter(({ kind }) => kind === 'cancel');
  const cancelled = new Set(cancels.map(({ corrects }) => corrects));
  const told = entries.findLast(({ seq, input }) => input?.expiresOn && !cancelled.has(seq));
  return told?.input?.expiresOn ?? '';
}

/**
 * A lot that is all gone leaves the books. What took the last of it says what was known of it: for when that is
 * cancelled, and, where that is a count, for documents that come before it.
 */
export function leaveEmptied(
  workspace: Workspace,
  { state, entry, balance, by }: BalanceChange,
): void {
  const { onHand, lot, since, expiresOn } = balance;
  if (onHand !== 0n || lot === '' || since === '') return;
  if (by < 0n) entry.input = { ...entry.input, left: { since, ...(expiresOn && { expiresOn }) } };
  workspace.changeBalance(balance, { since: '', expiresOn: '' });
  if (expiresOn !== '' && !state.lotsLeft) workspace.changeSku(state, { lotsLeft: true });
}

/** What was known before what is cancelled took the last of it. */
function asBeforeCancelled({ state, entry: cancel, balance }: BalanceChange): LotFacts | undefined {
  const { lot, since, expiresOn } = balance;
  if (lot === '') return undefined;
  const left = state.historyFrom(cancel.at).fact(cancel.corrects!)?.input?.left;
  if (!left) return undefined;
  const isEarlier = since === '' || left.since < since;
  return { since: isEarlier ? left.since : since, expiresOn: expiresOn || (left.expiresOn ?? '') };
}

/** As if what is cancelled had never told anything. What came before it stands in any case. */
function withoutCancelled({ state, entry: cancel, balance }: BalanceChange): LotFacts {
  const history = state.historyFrom(cancel.at);
  const toldSince = cancel.at === balance.since;
  const toldExpiry = history.fact(cancel.corrects!)?.input?.expiresOn === balance.expiresOn;
  const facts: LotFacts = {};
  if (!toldSince && !toldExpiry) return facts;
  const inOrder = history
    .factsAfter(undefined)
    .filter(({ entry, isCancelled }) => !isCancelled && brings(entry, balance))
    .map(({ entry }) => entry);
  if (toldSince) facts.since = inOrder.find(({ at }) => at >= cancel.at)?.at ?? '';
  if (toldExpiry) {
    const told = inOrder.findLast(({ input }) => input?.expiresOn);
    if (told) facts.expiresOn = told.input!.expiresOn!;
    else if (facts.since === '') facts.expiresOn = '';
  }
  return facts;
}

const brings = (entry: LedgerEntry, balance: Balance): boolean =>
  endsOf(entry).some(([key, by]) => by > 0n && key === keyOfBalance(balance));
