/**
 * Brings values in order after facts have come that are earlier in business time than others: the
 * SKUs are costed anew from there, what changes is posted, and what was produced of them follows.
 * Arrival order does not matter, because afterwards every value is what the fold over all facts in
 * business order gives.
 */

import type { LedgerEntry } from '../ledger.ts';
import { limits } from '../limits.ts';
import { recostActor } from '../message.ts';
import { tupleKey } from '../tupleKey.ts';
import { appendEntry, correctionReason } from './bookMovement.ts';
import type { BookContext } from './context.ts';
import { costsFrom, costsText } from './costing/checkpoint.ts';
import type { Position } from './costing/Fact.ts';
import { byPosition, isBefore, isFact, wayKey } from './costing/Fact.ts';
import type { PostedFact } from './costing/history.ts';
import { historyOf } from './costing/history.ts';
import { OwnProductions } from './costing/OwnProductions.ts';
import { References } from './costing/References.ts';
import type { CostDifference } from './costing/recost.ts';
import { recost } from './costing/recost.ts';
import { SkuCosts } from './costing/SkuCosts.ts';
import { splitCost } from './costing/splitCost.ts';
import { forEachNeeding } from './Missing.ts';
import type { SkuState } from './SkuState.ts';
import type { Workspace } from './workspace.ts';

/** How much is costed anew at once, and how far checkpoints lie apart. */
export interface CostingBounds {
  recostFacts: number;
  checkpointFacts: number;
}

/**
 * Settles all SKUs that are late. One whose later facts are more than a commit takes is left for the
 * background instead. Throws Missing, having changed nothing of the SKU in hand.
 */
export function settle(context: BookContext, bounds: CostingBounds = limits): void {
  const { workspace } = context;
  const atOnce = workspace.lateSkus().filter(({ recost: waiting }) => !waiting);
  forEachNeeding(atOnce, (state) => state.entriesFrom(state.late!.at));
  for (;;) {
    const state = earliest(workspace.lateSkus());
    if (!state) return;
    if (state.recost || !settleSku(context, state, bounds)) leaveForLater(workspace, state);
  }
}

/** Components before what was made of them. */
const earliest = (states: readonly SkuState[]): SkuState | undefined =>
  states.reduce(
    (first: SkuState | undefined, state) =>
      first && byPosition(first.late!, state.late!) <= 0 ? first : state,
    undefined,
  );

/** The last moment before a business time: what stands then is surely before it. */
export const justBefore = (at: string): string => new Date(Date.parse(at) - 1).toISOString();

function leaveForLater(workspace: Workspace, state: SkuState): void {
  const { late, recost: waiting, shifts } = state;
  state.costs.isProvisional = true;
  const isEarlier = !waiting || byPosition(late!, waiting) < 0;
  const total = isEarlier ? factsFrom(state, late!) : waiting.total;
  workspace.changeSku(state, {
    late: undefined,
    recost: {
      ...(isEarlier ? { at: late!.at, seq: late!.seq } : { at: waiting.at, seq: waiting.seq }),
      done: isEarlier ? 0 : waiting.done,
      total,
      shifts: [...new Map([...(waiting?.shifts ?? []), ...shifts])],
    },
  });
  shifts.clear();
  if (!isEarlier) return;
  workspace.checkpoints.drop(state.sku, justBefore(late!.at));
  // No period is closed meanwhile whose values are not final.
  workspace.periodState.touch();
}

const factsFrom = (state: SkuState, from: Position): number =>
  state.entriesFrom(from.at).filter((entry) => isFact(entry) && !isBefore(entry, from)).length;

function settleSku(context: BookContext, state: SkuState, bounds: CostingBounds): boolean {
  const { workspace } = context;
  const late = state.late!;
  const entries = state.entriesFrom(late.at);
  const checkpoint = state.history?.checkpoint;
  const facts = historyOf(entries, checkpoint);
  if (facts.length > bounds.recostFacts) return false;
  const costs = costsAt(context, state);
  const marks: { index: number; text: string }[] = [];
  const references = referencesBefore(workspace, state.sku, facts, checkpoint !== undefined);
  const postings = recost(costs, facts, references, state.shifts, (index) => {
    if ((index + 1) % bounds.checkpointFacts === 0) marks.push({ index, text: costsText(costs) });
  });
  const products = productsOf(workspace, postings, facts);
  post(context, state, postings);
  workspace.replaceCosts(state, costs);
  workspace.checkpoints.drop(state.sku, justBefore(late.at));
  addCheckpoints(workspace, state, facts, marks);
  finish(workspace, state);
  for (const product of products) reprice(workspace, product);
  return true;
}

/**
 * Finds which facts the pools of a SKU are short of, of which more than are kept: by costing anew what
 * is booked, which changes no value. Throws Missing. Nothing of the SKU may be late.
 */
export function knowShortages(context: BookContext, state: SkuState): void {
  const { workspace } = context;
  const entries = state.entriesFrom(state.latestAt);
  const checkpoint = state.history?.checkpoint;
  const facts = historyOf(entries, checkpoint);
  const costs = costsAt(context, state);
  const references = referencesBefore(workspace, state.sku, facts, checkpoint !== undefined);
  recost(costs, facts, references, state.shifts);
  workspace.knowCosts(state, costs);
}

/** Costs as they are before the first fact that is costed anew. */
export function costsAt({ policy }: BookContext, state: SkuState): SkuCosts {
  const checkpoint = state.history?.checkpoint;
  if (checkpoint) return costsFrom(checkpoint.state, state.sku, policy.minorDigits);
  return new SkuCosts(state.sku, policy.minorDigits, state.opening);
}

