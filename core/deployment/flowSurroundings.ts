import type { InboundFlow } from '../flow/compiledFlow.ts';
import type { HubLoops } from '../hubLoops.ts';
import type { HubSetup } from '../hubSetup.ts';
import { takeIn } from '../intake.ts';
import type { StockPolicy } from '../stock/policy.ts';
import type { FlowDoor } from './FlowDoor.ts';
import type { FlowSurroundings } from './flowParts.ts';
import type { PauseWatch } from './PauseWatch.ts';

/** What of a running hub its flows reach. */
export interface HubLife {
  loops: HubLoops;
  /** Asked for when something comes: the parts of flows are made before there is one. */
  door: () => FlowDoor;
  pauses: PauseWatch;
  /** Resolves once all that runs has started. */
  started: Promise<void>;
  policy: StockPolicy;
}

/** What the parts of a flow stand on. */
export function flowSurroundings(
  { broker, store, runtime, runsStages = false, firesSchedules = true }: HubSetup,
  { loops, door, pauses, started, policy }: HubLife,
  inbound: readonly InboundFlow[],
): FlowSurroundings {
  const { history, roles, intake } = loops;
  return {
    ...{ broker, store, runtime, policy, roles, runsStages, inbound, history, firesSchedules },
    accept: async (flow, payload) => {
      // A large file that a crash left keeps no other source from watching.
      await started;
      return door().take(flow, payload);
    },
    refuse: (payload, fault) => door().park(payload, fault),
    take: (leg, payload) => pauses.guarded(leg.name, takeIn(intake, leg, payload)),
  };
}
