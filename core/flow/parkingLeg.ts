import { type LeftRecord, leavingFormat } from '../stages/leavingPayload.ts';
import { beginLeft } from './beginLeft.ts';
import type { TakingFlow } from './compiledFlow.ts';
import { GatheredSource } from './GatheredSource.ts';
import { HandingRun } from './HandingRun.ts';
import { StagedSteps } from './StagedSteps.ts';
import { Turns } from './Turns.ts';

/** In place of the leg behind a stage, where that is gone: parks what left with faults, under the flow that it was of. */
export function parkingLeg(flow: string, time: ConstructorParameters<typeof Turns>[0]): TakingFlow {
  const turns = new Turns(time);
  const sources = new GatheredSource();
  return {
    ...{ name: flow, source: flow, allow: [], read: leavingFormat, readsOfPayload: new Set() },
    ...{ handsTo: new Map(), behind: [] },
    makeRun: (spool) =>
      new HandingRun({
        steps: new StagedSteps([], turns, spool, sources),
        hand: { handed: () => [] },
        begin: (read) => beginLeft(read as LeftRecord, sources),
        wanted: () => [],
      }),
  };
}
