import { type IntakeReport, type IntakeSums, intakeReport } from '../../message.ts';
import type { Collections } from './Collections.ts';

/** As a number, whatever it was stored as. */
const sumOf = (count: string) => ({ $sum: { $toDouble: count } });

const SUMS = {
  _id: null,
  flow: { $first: '$flow' },
  name: { $first: '$name' },
  records: sumOf('$records'),
  filtered: sumOf('$filtered'),
  messages: sumOf('$messages'),
  booked: sumOf('$booked'),
  exists: sumOf('$exists'),
  parked: sumOf('$parked'),
  appliedBatches: { $addToSet: '$index' },
  batches: { $max: '$batches' },
  firstAt: { $min: '$recordedAt' },
  lastAt: { $max: '$recordedAt' },
};

/** Few batches have any: only those of reservations, of which something was refused. */
const ANSWERS = [
  { $match: { answers: { $type: 'object' } } },
  { $project: { answers: { $objectToArray: '$answers' } } },
  { $unwind: '$answers' },
  { $group: { _id: '$answers.k', count: sumOf('$answers.v') } },
  { $sort: { _id: 1 } },
];

/** A payload's report is the sum of what its batches did. */
export async function findIntakeReport(
  { batches: all }: Collections,
  intakeId: string,
): Promise<IntakeReport | undefined> {
  const ofIt = { $match: { intakeId } };
  const counted = { $set: { appliedBatches: { $size: '$appliedBatches' } } };
  const sums = all.aggregate<IntakeSums>([ofIt, { $group: SUMS }, counted, { $unset: '_id' }]);
  const [found] = await sums.toArray();
  if (!found) return undefined;
  const answered = all.aggregate<{ _id: string; count: number }>([ofIt, ...ANSWERS]);
  const answers = (await answered.toArray()).map(({ _id, count }) => [_id, count] as const);
  return intakeReport(intakeId, found, answers);
}
