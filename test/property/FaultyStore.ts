import type { Commit, CommitMaker } from '../../core/commit.ts';
import { StockbusError } from '../../core/errors.ts';
import type { CommitResult } from '../../core/ports.ts';
import { MemoryStore } from './MemoryStore.ts';

/** What happens to a commit: all is well, it is lost before it is written, or only its answer is. */
export type Fate = 'written' | 'lost' | 'unanswered';

/** A store that fails some of its commits, as one does whose machine is switched off in between. */
export class FaultyStore extends MemoryStore {
  fates: Fate[] = [];

  override async commit(decided: Commit | CommitMaker): Promise<CommitResult> {
    const fate = this.fates.shift() ?? 'written';
    if (fate === 'lost') throw away();
    const result = await super.commit(decided);
    if (fate === 'unanswered') throw away();
    return result;
  }
}

const away = (): StockbusError => new StockbusError('STORE_UNREACHABLE', 'switched off');
