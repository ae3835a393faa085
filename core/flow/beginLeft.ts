import type { FlowRecord } from '../ports.ts';
import type { LeftRecord } from '../stages/leavingPayload.ts';
import type { GatheredSource } from './GatheredSource.ts';

/** A record that left a stage, as the leg behind begins with it. */
export function beginLeft(
  { left, value, record, line }: LeftRecord,
  sources: GatheredSource,
): FlowRecord {
  const { members, payload, faults } = left;
  // The first of several is the source itself, by which the others are compared with it.
  const source = members && members.length > 1 ? members[0]!.value : value;
  const begun: FlowRecord = { value: left.value, source, record };
  if (line !== undefined) begun.line = line;
  if (members) begun.members = members;
  if (payload) begun.payload = payload;
  if (faults) begun.faults = faults;
  else if (members && members.length > 1) sources.check(begun);
  return begun;
}
