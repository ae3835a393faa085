import { recostSome } from '../stock/recostSome.ts';
import type { KeptEntries } from './KeptEntries.ts';
import { StateMoved } from './Loader.ts';
import { QuietRound } from './QuietRound.ts';
import type { RoundParts } from './round.ts';

/**
 * Costs some more facts of a SKU anew that waits for it, in one commit. Says how many events that left
 * in the outbox and whether the SKU still waits, or undefined where another writer came in between.
 * What was read of the ledger is in `kept` for the next time.
 */
export async function recostSku(
  parts: RoundParts,
  sku: string,
  mostFacts: number,
  kept?: KeptEntries,
): Promise<{ events: number; waits: boolean } | undefined> {
  const round = new QuietRound(parts, kept);
  try {
    await round.loader.inSlices(() => recostSome(round.context, sku, mostFacts));
  } catch (error) {
    if (error instanceof StateMoved) return undefined;
    throw error;
  }
  const events = await round.commit();
  if (events === undefined) return undefined;
  return { events, waits: round.context.workspace.sku(sku).recost !== undefined };
}
