/** Costs a SKU anew that has too many facts for one commit: some of them at a time. */
import type { BookContext } from './context.ts';
import { costsText } from './costing/checkpoint.ts';
import { isBefore } from './costing/Fact.ts';
import type { PostedFact } from './costing/history.ts';
import { historyOf } from './costing/history.ts';
import type { CostDifference } from './costing/recost.ts';
import { recost } from './costing/recost.ts';
import type { SkuState } from './SkuState.ts';
import { costsAt, finish, post, productsOf, referencesBefore, reprice } from './settle.ts';

/**
 * Goes on where it was left, and leaves a checkpoint there; the commit decides whether it counts.
 * Throws Missing, having changed nothing.
 */
export function recostSome(context: BookContext, sku: string, mostFacts: number): void {
  const { workspace } = context;
  const state = workspace.sku(sku);
  const waiting = state.recost;
  if (!waiting) return;
  const entries = state.entriesFrom(waiting.at);
  const checkpoint = state.history?.checkpoint;
  const facts = historyOf(entries, checkpoint);
  const count = endOf(facts, mostFacts);
  const some = facts.slice(0, count);
  const costs = costsAt(context, state);
  const references = referencesBefore(workspace, sku, some, checkpoint !== undefined);
  const postings = recost(costs, some, references, new Map(waiting.shifts));
  const products = productsOf(workspace, postings, some);
  post(context, state, postings);
  const next = facts[count]?.fact;
  if (!next) {
    workspace.replaceCosts(state, costs);
    workspace.changeSku(state, { recost: undefined });
    finish(workspace, state);
  } else {
    movePools(state, postings);
    const { at, seq } = some.at(-1)!.fact;
    const afterSeq =
      facts
        .slice(count)
        .reduce((least, { fact }) => Math.min(least, fact.seq), Number.POSITIVE_INFINITY) - 1;
    workspace.checkpoints.add({ sku, at, seq, afterSeq, state: costsText(costs) });
    const done = some.filter(({ fact }) => !isBefore(fact, waiting)).length;
    const passed = new Set(some.map(({ fact }) => fact.seq));
    workspace.changeSku(state, {
      recost: {
        at: next.at,
        seq: next.seq,
        done: waiting.done + done,
        total: waiting.done + done + facts.length - count,
        shifts: waiting.shifts.filter(([of]) => !passed.has(of)),
      },
    });
  }
  for (const product of products) reprice(workspace, product);
}

/** So many facts, and all that stand at the same time as the last: a checkpoint is between times. */
function endOf(facts: readonly PostedFact[], most: number): number {
  let end = Math.min(most, facts.length);
  while (end > 0 && end < facts.length && facts[end]!.fact.at === facts[end - 1]!.fact.at) end += 1;
  return end;
}

/** Until the last fact is done the pools keep their layers, and are worth what the ledger says. */
function movePools(state: SkuState, postings: readonly CostDifference[]): void {
  for (const { fromPool, toPool, value } of postings) {
    if (fromPool) state.costs.pool(fromPool).change(0n, -value);
    if (toPool) state.costs.pool(toPool).change(0n, value);
  }
}
