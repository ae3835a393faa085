import { limits } from '../limits.ts';
import type { BookContext } from '../stock/context.ts';
import { checkpointOf } from '../stock/costing/checkpoint.ts';
import type { CostingBounds } from '../stock/settle.ts';
import { settle } from '../stock/settle.ts';
import type { Loader } from './Loader.ts';

/** Values that came late are set right, and checkpoints are made: all that was decided stays. */
export async function settleRound(
  context: BookContext,
  loader: Loader,
  bounds: CostingBounds = limits,
): Promise<void> {
  await loader.loadFor(() => settle(context, bounds));
  makeCheckpoints(context, bounds);
  context.workspace.keep();
}

/** Seldom enough that what they take to write stays small beside the entries. */
function makeCheckpoints({ workspace }: BookContext, { checkpointFacts }: CostingBounds): void {
  for (const state of workspace.changedSkus()) {
    const since = state.seq - state.checkpointSeq;
    if (state.recost || since < checkpointFacts || state.costs.isShortOfMany) continue;
    if (since < state.costs.layerCount * 4) continue;
    workspace.checkpoints.add(checkpointOf(state));
    workspace.changeSku(state, { checkpointSeq: state.seq });
  }
}
