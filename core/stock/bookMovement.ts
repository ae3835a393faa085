/**
 * Books one line of a document: its quantity out of one place and into another, its value out of one
 * cost pool and into another. A line that is earlier in business time than others of its SKU moves
 * its quantity at once; values from there on are found anew at the end of the round (`settle`).
 */
import { isOutside, type LedgerEntry } from '../ledger.ts';
import type { Position } from '../position.ts';
import { isArrival, rankOf, ranks, rankText } from '../rankOf.ts';
import { assign } from '../UndoLog.ts';
import { ownPosition } from './BalanceMoves.ts';
import type { BalanceChange, BookContext, Terms } from './context.ts';
import { applyFact } from './costing/applyFact.ts';
import { isAhead } from './costing/applyInvoice.ts';
import { type Effect, type Fact, refersTo } from './costing/Fact.ts';
import { applyProvisionally } from './costing/provisional.ts';
import { noReferences, References } from './costing/References.ts';
import { invoicedEntries } from './invoicedEntries.ts';
import { leaveEmptied, lotFactsOf } from './lotFacts.ts';
import { refuseOverflow } from './refusal.ts';
import type { SkuState } from './SkuState.ts';
import { laterMoves, recountOf, refuseHeld, refuseShortage, refuseTwice } from './timeline.ts';
import type { Workspace } from './workspace.ts';

/** `entry` gets its number and its value; what else it moves follows it, as entries of its own. */
export function bookMovement(
  context: BookContext,
  entry: LedgerEntry,
  { incoming, isReserved = false }: Terms = {},
): void {
  const { workspace } = context;
  const state = workspace.sku(entry.sku);
  // With its first entry it is settled how a SKU was valued before it.
  if (state.seq === 0) {
    const { method: valuation, standardCost } = state.costs;
    workspace.changeSku(state, { opening: { valuation, standardCost } });
  }
  entry.rank = rankOf(entry);
  const { minorDigits } = state.costs;
  const isLate = state.isPast(entry);
  const looksBackAt = isAhead(state.costs, entry) ? entry.document : refersTo(entry);
  const known = state.references?.get(looksBackAt)?.want(entry.document);
  appendEntry(context, state, entry);
  moveBalances(context, state, entry, entry, isReserved);
  const fact: Fact = incoming === undefined ? entry : { ...entry, incoming };
  if (isLate) {
    entry.value = applyProvisionally(state.costs, fact);
    workspace.markLate(state, entry, entry.document);
  } else {
    // Only of this SKU, and only as far as business time has come.
    const references =
      known ??
      (looksBackAt === ''
        ? noReferences
        : References.of(invoicedEntries(workspace, entry.sku, looksBackAt), [entry], minorDigits));
    const outcome = applyFact(state.costs, fact, references);
    entry.value = outcome.value;
    for (const effect of outcome.effects) appendEntry(context, state, effectEntry(entry, effect));
    if (looksBackAt !== '') {
      // For what looks back at the same next, until something else is booked of it, or is undone.
      state.references ??= new Map();
      state.references.set(looksBackAt, references);
      workspace.undo.add(assign<SkuState>, state, { references: undefined });
    }
    if (references.open.size > 0) workspace.markLate(state, entry, entry.document);
  }
  refuseOverflow(entry.value);
}

/** Gives an entry its number, pack and time of recording, the next of its SKU. */
export function appendEntry(context: BookContext, state: SkuState, entry: LedgerEntry): void {
  const { workspace, recordedAt } = context;
  state.references?.delete(entry.document);
  state.references?.delete(entry.reference);
  entry.seq = state.seq + 1;
  entry.pack = state.expectedVersion + 1;
  entry.recordedAt = recordedAt > state.recordedAt ? recordedAt : state.recordedAt;
  workspace.addEntry(state, entry);
}

/** An entry of value alone that follows from a fact: at its time, and by its actor where no other is named. */
export function effectEntry(
  by: LedgerEntry,
  effect: Omit<Effect, 'kind'> & { kind: CorrectionKind },
  { actor = by.actor, because = [] }: { actor?: string; because?: readonly string[] } = {},
): LedgerEntry {
  const { kind, corrects, document, from, to, fromPool, toPool, value } = effect;
  const isOther = document !== '' && document !== by.document;
  const { sku, seq, lot, status, owner, line, partner, at, source, messageId, pack } = by;
  // Not what is left of `by` without some of it, which takes ten times as long.
  return {
    ...{ sku, seq: 0, kind, from, to, quantity: 0n, value, fromPool, toPool, lot, status, owner },
    document: isOther ? document : by.document,
    ...{ line, partner, reason: correctionReason(kind, by, because, corrects === seq) },
    reference: isOther ? by.document : by.reference,
    ...{ at, rank: '', recordedAt: '', source, messageId, actor, pack, corrects, by: seq },
  };
}

