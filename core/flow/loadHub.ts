/** From a folder with config/ and flows/ to compiled flows, or to all that is wrong with them. */

import type { CodecSpec, ConnectorSpec, StepSpec } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { JsonSchema } from '../spec.ts';
import type { CompiledFlow } from './compiledFlow.ts';
import type { HubConfig } from './hubConfig.ts';

/** The components that flows and config may name. */
export interface HubParts {
  env: Readonly<Record<string, string | undefined>>;
  codecs: readonly CodecSpec[];
  steps: readonly StepSpec[];
  connectors: readonly ConnectorSpec[];
  /** JSON Schemas of the canonical messages, by type. */
  schemas: Readonly<Record<string, JsonSchema>>;
  runtime: Runtime;
}

export interface LoadedHub {
  config: HubConfig;
  flows: CompiledFlow[];
}

/** Throws a FaultList with every fault of every file. */
export async function loadHub(_folder: string, _parts: HubParts): Promise<LoadedHub> {
  throw new Error('not yet');
}
