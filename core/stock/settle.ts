/**
 * Brings values in order after facts have come that are earlier in business time than others: the
 * SKUs are costed anew from there, what changes is posted, and what was produced of them follows.
 */
import type { EntryKind, LedgerEntry } from '../ledger.ts';
import { limits } from '../limits.ts';
import { recostActor } from '../message.ts';
import { byPosition, isBefore, type Position } from '../position.ts';
import { eachInSlices, type Slices } from '../slices.ts';
import { tupleKey } from '../tupleKey.ts';
import { appendEntry, effectEntry } from './bookMovement.ts';
import type { BookContext } from './context.ts';
import { costsFrom, costsText } from './costing/checkpoint.ts';
import { costsOfBooks } from './costing/costsOfBooks.ts';
import { isFact, refersTo, wayKey } from './costing/Fact.ts';
import type { PostedFact } from './costing/history.ts';
import { readOwed } from './costing/owed.ts';
import { References } from './costing/References.ts';
import { type CostDifference, recost } from './costing/recost.ts';
import { SkuCosts } from './costing/SkuCosts.ts';
import { invoicedEntries } from './invoicedEntries.ts';
import { forEachNeeding, Missing } from './Missing.ts';
import { type Production, productsOf, reprice } from './reprice.ts';
import type { CostText } from './SkuHistory.ts';
import type { SkuState } from './SkuState.ts';
import type { Workspace } from './workspace.ts';

/** How much is costed anew at once, and how far checkpoints lie apart. */
export interface CostingBounds {
  recostFacts: number;
  checkpointFacts: number;
}

/** Facts for each layer between two places where costs are kept. */
const FACTS_PER_LAYER = 4;
/** Layers that are compared in the time in which a fact is costed. */
const LAYERS_PER_FACT = 4;

/**
 * Settles all SKUs that are late. One whose later facts are more than a commit takes is left for the
 * background instead. Throws Missing, having changed nothing of the SKU in hand.
 */
export function* settle(context: BookContext, bounds: CostingBounds = limits): Slices<void> {
  const { workspace } = context;
  for (;;) {
    const states = workspace.lateSkus().sort(byLate);
    if (states.length === 0) return;
    forEachNeeding(states.filter(isCostedFromThere), (state) => state.historyFrom(state.late!.at));
    for (const state of states) {
      const products = state.recost ? undefined : yield* settleSku(context, state, bounds);
      if (!products) leaveForLater(workspace, state);
      // What was made of it may be late now, and before others.
      else if (products.length > 0) break;
      yield;
    }
  }
}

/** Components before what was made of them. */
const byLate = (one: SkuState, other: SkuState): number => byPosition(one.late!, other.late!);

/** False where it waits already to be costed from an earlier position on. */
const isCostedFromThere = ({ late, recost: waiting }: SkuState): boolean =>
  !waiting || isBefore(late!, waiting);

/** The last moment before a business time: what stands then is surely before it. */
export const justBefore = (at: string): string => new Date(Date.parse(at) - 1).toISOString();

function leaveForLater(workspace: Workspace, state: SkuState): void {
  const { late, recost: waiting, shifts } = state;
  state.costs.isProvisional = true;
  const isEarlier = isCostedFromThere(state);
  const from = isEarlier
    ? { ...positionOf(late!), done: 0, total: factsFrom(state, late!) }
    : waiting!;
  const all = new Map([...(waiting?.shifts ?? []), ...(shifts ?? [])]);
  workspace.changeSku(state, { late: undefined, recost: { ...from, shifts: [...all] } });
  state.shifts = undefined;
  if (!isEarlier) return;
  dropCosts(workspace, state, late!);
  // No period is closed meanwhile whose values are not final.
  workspace.periodState.touch();
}

export const positionOf = ({ at, rank, seq }: Position): Position => ({ at, rank, seq });

export const factsFrom = (state: SkuState, { at, rank, seq }: Position): number =>
  state.historyFrom(at).countAfter({ at, rank, seq: seq - 1 });

