import { recostSome } from '../stock/recostSome.ts';
import { StateMoved } from './Loader.ts';
import { QuietRound } from './QuietRound.ts';
import type { RoundParts } from './round.ts';

/**
 * Costs some more facts of a SKU anew that waits for it, in one commit. Returns how many events that
 * left in the outbox, or undefined where another writer came in between.
 */
export async function recostSku(
  parts: RoundParts,
  sku: string,
  mostFacts: number,
): Promise<number | undefined> {
  const round = new QuietRound(parts);
  try {
    await round.load(() => recostSome(round.context, sku, mostFacts));
  } catch (error) {
    if (error instanceof StateMoved) return undefined;
    throw error;
  }
  return round.commit();
}
