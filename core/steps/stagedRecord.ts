import type { StageArrival, StagedRecord } from '../ports.ts';

/** What a stage keeps of a record that comes. */
export function stagedRecord({
  key: _key,
  given: _given,
  from: _from,
  ...record
}: StageArrival): StagedRecord {
  return record;
}