/** From a position on they are not what they were, in the store and in memory. */
function dropCosts(workspace: Workspace, state: SkuState, from: Position): void {
  workspace.checkpoints.drop(state.sku, justBefore(from.at));
  state.history?.dropMarks(from);
}

/** Products of it that now cost something else; undefined where it is to be left for the background. */
function* settleSku(
  context: BookContext,
  state: SkuState,
  bounds: CostingBounds,
  from: Position = state.late!,
): Slices<Production[] | undefined> {
  const { workspace } = context;
  const history = state.historyFrom(from.at);
  const { costs, after } = costsBefore(context, state, from);
  const known = history.countAfter(after) - freshFactsAfter(state, after);
  const again = state.costedAgain + known + Math.ceil(costs.layerCount / LAYERS_PER_FACT);
  if (again > bounds.recostFacts) return undefined;
  const facts = history.factsAfter(after);
  const references = referencesBefore(workspace, costs, facts, after !== undefined);
  const marks: { mark: CostText; isBetweenTimes: boolean }[] = [];
  let tail: CostText | undefined;
  const lastNew = facts.findLastIndex(({ entry }) => entry.seq > state.committedSeq);
  let since = 0;
  const postings = yield* recost(costs, facts, references, state.shifts, (index) => {
    since += 1;
    const isDue = isTimeToMark(since, costs, bounds.checkpointFacts);
    const isTail = index === lastNew && isTimeToMark(since, costs, 1);
    if (!(isDue || isTail) || !isBetweenMessages(facts, index) || costs.isShortOfMany) return;
    const { entry } = facts[index]!;
    const mark = { ...positionOf(entry), state: costsText(costs) };
    if (isDue) {
      marks.push({ mark, isBetweenTimes: facts[index + 1]!.entry.at !== entry.at });
      since = 0;
    } else tail = mark;
  });
  const earlier = firstGone(workspace, state, references, after);
  if (earlier) return yield* settleSku(context, state, bounds, earlier);
  const products = productsOf(workspace, postings, facts);
  yield* post(context, state, postings);
  workspace.replaceCosts(state, costs);
  dropCosts(workspace, state, from);
  for (const { mark, isBetweenTimes } of marks) {
    if (isBetweenTimes) keepCosts(workspace, state, mark);
    else history.mark(mark);
  }
  state.costedAgain = again;
  // What comes late next is often just after what came late now.
  history.tail = tail;
  finish(workspace, state);
  for (const product of products) reprice(context, product);
  return products;
}

const freshFactsAfter = ({ fresh }: SkuState, after: Position | undefined): number =>
  fresh.filter((entry) => isFact(entry) && (!after || isBefore(after, entry))).length;

/**
 * Finds which facts the pools of a SKU are short of, of which more than are kept: by costing anew what
 * is booked, which changes no value. Throws Missing. Nothing of the SKU may be late.
 */
export function* knowShortages(
  context: BookContext,
  state: SkuState,
  from: Position = { at: state.latestAt, rank: state.latestRank, seq: state.seq },
): Slices<void> {
  const { workspace } = context;
  const history = state.historyFrom(from.at);
  const { costs, after } = costsBefore(context, state, from);
  if (costs.isShortOfMany) throw new Missing({ shortages: state.sku });
  const facts = history.factsAfter(after);
  const references = referencesBefore(workspace, costs, facts, after !== undefined);
  yield* recost(costs, facts, references, state.shifts);
  const earlier = firstGone(workspace, state, references, after);
  if (earlier) return yield* knowShortages(context, state, earlier);
  workspace.knowCosts(state, costs);
}

/** Where that came first of which costing anew, begun after it, did not see who took it. */
export function firstGone(
  workspace: Workspace,
  { sku }: SkuState,
  { open }: References,
  after: Position | undefined,
): Position | undefined {
  const facts = forEachNeeding([...open], (document) => {
    const entries = invoicedEntries(workspace, sku, document);
    const isBack = entries.some(({ kind }) => kind === 'return');
    return entries.filter(({ kind }) => comes.has(kind) || (kind === 'issue' && isBack));
  });
  const [first] = facts.flat().sort(byPosition);
  return after && first && !isBefore(after, first) ? first : undefined;
}

