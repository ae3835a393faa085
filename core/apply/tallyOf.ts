import type { IntakeTally } from '../ledger.ts';

type Counted = Pick<
  IntakeTally,
  'origin' | 'index' | 'digest' | 'records' | 'filtered' | 'batches'
> & {
  commands: readonly unknown[];
  parked: readonly unknown[];
};

/** What a batch counts before any of its commands is decided. */
export function tallyOf(batch: Counted): IntakeTally {
  const { origin, index, digest, records, filtered, commands, parked, batches } = batch;
  return {
    ...{ origin, index, digest, records, filtered },
    messages: commands.length,
    booked: 0,
    exists: 0,
    parked: parked.length,
    ...(batches === undefined ? {} : { batches }),
  };
}

/** One command more, by the code of what came of it. */
export function countOutcome(tally: IntakeTally, code: string): void {
  if (code === 'booked' || code === 'exists') {
    tally[code] += 1;
    return;
  }
  tally.answers ??= {};
  tally.answers[code] = (tally.answers[code] ?? 0) + 1;
}
