import { type Commit, recordedAfter } from '../commit.ts';
import type { ContenthashOf } from '../packsOf.ts';
import type { RoundStore } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { Workspace } from '../stock/workspace.ts';
import type { OutboxWriter } from './outboxWriter.ts';

interface CommittingParts {
  store: RoundStore;
  runtime: Runtime;
  /** Called when the commit is on its way. */
  committing?: () => void;
}

/**
 * Commits what was decided on `workspace`. All of it is recorded at one moment, that of the commit,
 * however long it took to decide. The number of events left in the outbox, or undefined after a conflict.
 */
export async function commitDecided(
  { store, runtime, committing }: CommittingParts,
  workspace: Workspace,
  outbox: OutboxWriter,
  carried: Pick<Commit, 'inbox' | 'tallies' | 'parked' | 'partition' | 'seen'>,
  contenthashOf?: ContenthashOf,
): Promise<number | undefined> {
  let events = 0;
  const { outcome } = await store.commit((after) => {
    const recordedAt = recordedAfter(after, runtime.now());
    workspace.stamp(recordedAt);
    for (const record of carried.inbox) record.recordedAt = recordedAt;
    const changes = workspace.changes(contenthashOf);
    outbox.changed(changes.packs, changes.documents);
    const records = outbox.records();
    events = records.reduce((sum, { count }) => sum + count, 0);
    committing?.();
    return { recordedAt, ...carried, outbox: records, ...changes };
  });
  if (outcome === 'conflict') return undefined;
  outbox.committed();
  return events;
}
