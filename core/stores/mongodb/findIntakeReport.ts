import type { IntakeReport } from '../../message.ts';
import type { Collections } from './Collections.ts';
import { bigintOf } from './int64.ts';

interface Sums {
  flow: string;
  name: string;
  applied: number[];
  batches: number | null;
  firstAt: string;
  lastAt: string;
}

/** Numbers, or Long where they outgrow 32 bits. */
const COUNTS = ['records', 'filtered', 'messages', 'booked', 'exists', 'parked'] as const;
type Count = (typeof COUNTS)[number];

const ofCounts = <T>(of: (count: Count) => T) =>
  Object.fromEntries(COUNTS.map((count) => [count, of(count)])) as Record<Count, T>;

/** A payload's report is the sum of what its batches did. */
export async function findIntakeReport(
  { batches }: Collections,
  intakeId: string,
): Promise<IntakeReport | undefined> {
  const [found] = await batches
    .aggregate<Sums & Record<Count, unknown>>([
      { $match: { intakeId } },
      {
        $group: {
          _id: null,
          flow: { $first: '$flow' },
          name: { $first: '$name' },
          applied: { $addToSet: '$index' },
          batches: { $max: '$batches' },
          ...ofCounts((count) => ({ $sum: `$${count}` })),
          firstAt: { $min: '$recordedAt' },
          lastAt: { $max: '$recordedAt' },
        },
      },
    ])
    .toArray();
  if (!found) return undefined;
  const { flow, name, batches: total, firstAt, lastAt } = found;
  return {
    origin: { intakeId, flow, name },
    ...ofCounts((count) => Number(bigintOf(found[count]))),
    answers: await answersOf(batches, intakeId),
    appliedBatches: found.applied.length,
    ...(total === null ? {} : { batches: total }),
    firstAt,
    lastAt,
    done: found.applied.length === total,
  };
}

/** Few batches have any: only those of reservations, of which something was refused. */
async function answersOf(
  batches: Collections['batches'],
  intakeId: string,
): Promise<Record<string, number>> {
  const counts = new Map<string, number>();
  const filter = { intakeId, answers: { $type: 'object' as const } };
  for await (const { answers } of batches.find(filter, { projection: { answers: 1 } })) {
    for (const [code, count] of Object.entries(answers ?? {}))
      counts.set(code, (counts.get(code) ?? 0) + Number(count));
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
