/** Counts that closed periods redirect find nothing while another one stands after them, before they count. */
import { isOutside, type LedgerEntry } from '../ledger.ts';
import { ownPosition } from './BalanceMoves.ts';
import { recount } from './bookMovement.ts';
import type { BookContext } from './context.ts';
import type { SkuState } from './SkuState.ts';
import { foundBy, laterMoves } from './timeline.ts';

/** `other` is to stand after them, or does so no more; `because` says so. */
export function findAnew(
  context: BookContext,
  state: SkuState,
  other: LedgerEntry,
  stands: boolean,
  because: Pick<LedgerEntry, 'actor' | 'document'>,
): void {
  const { from, to, lot, status, owner, at } = other;
  const balance = state.balance(isOutside(to) ? from : to, lot, status, owner);
  const own = ownPosition(other);
  const redirected = laterMoves(state, balance, own)?.redirectedOver(own, at) ?? [];
  for (const count of redirected) {
    const moves = laterMoves(state, balance, ownPosition(count))!;
    const now = stands ? 0n : foundBy(state, balance, count, count.input!.counted!);
    const by = now - moves.by(count);
    if (by === 0n) continue;
    recount(context, { state, balance, by }, count, because);
    const next = moves.countSince(ownPosition(count), count.at);
    if (next) recount(context, { state, balance, by: -by }, next, because);
  }
}
