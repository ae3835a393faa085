/** Costs a SKU anew that has too many facts for one commit: some of them at a time. */
import type { BookContext } from './context.ts';
import { costsText } from './costing/checkpoint.ts';
import { isBefore } from './costing/Fact.ts';
import type { CostDifference } from './costing/recost.ts';
import { recost } from './costing/recost.ts';
import type { SkuState } from './SkuState.ts';
import {
  costsBefore,
  finish,
  keepCosts,
  post,
  productsOf,
  referencesBefore,
  reprice,
} from './settle.ts';
import type { Slices } from './slices.ts';

/**
 * Goes on where it was left, and leaves a checkpoint there; the commit decides whether it counts.
 * Throws Missing, having changed nothing.
 */
export function* recostSome(context: BookContext, sku: string, mostFacts: number): Slices<void> {
  const { workspace } = context;
  const state = workspace.sku(sku);
  const waiting = state.recost;
  if (!waiting) return;
  const history = state.historyFrom(waiting.at);
  const { costs, after } = costsBefore(context, state, waiting);
  const some = history.factsAfter(after, mostFacts);
  const references = referencesBefore(workspace, sku, some, after !== undefined);
  const postings = yield* recost(costs, some, references, new Map(waiting.shifts));
  const products = productsOf(workspace, postings, some);
  yield* post(context, state, postings);
  const last = some.at(-1)?.fact;
  const next = last && history.factsAfter(last, 1)[0]?.fact;
  if (!next) {
    workspace.replaceCosts(state, costs);
    workspace.changeSku(state, { recost: undefined });
    finish(workspace, state);
  } else {
    movePools(state, postings);
    keepCosts(workspace, state, { at: last.at, seq: last.seq, state: costsText(costs) });
    const done = waiting.done + some.filter(({ fact }) => !isBefore(fact, waiting)).length;
    const passed = new Set(some.map(({ fact }) => fact.seq));
    workspace.changeSku(state, {
      recost: {
        at: next.at,
        seq: next.seq,
        done,
        total: done + history.countAfter(last),
        shifts: waiting.shifts.filter(([of]) => !passed.has(of)),
      },
    });
  }
  for (const product of products) reprice(workspace, product);
}

/** Until the last fact is done the pools keep their layers, and are worth what the ledger says. */
function movePools(state: SkuState, postings: readonly CostDifference[]): void {
  for (const { fromPool, toPool, value } of postings) {
    if (fromPool) state.costs.pool(fromPool).change(0n, -value);
    if (toPool) state.costs.pool(toPool).change(0n, value);
  }
}
