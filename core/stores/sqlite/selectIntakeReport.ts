import type { IntakeReport } from '../../message.ts';
import type { Statements } from './Statements.ts';

const SUMS = `SELECT flow, name, COUNT(DISTINCT batch) AS applied, MAX(batches) AS batches,
  SUM(records) AS records, SUM(filtered) AS filtered, SUM(messages) AS messages,
  SUM(booked) AS booked, SUM(existing) AS existing, SUM(parked) AS parked,
  MIN(recorded_at) AS first_at, MAX(recorded_at) AS last_at
  FROM applied_batches WHERE intake_id = ? GROUP BY intake_id`;

const ANSWERS = `SELECT key, SUM(value) AS count FROM applied_batches, json_each(answers)
  WHERE intake_id = ? GROUP BY key ORDER BY key`;

/** Sum of the batches of a payload that were applied; undefined before the first. */
export function selectIntakeReport(
  statements: Statements,
  intakeId: string,
): IntakeReport | undefined {
  const row = statements.get(SUMS, [intakeId]);
  if (!row) return undefined;
  const batches = row.batches as number | null;
  return {
    origin: { intakeId, flow: row.flow as string, name: row.name as string },
    records: row.records as number,
    filtered: row.filtered as number,
    messages: row.messages as number,
    booked: row.booked as number,
    exists: row.existing as number,
    parked: row.parked as number,
    answers: Object.fromEntries(
      statements.all(ANSWERS, [intakeId]).map(({ key, count }) => [key, count as number]),
    ),
    appliedBatches: row.applied as number,
    ...(batches === null ? {} : { batches }),
    firstAt: row.first_at as string,
    lastAt: row.last_at as string,
    done: row.applied === batches,
  };
}
