/** Something that a decision turned out to need and that was not loaded. */
export type Need =
  | { head: string }
  /** Entries of a document by its number. */
  | { document: string }
  /** Entries of a lot that has left the books. */
  | { lot: { sku: string; lot: string } }
  | { reservation: string }
  /** Those whose time is over. */
  | { overdue: true }
  | { openOrder: string }
  | { location: string }
  /** What stands in the way of closing the books through a day. */
  | { standing: string }
  /** Which facts the pools of a SKU are short of, where these are more than are kept. */
  | { shortages: string }
  /** What a SKU's facts after a business time are, with the costs before them. */
  | { history: { sku: string; at: string } };

/** Thrown when a decision needs what was not loaded: load it, then decide again. */
export class Missing extends Error {
  readonly needs: readonly Need[];

  constructor(...needs: Need[]) {
    super(`not loaded: ${JSON.stringify(needs)}`);
    this.needs = needs;
  }
}

/**
 * Does the same for each item. What any of them lacks is told in one Missing, so that a document of
 * many lines is not decided anew for each; what others refuse meanwhile does not count, because all
 * is decided again.
 */
export function forEachNeeding<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Result,
): Result[] {
  // One alone says for itself what it lacks.
  if (items.length === 1) return [work(items[0]!, 0)];
  const needs: Need[] = [];
  const results: Result[] = [];
  for (let index = 0; index < items.length; index += 1) {
    try {
      results.push(work(items[index]!, index));
    } catch (error) {
      if (error instanceof Missing) needs.push(...error.needs);
      else if (needs.length === 0) throw error;
    }
  }
  if (needs.length > 0) throw new Missing(...needs);
  return results;
}
