/** Shapes of what `readRoutes` answer. */
import type { JsonSchema } from '../../spec.ts';
import { historySchemas } from './historySchemas.ts';
import { searchSchemas } from './searchRoute.ts';
import { statusSchemas } from './statusSchemas.ts';

export const readSchemas: Readonly<Record<string, JsonSchema>> = {
  ...historySchemas,
  ...searchSchemas,
  ...statusSchemas,
};
