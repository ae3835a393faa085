import type { IntakeTally } from './ledger.ts';
import type { IntakeReport, Origin } from './message.ts';
import { compareUtf8 } from './order.ts';

/** A batch that was applied, and when that was recorded. */
export interface AppliedBatch extends Origin, Omit<IntakeTally, 'origin' | 'digest' | 'batches'> {
  recordedAt: string;
  /** How many the payload has, where this one tells. */
  batches?: number | null;
}

/** Of a payload that is accepted, and of which nothing is applied yet. */
export const unappliedReport = (origin: Origin, at: string): IntakeReport => ({
  origin,
  ...{ records: 0, filtered: 0, messages: 0, booked: 0, exists: 0, parked: 0, answers: {} },
  ...{ appliedBatches: 0, firstAt: at, lastAt: at, done: false },
});

/** What the batches of a payload did, all together; undefined before the first was applied. */
export function intakeReport(applied: readonly AppliedBatch[]): IntakeReport | undefined {
  const [first] = applied;
  if (!first) return undefined;
  const { intakeId, flow, name } = first;
  const counts = { records: 0, filtered: 0, messages: 0, booked: 0, exists: 0, parked: 0 };
  const answers = new Map<string, number>();
  for (const batch of applied) {
    for (const count of Object.keys(counts) as (keyof typeof counts)[]) {
      counts[count] += batch[count];
    }
    for (const [code, count] of Object.entries(batch.answers ?? {})) {
      answers.set(code, (answers.get(code) ?? 0) + count);
    }
  }
  const moments = applied.map(({ recordedAt }) => recordedAt).sort();
  const batches = applied.reduce((most, batch) => Math.max(most, batch.batches ?? 0), 0);
  const appliedBatches = new Set(applied.map(({ index }) => index)).size;
  return {
    origin: { intakeId, flow, name },
    ...counts,
    answers: Object.fromEntries([...answers].sort(([one], [other]) => compareUtf8(one, other))),
    appliedBatches,
    ...(batches === 0 ? {} : { batches }),
    ...{ firstAt: moments[0]!, lastAt: moments.at(-1)!, done: appliedBatches === batches },
  };
}
