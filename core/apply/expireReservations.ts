import { decideExpiry } from '../stock/decide.ts';
import { QuietRound } from './QuietRound.ts';
import type { RoundParts } from './round.ts';
import { StateMoved } from './StateMoved.ts';

/**
 * Expires, in one commit, those of these reservations that are pending and due. Returns how many
 * events that left in the outbox, or undefined where another writer came in between.
 */
export async function expireReservations(
  parts: RoundParts,
  ids: readonly string[],
): Promise<number | undefined> {
  const round = new QuietRound(parts);
  try {
    await round.loader.loadReservations(ids);
    for (const id of ids)
      round.take(await round.loader.loadFor(() => decideExpiry(round.context, id)));
  } catch (error) {
    if (error instanceof StateMoved) return undefined;
    throw error;
  }
  return round.commit();
}
