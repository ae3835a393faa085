import type { IntakeReport } from '../message.ts';
import type { Store } from '../ports.ts';
import type { Time } from '../runtime.ts';

const FIRST_POLL_MS = 5;
const MAX_POLL_MS = 250;

/**
 * Waits until all that came of a payload is applied, whichever process applies it, and returns the
 * report. `seen` gets every report on the way; `signal` ends the wait with its reason.
 */
export async function whenBooked(
  store: Store,
  intakeId: string,
  time: Time,
  seen: (report: IntakeReport | undefined) => void = () => undefined,
  signal?: AbortSignal,
): Promise<IntakeReport> {
  for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * 2, MAX_POLL_MS)) {
    const report = await store.intake(intakeId);
    if (report?.done) return report;
    seen(report);
    await time.sleep(pollMs, signal);
  }
}
