import type { Fault } from '../errors.ts';
import type { IntakeTally } from '../ledger.ts';
import type { ParkedRecord } from '../message.ts';

/** What a commit did to a payload. */
export interface AppliedPart extends Pick<IntakeTally, 'booked' | 'exists' | 'parked' | 'answers'> {
  intakeId: string;
  /** The first that was parked, where something was. */
  refused?: { parkedId: string; fault: Fault };
}

type Hear = (part: AppliedPart) => void;

/** Payloads of which somebody waits to hear what became of them. A commit that nobody waits for costs nothing. */
export class AwaitedIntakes {
  readonly #awaited = new Map<string, Hear>();

  /** Called with what each commit did to it, until it is left. */
  await(intakeId: string, hear: Hear): void {
    this.#awaited.set(intakeId, hear);
  }

  leave(intakeId: string): void {
    this.#awaited.delete(intakeId);
  }

  /** After a commit. */
  tell(tallies: readonly IntakeTally[], parked: readonly ParkedRecord[]): void {
    if (this.#awaited.size === 0) return;
    for (const { origin, booked, exists, parked: count, answers } of tallies) {
      const { intakeId } = origin;
      const hear = this.#awaited.get(intakeId);
      if (!hear) continue;
      const record = parked.find((one) => one.origin.intakeId === intakeId);
      const refused = record && { parkedId: record.id, fault: record.faults[0]! };
      hear({
        ...{ intakeId, booked, exists, parked: count },
        ...(answers ? { answers } : {}),
        ...(refused ? { refused } : {}),
      });
    }
  }
}
