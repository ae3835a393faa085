import type { IntakeReport } from '../../message.ts';
import type { Collections } from './Collections.ts';
import { bigintOf } from './int64.ts';

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
      { $match: { intakeId } },
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
