/** Bodies that say who does something, and why. */
import { limits } from '../../limits.ts';
import type { JsonSchema } from '../../spec.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { shape } from '../shape.ts';

/** A text with something in it. */
export const said = (description: string): JsonSchema => ({
  ...{ type: 'string', pattern: '\\S', maxLength: limits.reasonCharacters },
  description,
});

export const actorName = said(
  'Whoever does it, by his own word: it stands in the log behind the key or the user that calls.',
);
const reason = said('Why.');

export const saidSchema = new NamedSchema('Said', shape.body({}, { by: actorName, reason }));
export const reasonedSchema = new NamedSchema(
  'Reasoned',
  shape.body({ reason }, { by: actorName }),
);
