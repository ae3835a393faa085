import { unappliedReport } from '../intakeReport.ts';
import type { IntakeReport } from '../message.ts';
import type { Store } from '../ports.ts';
import { silentLog } from '../runtime.ts';
import { findGaps } from './findGaps.ts';
import { readProducers } from './readProducers.ts';

interface OpenIntake {
  /** Nothing of it is booked, as far as is known here. */
  report: IntakeReport;
  isMissing: boolean;
}

/** A payload that some process has accepted, and of which batches have not come; undefined where nobody says so. */
export async function openIntake(
  store: Pick<Store, 'producers' | 'seenNumbers'>,
  intakeId: string,
): Promise<OpenIntake | undefined> {
  const { words, seen } = await readProducers(store, silentLog);
  for (const { startedAt, queues } of words) {
    for (const { open, times } of queues) {
      const batch = open.find((one) => one.intakeId === intakeId);
      if (!batch) continue;
      const at = times.find(([number]) => number >= batch.number)?.[1] ?? startedAt;
      const { flow, name } = batch;
      const isMissing = findGaps(words, seen).gaps.some(({ payloads }) =>
        payloads.some((one) => one.intakeId === intakeId),
      );
      return { report: unappliedReport({ intakeId, flow, name }, at), isMissing };
    }
  }
  return undefined;
}
