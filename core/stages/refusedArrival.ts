import type { Fault } from '../errors.ts';
import type { LeavingRecord, StageArrival } from '../ports.ts';
import { stagedRecord } from '../steps/stagedRecord.ts';

/**
 * What a stage does not take is parked. A copy of what another flow made is parked as that flow's, as it was read there: sent
 * again through that flow, its message is booked before, and its copy comes here once more.
 */
export function refusedArrival(
  arrival: StageArrival,
  fault: Fault,
): LeavingRecord & { faults: [Fault] } {
  const record = stagedRecord(arrival);
  if (arrival.from === undefined) return { ...record, faults: [fault] };
  const message = `'${arrival.key}' is awaited, and finds no room: ${fault.message}`;
  return { ...record, flow: arrival.origin.flow, faults: [{ code: 'AWAIT_FULL', message }] };
}
