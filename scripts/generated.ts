import { generateApiTypes, generateAsyncApi, generateOpenApi } from './generateApi.ts';
import { generateApiReference } from './generateApiReference.ts';
import { generateErrors } from './generateErrors.ts';
import {
  generateConfigSchema,
  generateFlowReference,
  generateFlowSchema,
  generateFlowTestSchema,
  generateFragmentSchema,
} from './generateFlows.ts';
import { generateMessages } from './generateMessages.ts';
import { generateLogEvents, generateMetrics } from './generateOperations.ts';

/** Every generated file, and how its text is made. */
export const generated: Record<string, () => string | Promise<string>> = {
  'schemas/generated/messages.ts': () => generateMessages('schemas'),
  'schemas/generated/flow.json': generateFlowSchema,
  'schemas/generated/flow-test.json': generateFlowTestSchema,
  'schemas/generated/fragment.json': generateFragmentSchema,
  'schemas/generated/config.json': generateConfigSchema,
  'schemas/generated/openapi.json': generateOpenApi,
  'schemas/generated/asyncapi.json': generateAsyncApi,
  'schemas/generated/api.d.ts': generateApiTypes,
  'docs/api.md': generateApiReference,
  'docs/flows.md': generateFlowReference,
  'docs/errors.md': generateErrors,
  'docs/operations/metrics.md': generateMetrics,
  'docs/operations/log-events.md': generateLogEvents,
};
