import { codecs, connectors, schemas, steps } from '../core/catalog.ts';
import type { HubParts } from '../core/flow/hubParts.ts';
import {
  configSchema,
  flowReference,
  flowSchema,
  flowTestSchema,
  fragmentSchema,
} from '../core/flow/reference.ts';
import { systemRuntime } from '../core/runtime.ts';
import type { JsonSchema } from '../core/spec.ts';

const parts: HubParts = {
  env: {},
  codecs,
  steps,
  connectors,
  schemas,
  runtime: systemRuntime(),
};

const text = (schema: JsonSchema): string => `${JSON.stringify(schema, null, 2)}\n`;

export const generateFlowSchema = (): string => text(flowSchema(parts));
export const generateFragmentSchema = (): string => text(fragmentSchema(parts));
export const generateFlowTestSchema = (): string => text(flowTestSchema());
export const generateConfigSchema = (): string => text(configSchema(parts));
export const generateFlowReference = (): string => flowReference(parts);
