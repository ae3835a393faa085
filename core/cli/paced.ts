/** Work on several things one after another: so many a minute, and no more than so many. */
import { faultOf, formatFault, StockbusError } from '../errors.ts';
import type { Time } from '../runtime.ts';
import type { Invocation } from './command.ts';
import { jsonLine } from './deskOptions.ts';
import { plural } from './plural.ts';

export interface Tally {
  done: number;
  failed: number;
  left: number;
  /** The first of them. */
  fault?: string;
}

/** Throws the fault of the only one; of several the others go on. */
export async function paced<Entry>(
  entries: readonly Entry[],
  work: (entry: Entry) => Promise<unknown>,
  { rate, most, isOne }: { rate: number | undefined; most: number | undefined; isOne: boolean },
  time: Pick<Time, 'sleep' | 'monotonic'>,
): Promise<Tally> {
  const taken = entries.slice(0, most ?? entries.length);
  const tally: Tally = { done: 0, failed: 0, left: entries.length - taken.length };
  const began = time.monotonic();
  for (const [index, entry] of taken.entries()) {
    const dueMs = rate === undefined ? 0 : (index * 60_000) / rate;
    const waitMs = began + dueMs - time.monotonic();
    if (waitMs > 0) await time.sleep(waitMs);
    try {
      await work(entry);
      tally.done += 1;
    } catch (error) {
      if (isOne || !(error instanceof StockbusError)) throw error;
      tally.failed += 1;
      tally.fault ??= formatFault(faultOf(error));
    }
  }
  return tally;
}

export function toldOf(
  { done, failed, left, fault }: Tally,
  { format }: Invocation['options'],
  what: string,
  thing = 'record',
): string[] {
  if (format === 'json') return [jsonLine({ done, failed, left, fault })];
  const lines = [done + failed + left === 0 ? 'Nothing fits.' : `${plural(done, thing)} ${what}`];
  if (fault !== undefined) lines.push(`${plural(failed, 'other')} not, the first: ${fault}`);
  if (left > 0) lines.push(`${plural(left, 'more', 'more')} wait for the next time.`);
  return lines;
}
