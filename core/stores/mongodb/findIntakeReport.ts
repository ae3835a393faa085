import type { IntakeReport } from '../../message.ts';
import type { Collections } from './Collections.ts';

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
type Counts = Record<(typeof COUNTS)[number], unknown>;

const ofCounts = <T>(of: (count: keyof Counts) => T) =>
  Object.fromEntries(COUNTS.map((count) => [count, of(count)])) as Record<keyof Counts, T>;

const SUMS = {
  flow: { $first: '$flow' },
  name: { $first: '$name' },
  applied: { $addToSet: '$index' },
  batches: { $max: '$batches' },
  ...ofCounts((count) => ({ $sum: `$${count}` })),
  firstAt: { $min: '$recordedAt' },
  lastAt: { $max: '$recordedAt' },
};

/** Few batches have any: only those of reservations, of which something was refused. */
const ANSWERS = [
  { $match: { answers: { $type: 'object' } } },
  { $project: { answers: { $objectToArray: '$answers' } } },
  { $unwind: '$answers' },
  { $group: { _id: '$answers.k', count: { $sum: '$answers.v' } } },
  { $sort: { _id: 1 } },
];

/** A payload's report is the sum of what its batches did. */
export async function findIntakeReport(
  { batches: all }: Collections,
  intakeId: string,
): Promise<IntakeReport | undefined> {
  const ofIt = { $match: { intakeId } };
  const sums = all.aggregate<Sums & Counts>([ofIt, { $group: { _id: null, ...SUMS } }]);
  const [found] = await sums.toArray();
  if (!found) return undefined;
  const answered = all.aggregate<{ _id: string; count: unknown }>([ofIt, ...ANSWERS]);
  const answers = (await answered.toArray()).map(({ _id, count }) => [_id, Number(count)]);
  const { flow, name, applied, batches, firstAt, lastAt } = found;
  return {
    origin: { intakeId, flow, name },
    ...ofCounts((count) => Number(found[count])),
    answers: Object.fromEntries(answers),
    appliedBatches: applied.length,
    ...(batches === null ? {} : { batches }),
    ...{ firstAt, lastAt },
    done: applied.length === batches,
  };
}
