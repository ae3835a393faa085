import { StockbusError } from '../errors.ts';
import type { StageCommit, StageStore } from '../ports.ts';

/**
 * A commit that was decided on no row, so that nobody can have come in between. Throws STORE_TRANSIENT where the store did
 * not take it, as one does whose session somebody has ended: whoever goes on would lose what is in it.
 */
export async function committed(
  store: Pick<StageStore, 'commitStage'>,
  commit: StageCommit,
): Promise<void> {
  if ((await store.commitStage(commit)) === 'committed') return;
  throw new StockbusError('STORE_TRANSIENT', `the store did not take what leaves ${commit.stage}`);
}
