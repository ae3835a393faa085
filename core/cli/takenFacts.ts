import type { IntakeReport, ParkedRecord } from '../message.ts';
import type { Receipt } from '../ports.ts';
import type { AnsweredNow } from './outcomeLines.ts';

/** What became of a file that was taken in. */
export interface FileTaken {
  report: IntakeReport;
  receipt: Receipt;
  /** The first of what is parked of it. */
  parked: readonly ParkedRecord[];
  answered: AnsweredNow;
}

/** The same for programs. */
export function takenFacts(
  { report, receipt, parked, answered }: FileTaken,
  waiting: readonly string[],
): object {
  const { origin, records, filtered, messages, booked, exists } = report;
  const { handed = 0, droppedParts = 0, passedOver = {}, told, refused } = receipt;
  return {
    ...{ intakeId: origin.intakeId, flow: origin.flow, file: origin.name },
    ...{ records, filtered, droppedParts, passedOver, handed, messages },
    ...{ booked, exists, parked: report.parked, answers: report.answers },
    parkedFirst: parked.map(({ id, record, stage, faults }) => ({ id, record, stage, faults })),
    answered: [...answered.now, ...answered.before],
    ...{ hints: told, refused: refused ?? null, waiting },
  };
}
