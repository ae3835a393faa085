import type { Answers, CodecSpec, ConnectorSpec, LookupTable, StepSpec } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { JsonSchema } from '../spec.ts';
import type { FlowWatch } from './test/FlowWatch.ts';

/** The components that flows and config may name. */
export interface HubParts {
  env: Readonly<Record<string, string | undefined>>;
  codecs: readonly CodecSpec[];
  steps: readonly StepSpec[];
  /** Who answers what steps need to know, by name. */
  answers?: Readonly<Record<string, Answers>>;
  connectors: readonly ConnectorSpec[];
  /** JSON Schemas of the canonical messages, by type. */
  schemas: Readonly<Record<string, JsonSchema>>;
  runtime: Runtime;
  /** What is otherwise where flows are looked at, and do not run. */
  view?: LoadView;
}

/** Flows as their author looks at them. */
export interface LoadView {
  /** Flows with faults are left out, and the others loaded all the same. */
  soundOnly?: true;
  /** Files of flows that are read; all where left out. */
  takes?: (file: string) => boolean;
  /** Tables in the place of those of config/tables. */
  tables?: ReadonlyMap<string, LookupTable>;
  watch?: FlowWatch;
  /** Who answers in the place of the hub, which is `own`. */
  answers?: (port: string, own: Answers) => Answers;
}
