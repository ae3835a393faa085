import type { IntakeReport } from '../../message.ts';
import type { Collections } from './Collections.ts';
import { bigintOf } from './int64.ts';
import { under } from './keys.ts';

interface Sums {
  flow: string;
  name: string;
  applied: number[];
  batches: number | null;
  /** Counts: number, or Long where they outgrow 32 bits. */
  records: unknown;
  filtered: unknown;
  messages: unknown;
  booked: unknown;
  exists: unknown;
  parked: unknown;
  firstAt: string;
  lastAt: string;
}

/** A payload's report is the sum of what its batches did. */
export async function findIntakeReport(
  { batches }: Collections,
  intakeId: string,
): Promise<IntakeReport | undefined> {
  const sum = (field: string) => ({ $sum: `$${field}` });
  const [found] = await batches
    .aggregate<Sums>([
      { $match: { _id: under(intakeId) } },
      {
        $group: {
          _id: null,
          flow: { $first: '$flow' },
          name: { $first: '$name' },
          applied: { $addToSet: '$index' },
          batches: { $max: '$batches' },
          records: sum('records'),
          filtered: sum('filtered'),
          messages: sum('messages'),
          booked: sum('booked'),
          exists: sum('exists'),
          parked: sum('parked'),
          firstAt: { $min: '$recordedAt' },
          lastAt: { $max: '$recordedAt' },
        },
      },
    ])
    .toArray();
  if (!found) return undefined;
  const { records, filtered, messages, booked, exists, parked, firstAt, lastAt } = found;
  const total = found.batches;
  return {
    origin: { intakeId, flow: found.flow, name: found.name },
    records: Number(bigintOf(records)),
    filtered: Number(bigintOf(filtered)),
    messages: Number(bigintOf(messages)),
    booked: Number(bigintOf(booked)),
    exists: Number(bigintOf(exists)),
    parked: Number(bigintOf(parked)),
    appliedBatches: found.applied.length,
    ...(total === null ? {} : { batches: total }),
    firstAt,
    lastAt,
    done: found.applied.length === total,
  };
}
