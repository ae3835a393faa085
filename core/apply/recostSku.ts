import { recostSome } from '../stock/recostSome.ts';
import type { Workspace } from '../stock/workspace.ts';
import type { HistoryReading } from './HistoryReader.ts';
import { QuietRound } from './QuietRound.ts';
import type { RoundParts } from './round.ts';
import { StateMoved } from './StateMoved.ts';

/**
 * Costs some more facts of a SKU anew that waits for it, in one commit. Says how many events that left
 * in the outbox and whether the SKU still waits, or undefined where another writer came in between. To a round of this
 * process it gives way, but for one that has the SKU alone.
 * `workspace` then holds what the next step needs, and `reading` what was read, in time or not.
 */
export async function recostSku(
  parts: RoundParts,
  sku: string,
  mostFacts: number,
  workspace?: Workspace,
  reading?: HistoryReading,
  isAlone = false,
): Promise<{ events: number; waits: boolean } | 'taken' | undefined> {
  const round = new QuietRound(parts, workspace);
  round.loader.histories.reading = reading;
  try {
    await round.loader.inSlices(() => recostSome(round.context, sku, mostFacts));
  } catch (error) {
    if (error instanceof StateMoved) return undefined;
    throw error;
  }
  const { turns } = parts;
  if (!isAlone && turns?.isTaken(sku)) return 'taken';
  const end = isAlone ? undefined : await turns?.takeAlone(sku);
  const events = await round.commit().finally(end);
  if (events === undefined) return undefined;
  const { workspace: after } = round.context;
  after.committed();
  return { events, waits: after.sku(sku).recost !== undefined };
}
