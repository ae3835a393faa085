/** What a hub is given: what it is to run, over what, and how. */
import type { Patience } from './deployment/Patience.ts';
import type { CommandCheck } from './flow/commandCheck.ts';
import type { CommandForms } from './flow/commandForms.ts';
import type { CompiledFlow } from './flow/compiledFlow.ts';
import type { HubConfig, Role } from './flow/hubConfig.ts';
import type { FlowMake, LeftOutFlow, LoadedFlow } from './flow/loadedFlow.ts';
import type { Broker, Store } from './ports.ts';
import type { Runtime } from './runtime.ts';

/** What of a folder a hub runs. */
export interface HubLoad {
  config: HubConfig;
  flows: readonly CompiledFlow[];
  /** What they were made of, by name. */
  makes?: ReadonlyMap<string, FlowMake>;
  leftOut?: readonly LeftOutFlow[];
  /** Left out: it takes no commands but those of flows. */
  forms?: CommandForms;
}

export interface HubSetup extends HubLoad {
  checkCommand: CommandCheck;
  broker: Broker;
  store: Store;
  runtime: Runtime;
  /** Left out: what cannot be reached or started fails the start. */
  patience?: Patience;
  /** Left out: those of the configuration. */
  roles?: readonly Role[];
  /** Runs the stages of its flows, though it does not take in by itself. */
  runsStages?: boolean;
  /** Left out: true. A hub that soon ends begins no reports; those that are due are made up for by one that stays. */
  firesSchedules?: boolean;
  /** Among hubs over the same store, and who starts it. */
  deployment?: { name: string; by: string };
  /** Key of BatchSeal; left out: one of this hub alone. */
  sealKey?: Uint8Array;
}

/** Its flows, each with what it was made of. */
export function loadedFlows({ flows, makes }: HubLoad): LoadedFlow[] {
  return flows.map((flow) => {
    const { digest = '', setup } = makes?.get(flow.name) ?? {};
    return { flow, digest, setup };
  });
}
