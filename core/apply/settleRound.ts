import { limits } from '../limits.ts';
import type { BookContext } from '../stock/context.ts';
import { costsText } from '../stock/costing/checkpoint.ts';
import type { CostingBounds } from '../stock/settle.ts';
import { isTimeToMark, settle } from '../stock/settle.ts';
import type { Loader } from './Loader.ts';

/** Values that came late are set right, and checkpoints are made: all that was decided stays. */
export async function settleRound(
  context: BookContext,
  loader: Loader,
  bounds: CostingBounds = limits,
): Promise<void> {
  await loader.inSlices(() => settle(context, bounds));
  makeCheckpoints(context, bounds);
  context.workspace.undo.clear();
}

/** Seldom enough that what they take to write stays small beside the entries. */
function makeCheckpoints({ workspace }: BookContext, { checkpointFacts }: CostingBounds): void {
  for (const state of workspace.changedSkus()) {
    const since = state.seq - state.checkpointSeq;
    if (state.recost || state.costs.isShortOfMany) continue;
    if (!isTimeToMark(since, state.costs, checkpointFacts)) continue;
    const { sku, latestAt: at, latestRank: rank, seq } = state;
    const checkpoint = { sku, at, rank, seq, afterSeq: seq, state: costsText(state.costs) };
    workspace.checkpoints.add(checkpoint);
    state.history?.mark(checkpoint);
    workspace.changeSku(state, { checkpointSeq: seq });
  }
}
