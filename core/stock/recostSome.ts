/** Costs a SKU anew that has too many facts for one commit: some of them at a time. */
import type { Recost } from '../ledger.ts';
import { isBefore, type Position } from '../position.ts';
import type { Slices } from '../slices.ts';
import type { BookContext } from './context.ts';
import { costsText } from './costing/checkpoint.ts';
import { type CostDifference, recost } from './costing/recost.ts';
import { productsOf, reprice } from './reprice.ts';
import type { CostedFacts } from './SkuHistory.ts';
import type { SkuState } from './SkuState.ts';
import {
  costsBefore,
  factsFrom,
  finish,
  firstGone,
  keepCosts,
  positionOf,
  post,
  referencesBefore,
} from './settle.ts';

/**
 * Goes on where it was left; the commit decides whether it counts. Now and then a checkpoint is left, and what
 * comes after it is in memory. Throws Missing, having changed nothing.
 */
export function* recostSome(context: BookContext, sku: string, mostFacts: number): Slices<void> {
  const { workspace } = context;
  const state = workspace.sku(sku);
  const waiting = state.recost;
  if (!waiting) return;
  const history = state.historyFrom(waiting.at);
  const { facts, postings, costs } = yield* costSome(context, state, waiting, mostFacts);
  const products = productsOf(workspace, postings, facts);
  yield* post(context, state, postings);
  const last = facts.at(-1)?.entry;
  const next = last && history.factsAfter(last, 1)[0]?.entry;
  if (!next) {
    history.costed = undefined;
    workspace.replaceCosts(state, costs);
    workspace.changeSku(state, { recost: undefined });
    finish(workspace, state);
  } else {
    movePools(state, postings);
    const left = history.countAfter(last);
    // Seldom enough that what costs take to write stays small beside what they took to find.
    if (history.countAfter(history.markBefore(next)) - left >= costs.layerCount) {
      keepCosts(workspace, state, { ...positionOf(last), state: costsText(costs) });
    }
    const done = waiting.done + facts.filter(({ entry }) => !isBefore(entry, waiting)).length;
    const passed = new Set(facts.map(({ entry }) => entry.seq));
    workspace.changeSku(state, {
      recost: {
        ...positionOf(next),
        done,
        total: done + left,
        shifts: waiting.shifts.filter(([of]) => !passed.has(of)),
      },
    });
  }
  for (const product of products) reprice(context, product);
}

/**
 * On the costs that the facts before have left in memory, else from the last checkpoint on: however far that
 * is, as many facts as are asked for are new. What was found for the same position and not posted, is found.
 */
function* costSome(
  context: BookContext,
  state: SkuState,
  waiting: Recost,
  mostFacts: number,
  from: Position = waiting,
): Slices<CostedFacts> {
  const history = state.historyFrom(from.at);
  const known = history.costed;
  if (known?.of === waiting) return known;
  const { costs, after } = known
    ? { costs: known.costs, after: known.facts.at(-1)?.entry }
    : costsBefore(context, state, from);
  const again = history.countAfter(after) - factsFrom(state, waiting);
  const facts = history.factsAfter(after, again + mostFacts);
  const references = referencesBefore(context.workspace, costs, facts, after !== undefined);
  history.costed = undefined;
  const postings = yield* recost(costs, facts, references, new Map(waiting.shifts));
  const earlier = firstGone(context.workspace, state, references, after);
  if (earlier) return yield* costSome(context, state, waiting, mostFacts, earlier);
  history.costed = { of: waiting, facts, postings, costs };
  return history.costed;
}

/** Until the last fact is done the pools keep their layers, and are worth what the ledger says. */
function movePools(state: SkuState, postings: readonly CostDifference[]): void {
  for (const { fromPool, toPool, value } of postings) {
    if (fromPool) state.costs.pool(fromPool).change(0n, -value);
    if (toPool) state.costs.pool(toPool).change(0n, value);
  }
}
