import { FaultList } from '../errors.ts';
import type { LeftOutFlow } from '../flow/loadedFlow.ts';

/** Throws what is wrong with the flow, where it is one of those that were left out. */
export function refuseBroken(name: string, leftOut: readonly LeftOutFlow[]): void {
  const own = leftOut.find((flow) => flow.name === name);
  if (own) throw new FaultList(own.faults);
}
