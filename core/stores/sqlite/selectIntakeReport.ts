import { type IntakeReport, type IntakeSums, intakeReport } from '../../message.ts';
import type { Statements } from './Statements.ts';

const SUMS = `SELECT flow, name, SUM(records) AS records, SUM(filtered) AS filtered,
  SUM(messages) AS messages, SUM(booked) AS booked, SUM(existing) AS "exists", SUM(parked) AS parked,
  COUNT(DISTINCT batch) AS appliedBatches, MAX(batches) AS batches,
  MIN(recorded_at) AS firstAt, MAX(recorded_at) AS lastAt
  FROM applied_batches WHERE intake_id = ? GROUP BY intake_id`;

const ANSWERS = `SELECT key, SUM(value) AS count FROM applied_batches, json_each(answers)
  WHERE intake_id = ? GROUP BY key ORDER BY key`;

/** Sum of the batches of a payload that were applied; undefined before the first. */
export function selectIntakeReport(
  statements: Statements,
  intakeId: string,
): IntakeReport | undefined {
  const [sums] = statements.rows<IntakeSums>(SUMS, [intakeId]);
  const answers = statements.arrays(ANSWERS, [intakeId]) as [code: string, count: number][];
  return sums && intakeReport(intakeId, sums, answers);
}
