/** What becomes of a balance after a position in business time. */
import { type Balance, isOutside, type LedgerEntry, type Status } from '../ledger.ts';
import type { Position } from '../position.ts';
import { rankOf } from '../rankOf.ts';
import { type BalanceMoves, ownPosition, type QuantityRange } from './BalanceMoves.ts';
import type { BalanceChange, BookContext } from './context.ts';
import { wayBack } from './costing/Fact.ts';
import type { StockPolicy } from './policy.ts';
import { insufficient, refusal } from './refusal.ts';
import { freeToTake } from './reservations/available.ts';
import { heldStockOfRound } from './reservations/heldStockOfRound.ts';
import type { SkuState } from './SkuState.ts';

/** Where an entry will stand whose way is known. */
export const nextPosition = ({ seq }: SkuState, entry: LedgerEntry): Position => ({
  ...{ at: entry.at, rank: rankOf(entry), seq: seq + 1 },
});

/**
 * What a count finds more than the books had at its own time; nothing, where another count stands between that and the
 * time at which it counts.
 */
export function foundBy(
  state: SkuState,
  balance: Balance,
  count: LedgerEntry,
  counted: bigint,
): bigint {
  const own = ownPosition(count);
  const moves = laterMoves(state, balance, own);
  if (moves?.isCountedBetween(own, count.at)) return 0n;
  return counted - balance.onHand + (moves?.since(own) ?? 0n);
}

/** Moves of a balance by facts at a position or after it, and others; undefined where none come after it. */
export const laterMoves = (
  state: SkuState,
  balance: Balance,
  position: Position,
): BalanceMoves | undefined =>
  state.isPast(position) ? state.historyFrom(position.at).moves(balance) : undefined;

/** What a balance has from a position on. */
export function rangeFrom(state: SkuState, balance: Balance, position: Position): QuantityRange {
  const { onHand } = balance;
  const moves = laterMoves(state, balance, position);
  if (!moves) return { least: onHand, most: onHand, isCounted: false };
  return moves.rangeAfter(position, onHand - moves.after(position));
}

export const negativePolicy = ({ item }: SkuState, place: string, policy: StockPolicy) =>
  item?.negative || policy.negativePlaces[place] || policy.negative;

/** Refuses, where the policy denies it, what would leave less than nothing at any time up to the next count. */
export function refuseShortage(
  { policy }: BookContext,
  { state, balance, by }: BalanceChange,
  position: Position,
  moves: BalanceMoves | undefined,
): void {
  if (by >= 0n || negativePolicy(state, balance.place, policy) === 'allow') return;
  const onHand = balance.onHand - (moves?.after(position) ?? 0n) + by;
  const short = onHand < 0n ? { onHand, move: undefined } : moves?.shortAfter(position, onHand);
  if (!short) return;
  const { move } = short;
  const when = move ? ` once ${move.document} of ${move.at} is counted in` : '';
  throw insufficient(balance.sku, balance.place, -by, short.onHand - by, `there${when}`);
}

/** Refuses, where the policy denies it, to take what is held for others. */
export function refuseHeld(context: BookContext, { state, entry, balance }: BalanceChange): void {
  const { sku, place, lot, status, owner } = balance;
  if (status !== 'available' || owner !== '') return;
  if (negativePolicy(state, place, context.policy) === 'allow') return;
  const isMoved = isOutside(entry.to) || context.poolOf(entry.to) !== context.poolOf(place);
  const leavesPool = isMoved || (entry.toStatus ?? status) !== status;
  const take = { sku, place, lot, leavesPool };
  let free = freeToTake(heldStockOfRound(context), take);
  if (entry.quantity > free) {
    context.freeOverdue?.(sku);
    free = freeToTake(heldStockOfRound(context), take);
  }
  if (entry.quantity > free) throw insufficient(sku, place, entry.quantity, free, 'not reserved');
}

/** Refuses what would have one serial number at two places at some time from a position on. */
export function refuseTwice(state: SkuState, entry: LedgerEntry, position: Position): void {
  const { sku, lot, kind, from } = entry;
  if (state.item?.tracking !== 'serial' || lot === '') return;
  // What is moved from one of our places to another was there once before.
  if (!isOutside(from) && kind !== 'cancel') return;
  const there = state
    .balancesBy('lot', lot)
    .find((balance) => rangeFrom(state, balance, position).most > 0n);
  if (!there) return;
  const when = there.onHand > 0n ? 'is' : 'was then';
  const message = `serial number ${lot} of ${sku} ${when} at ${there.place}`;
  throw refusal('SERIAL_IN_STOCK', message, 'lot');
}

/** The entry by which a count finds `by` more than before, because of what was booked afterwards. */
export function recountOf(count: LedgerEntry, balance: Balance, by: bigint): LedgerEntry {
  const { input, toStatus, fromAfter, toAfter, ...shared } = count;
  const isSame = by > 0n === (count.to === balance.place);
  return {
    ...shared,
    ...(isSame ? {} : wayBack(count)),
    kind: 'recount',
    rank: '',
    status: balance.status as Status,
    quantity: by < 0n ? -by : by,
    value: 0n,
    corrects: count.seq,
    by: count.seq,
    reason: 'something was booked before this count afterwards',
  };
}
