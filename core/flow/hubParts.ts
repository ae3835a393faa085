import type { Answers, CodecSpec, ConnectorSpec, StepSpec } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { JsonSchema } from '../spec.ts';

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
}
