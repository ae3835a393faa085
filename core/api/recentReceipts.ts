import { unappliedReport } from '../intakeReport.ts';
import type { IntakeReport } from '../message.ts';
import type { Receipt } from '../ports.ts';

/** Payloads that this process remembers having accepted. */
const REMEMBERED = 10_000;

/**
 * Between the 202 and the moment at which it is noted the store knows nothing of a payload. Whoever follows the
 * Location at once is told that nothing of it is booked yet, not that it does not exist.
 */
export class RecentReceipts {
  readonly #reports = new Map<string, IntakeReport>();

  add(receipt: Receipt, nowMs: number): void {
    const { origin } = receipt;
    const at = new Date(nowMs).toISOString();
    this.#reports.set(origin.intakeId, unappliedReport(origin, at));
    if (this.#reports.size <= REMEMBERED) return;
    const [oldest] = this.#reports.keys();
    this.#reports.delete(oldest!);
  }

  get(intakeId: string): IntakeReport | undefined {
    return this.#reports.get(intakeId);
  }
}