type CorrectionKind = Effect['kind'] | 'recost';

/** What entries of corrections say for themselves; `because` names the documents that came late. */
function correctionReason(
  kind: CorrectionKind,
  by: LedgerEntry,
  because: readonly string[],
  isOwn: boolean,
): string {
  if (by.kind === 'landed' && kind !== 'recost') return 'share of a landed cost';
  switch (kind === 'variance' && !isOwn ? 'trueup' : kind) {
    case 'trueup':
      return by.kind === 'method'
        ? 'cost of a shortage, trued up by stock of other lots'
        : 'cost of a shortage, trued up by a receipt';
    case 'variance':
      return by.to === 'supplier'
        ? 'difference to what the receipt said'
        : 'difference to the standard cost';
    case 'effect':
      if (by.kind === 'return') return 'invoiced before it went back';
      return by.kind === 'produce' ? 'conversion costs' : by.reason;
    case 'recost':
      return because.length === 0
        ? 'costed anew, because something before it was booked afterwards'
        : `costed anew, because of ${because.join(', ')}, booked afterwards`;
  }
}

/**
 * Moves the balances of an entry as of a position in business time. A count that comes later stands:
 * what it found more or less changes instead, by a `recount` entry.
 */
export function moveBalances(
  context: BookContext,
  state: SkuState,
  entry: LedgerEntry,
  position: LedgerEntry,
  isReserved: boolean,
): void {
  const { from, to, lot, status, toStatus, owner, quantity } = entry;
  if (quantity === 0n) return;
  if (!isOutside(from)) {
    const balance = state.balance(from, lot, status, owner);
    moveBalance(context, { state, entry, balance, by: -quantity }, position, isReserved);
  }
  if (!isOutside(to)) {
    const balance = state.balance(to, lot, toStatus ?? status, owner);
    moveBalance(context, { state, entry, balance, by: quantity }, position, isReserved);
  }
}

/** What has come has left before, whatever the times say. */
const atEnd: Position = { at: '9999-12-31T23:59:59.999Z', rank: '', seq: 0 };

/** Whether there is enough is seen once all of an instant is counted in, but for counts. */
const atCounts = (position: Position): Position =>
  position.rank > countRank ? position : { at: position.at, rank: countRank, seq: 0 };
const countRank = rankText(ranks['stock.count.v1']);

function moveBalance(
  context: BookContext,
  move: BalanceChange,
  position: LedgerEntry,
  isReserved: boolean,
): void {
  const { workspace } = context;
  const { state, entry, balance, by } = move;
  const own = ownPosition(position);
  // What corrects a fact stands with it, and others may stand there after it.
  const isDerived = entry.by !== undefined;
  const moves = isDerived
    ? state.historyFrom(own.at).moves(balance)
    : laterMoves(state, balance, own);
  const count = moves?.countSince(own, position.at);
  const end = moves && (isArrival(entry) ? atEnd : atCounts(position));
  // A count that was redirected gives back what was before it.
  if (count?.input?.dated === undefined) refuseShortage(context, move, end ?? position, moves);
  if (by > 0n) refuseTwice(state, entry, position);
  // A count says what is there; what comes before one takes nothing that is there now.
  const isTake = by < 0n && entry.kind !== 'count' && !count;
  if (isTake && !isReserved) refuseHeld(context, move);
  changeOnHand(workspace, move);
  if (!count) {
    leaveEmptied(workspace, move);
    return;
  }
  recount(context, { state, balance, by: -by }, count, entry);
}

/** A count finds `by` more than before, because of what was booked afterwards. */
export function recount(
  context: BookContext,
  { state, balance, by }: Omit<BalanceChange, 'entry'>,
  count: LedgerEntry,
  { actor, document }: Pick<LedgerEntry, 'actor' | 'document'>,
): void {
  const { workspace } = context;
  const entry = { ...recountOf(count, balance, by), actor };
  const change = { state, entry, balance, by };
  appendEntry(context, state, entry);
  entry.value = applyProvisionally(state.costs, entry);
  changeOnHand(workspace, change);
  leaveEmptied(workspace, change);
  workspace.markLate(state, count, document);
}

function changeOnHand(workspace: Workspace, move: BalanceChange): void {
  const { entry, balance, by } = move;
  const onHand = balance.onHand + by;
  refuseOverflow(onHand);
  const facts = lotFactsOf(move);
  workspace.changeOnHand(balance, onHand, entry.seq);
  if (facts) workspace.changeBalance(balance, facts);
  const after = { onHand, reserved: balance.reserved };
  if (by < 0n) entry.fromAfter = after;
  else entry.toAfter = after;
}
