/** Work on all that fits a filter, one after another: so many a minute, and no more than so many. */
import { type Fault, faultOf, StockbusError } from '../errors.ts';
import type { Time } from '../runtime.ts';

export interface WorkPace {
  /** So many a minute; left out: one after another, at once. */
  rate?: number;
  /** No more than so many; left out: all. */
  most?: number;
}

export interface Tally {
  done: number;
  failed: number;
  /** Those that it did not come to. */
  left: number;
  /** Of the first that failed. */
  fault?: Fault;
}

/**
 * Which ones fit is asked first: what is done to one changes it. One that fails for itself keeps no other from its turn. Once
 * `signal` is aborted the others are left.
 */
export async function overAll(
  pages: AsyncIterable<readonly string[]>,
  work: (id: string) => Promise<unknown>,
  { rate, most = Number.POSITIVE_INFINITY }: WorkPace,
  time: Pick<Time, 'sleep' | 'monotonic'>,
  signal?: AbortSignal,
): Promise<Tally> {
  const taken: string[] = [];
  let left = 0;
  for await (const ids of pages) {
    const room = Math.min(ids.length, most - taken.length);
    taken.push(...ids.slice(0, room));
    left += ids.length - room;
  }
  const tally: Tally = { done: 0, failed: 0, left };
  const began = time.monotonic();
  for (const [index, id] of taken.entries()) {
    const dueMs = rate === undefined ? 0 : (index * 60_000) / rate;
    const waitMs = began + dueMs - time.monotonic();
    if (waitMs > 0) await time.sleep(waitMs, signal).catch(() => undefined);
    if (signal?.aborted) {
      tally.left += taken.length - index;
      break;
    }
    try {
      await work(id);
      tally.done += 1;
    } catch (error) {
      if (!(error instanceof StockbusError)) throw error;
      tally.failed += 1;
      tally.fault ??= faultOf(error);
    }
  }
  return tally;
}