const comes: ReadonlySet<EntryKind> = new Set(['receive', 'produce']);

/** Costs as they are before the first fact that is costed anew, and after which that is. */
export function costsBefore(
  { policy }: BookContext,
  state: SkuState,
  position: Position,
): { costs: SkuCosts; after: Position | undefined } {
  const mark = state.history?.markBefore(position);
  const { sku, opening } = state;
  if (!mark) return { costs: new SkuCosts(sku, policy.minorDigits, opening), after: mark };
  const costs =
    typeof mark.state === 'string'
      ? costsFrom(mark.state, sku, policy.minorDigits)
      : costsOfBooks(mark.state, policy);
  return { costs, after: mark };
}

/** What the facts look back at, as far as it is before the first of them. */
export function referencesBefore(
  workspace: Workspace,
  costs: SkuCosts,
  facts: readonly PostedFact[],
  isCut: boolean,
): References {
  const { sku, ahead, minorDigits } = costs;
  costs.takers = new Map();
  const wanted = new Set([...facts.flatMap(({ entry }) => refersTo(entry) || []), ...ahead]);
  // Who took what was not there may be who is meant.
  if (wanted.size > 0 && costs.isShortOfMany) throw new Missing({ shortages: sku });
  const short = costs
    .layers()
    .flatMap(({ owed, quantity }) => (quantity < 0n ? readOwed(owed).document : []));
  const references = new References(wanted, new Set(short));
  const first = facts[0]?.entry;
  if (!isCut || !first || wanted.size === 0) return references;
  const atFirst = facts.map(({ entry }) => entry).filter(({ at }) => at === first.at);
  forEachNeeding([...wanted], (document) => {
    references.take(invoicedEntries(workspace, sku, document), atFirst, minorDigits);
  });
  return references;
}

/** The item says how it is valued now. */
export function finish(workspace: Workspace, state: SkuState): void {
  const { item, costs } = state;
  state.shifts = undefined;
  state.references = undefined;
  const now = item && { ...item, valuation: costs.method, standardCost: costs.standardCost };
  workspace.changeSku(state, { late: undefined, item: now });
}

/** After so many facts: seldom enough that what costs take to write stays small beside the entries. */
export const isTimeToMark = (facts: number, { layerCount }: SkuCosts, least: number): boolean =>
  facts >= least && facts >= layerCount * FACTS_PER_LAYER;

/** What one message produces is found from what it consumes, so nothing begins in between. */
function isBetweenMessages(facts: readonly PostedFact[], index: number): boolean {
  const { at, messageId } = facts[index]!.entry;
  const next = facts[index + 1]?.entry;
  return next !== undefined && (next.at !== at || next.messageId !== messageId);
}

/** Costs between two business times, in memory and in the store. */
export function keepCosts(workspace: Workspace, state: SkuState, mark: CostText): void {
  const history = state.historyFrom(mark.at);
  history.mark(mark);
  const afterSeq = history.leastSeqAfter(mark) - 1;
  workspace.checkpoints.add({ sku: state.sku, ...mark, afterSeq });
}

/** Differences as new entries; of what is not written yet, the entries themselves are set right. */
export function* post(
  context: BookContext,
  state: SkuState,
  postings: readonly CostDifference[],
): Slices<void> {
  const fresh = new Map<string, LedgerEntry>();
  for (const entry of state.fresh) {
    if (entry.by !== undefined && entry.kind !== 'cancel' && entry.kind !== 'recount') {
      fresh.set(tupleKey(String(entry.by), wayKey(entry)), entry);
    }
  }
  const because = state.late?.because ?? [];
  yield* eachInSlices(postings, (posting) => {
    const { by } = posting;
    const key = fresh.size === 0 ? '' : tupleKey(by.seq, wayKey(posting));
    const known = posting.isOwn && by.seq > state.committedSeq ? by : fresh.get(key);
    if (known) known.value += posting.value;
    else appendEntry(context, state, effectEntry(by, posting, { actor: recostActor, because }));
  });
}