/** What returns among the facts go back to, as far as it is before the first of them. */
export function referencesBefore(
  workspace: Workspace,
  sku: string,
  facts: readonly PostedFact[],
  isCut: boolean,
): References {
  const wanted = new Set(
    facts.flatMap(({ fact }) => (fact.kind === 'return' ? fact.reference || [] : [])),
  );
  const references = new References(wanted);
  const first = facts[0]?.fact;
  if (!isCut || !first) return references;
  forEachNeeding([...wanted], (document) => {
    const ofSku = workspace.documents.of(document).filter((entry) => entry.sku === sku);
    references.take(ofSku, first);
  });
  return references;
}

/** The item says how it is valued now. */
export function finish(workspace: Workspace, state: SkuState): void {
  const { item, costs } = state;
  state.shifts.clear();
  workspace.changeSku(state, {
    late: undefined,
    ...(item
      ? { item: { ...item, valuation: costs.method, standardCost: costs.standardCost } }
      : {}),
  });
}

function addCheckpoints(
  workspace: Workspace,
  { sku }: SkuState,
  facts: readonly PostedFact[],
  marks: readonly { index: number; text: string }[],
): void {
  const leastAfter: number[] = [];
  let least = Number.POSITIVE_INFINITY;
  for (let index = facts.length - 1; index >= 0; index -= 1) {
    leastAfter[index] = least;
    least = Math.min(least, facts[index]!.fact.seq);
  }
  for (const { index, text } of marks) {
    const { at, seq } = facts[index]!.fact;
    const next = facts[index + 1]?.fact;
    // Only where business time goes on.
    if (!next || next.at === at) continue;
    workspace.checkpoints.add({ sku, at, seq, afterSeq: leastAfter[index]! - 1, state: text });
  }
}

// --- posting --------------------------------------------------------------------------------------

/** Differences as new entries; of what is not written yet, the entries themselves are set right. */
export function post(
  context: BookContext,
  state: SkuState,
  postings: readonly CostDifference[],
): void {
  const fresh = new Map<string, LedgerEntry>();
  for (const entry of state.fresh) {
    if (entry.by !== undefined && entry.kind !== 'cancel' && entry.kind !== 'recount') {
      fresh.set(tupleKey(String(entry.by), wayKey(entry)), entry);
    }
  }
  for (const posting of postings) {
    const { by } = posting;
    const isFresh = by.seq > state.committedSeq;
    const known = posting.isOwn && isFresh ? by : fresh.get(tupleKey(by.seq, wayKey(posting)));
    if (known) known.value += posting.value;
    else appendEntry(context, state, postingEntry(posting, state.late?.because));
  }
}

function postingEntry(
  { by, isOwn, ...posting }: CostDifference,
  because: readonly string[] | undefined,
): LedgerEntry {
  const { input, toStatus, fromAfter, toAfter, ...shared } = by;
  const isOther = posting.document !== by.document;
  return {
    ...shared,
    ...posting,
    quantity: 0n,
    by: by.seq,
    actor: recostActor,
    ...(isOther ? { reference: by.document } : {}),
    reason: correctionReason(posting.kind, by, because),
  };
}

// --- what was produced ----------------------------------------------------------------------------

interface Production {
  document: string;
  messageId: string;
}

/**
 * Production documents that consumed what now costs something else, but for those whose products the
 * same facts have costed already. Loads what they are made of.
 */
export function productsOf(
  workspace: Workspace,
  postings: readonly CostDifference[],
  facts: readonly PostedFact[],
): Production[] {
  const productions = new Map<string, Production>();
  const own = new OwnProductions(facts);
  for (const { by, isOwn } of postings) {
    if (!isOwn || by.kind !== 'consume' || own.has(by)) continue;
    const { document, messageId } = by;
    productions.set(tupleKey(document, messageId), { document, messageId });
  }
  forEachNeeding([...productions.values()], ({ document }) => {
    forEachNeeding(workspace.documents.of(document), ({ sku }) => workspace.sku(sku));
  });
  return [...productions.values()];
}

/** Finds what products cost now, and marks those that cost something else. */
export function reprice(workspace: Workspace, { document, messageId }: Production): void {
  const entries = workspace.documents.of(document);
  const facts = [...Map.groupBy(entries, ({ sku }) => sku).values()]
    .flatMap((ofSku) => historyOf(ofSku))
    .filter(({ entry, isCancelled }) => entry.messageId === messageId && !isCancelled);
  const made = facts
    .filter(({ entry }) => entry.kind === 'produce')
    .sort((one, other) => Number(one.entry.input!.share![0] - other.entry.input!.share![0]));
  const cost = facts
    .filter(({ entry }) => entry.kind === 'consume')
    .reduce((sum, { value }) => sum + value, made[0]?.entry.input?.extra ?? 0n);
  const incoming = splitCost(
    cost,
    made.map(({ entry }) => entry.input!.share!),
  );
  made.forEach(({ entry, value }, index) => {
    const state = workspace.sku(entry.sku);
    const shift = incoming[index]! - value;
    if (shift === knownShift(state, entry.seq)) return;
    state.shifts.set(entry.seq, shift);
    workspace.markLate(state, entry, document);
  });
}

/** As found in this round, or as it waits in the store to be taken in. */
const knownShift = ({ shifts, recost: waiting }: SkuState, seq: number): bigint =>
  shifts.get(seq) ?? waiting?.shifts.find(([of]) => of === seq)?.[1] ?? 0n;
