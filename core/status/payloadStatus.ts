/** What became of one payload, from what the store knows: also after a restart, and before anything of it is booked. */
import { unappliedReport } from '../intakeReport.ts';
import type { IntakeReport } from '../message.ts';
import type { Books } from '../ports.ts';
import { openIntake } from '../producers/openIntake.ts';

export interface PayloadStatus {
  report: IntakeReport;
  state: 'accepted' | 'booking' | 'done' | 'missing';
}

/**
 * Undefined where it is not known: nothing of it is applied, no producer says that it waits, and nobody has noted yet that it
 * came, or that is forgotten since.
 */
export async function payloadStatus(
  store: Books,
  intakeId: string,
): Promise<PayloadStatus | undefined> {
  const applied = await store.intake(intakeId);
  if (applied?.done) return { report: applied, state: 'done' };
  const open = await openIntake(store, intakeId);
  const report = applied ?? open?.report ?? (await notedReport(store, intakeId));
  return report && { report, state: open?.isMissing ? 'missing' : stateOf(report) };
}

/** `missing` is said by who looks for gaps. */
const stateOf = ({ done, appliedBatches }: IntakeReport): PayloadStatus['state'] =>
  done ? 'done' : appliedBatches > 0 ? 'booking' : 'accepted';

async function notedReport(store: Books, intakeId: string): Promise<IntakeReport | undefined> {
  const [accepted] = await store.accepted({ intakeId }, 1);
  if (!accepted) return undefined;
  const { flow, name, at } = accepted;
  return unappliedReport({ intakeId, flow, name }, at);
}
