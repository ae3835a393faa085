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
  const filter = { intakeId, answers: { $type: 'object' } };
  const answered = await batches
    .aggregate<{ _id: string; count: unknown }>([{ $match: filter }, ...ANSWERS])
    .toArray();
  const { flow, name, batches: total, firstAt, lastAt } = found;
  return {
    origin: { intakeId, flow, name },
    ...ofCounts((count) => Number(bigintOf(found[count]))),
    answers: Object.fromEntries(answered.map(({ _id, count }) => [_id, Number(count)])),
    appliedBatches: found.applied.length,
    ...(total === null ? {} : { batches: total }),
    firstAt,
    lastAt,
    done: found.applied.length === total,
  };
}

/** Few batches have any: only those of reservations, of which something was refused. */
const ANSWERS = [
  { $project: { answers: { $objectToArray: '$answers' } } },
  { $unwind: '$answers' },
  { $group: { _id: '$answers.k', count: { $sum: '$answers.v' } } },
  { $sort: { _id: 1 } },
];
