import type { StageArrival, StagedRecord } from '../ports.ts';

/** What a stage keeps of a record that comes. */
export function stagedRecord({
  key,
  given: _given,
  from: _from,
  ...record
}: StageArrival): StagedRecord {
  return key === record.id ? record : { ...record, key };
}
