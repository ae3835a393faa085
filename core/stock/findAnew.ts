/** Counts that closed periods redirect find nothing while another one stands after them, before they count. */
import { isOutside, type LedgerEntry } from '../ledger.ts';
import { ownPosition } from './BalanceMoves.ts';
import { recount } from './bookMovement.ts';
import type { BookContext } from './context.ts';
import type { SkuState } from './SkuState.ts';
import { foundBy, laterMoves, refuseShortage } from './timeline.ts';

/** `other` is to stand after them, or does so no more; `because` says so. Returns what is found less, below zero. */
export function findAnew(
  context: BookContext,
  state: SkuState,
  other: LedgerEntry,
  stands: boolean,
  because: Pick<LedgerEntry, 'actor' | 'document'>,
): bigint {
  const balance = balanceOf(state, other);
  const own = ownPosition(other);
  const redirected = laterMoves(state, balance, own)?.redirectedOver(own, other.at) ?? [];
  let less = 0n;
  for (const count of redirected) {
    const moves = laterMoves(state, balance, ownPosition(count))!;
    const now = stands ? 0n : foundBy(state, balance, count, count.input!.counted!);
    const by = now - moves.by(count);
    if (by === 0n) continue;
    if (by < 0n) less += by;
    recount(context, { state, balance, by }, count, because);
    const next = moves.countSince(ownPosition(count), count.at);
    if (next) recount(context, { state, balance, by: -by }, next, because);
  }
  return less;
}

/** Refuses, where the policy denies it, that less is found than was taken since. */
export function refuseLess(
  context: BookContext,
  state: SkuState,
  other: LedgerEntry,
  by: bigint,
): void {
  const balance = balanceOf(state, other);
  const before = { ...balance, onHand: balance.onHand - by };
  const moves = laterMoves(state, balance, other);
  refuseShortage(context, { state, entry: other, balance: before, by }, other, moves);
}

const balanceOf = (state: SkuState, { from, to, lot, status, owner }: LedgerEntry) =>
  state.balance(isOutside(to) ? from : to, lot, status, owner);
