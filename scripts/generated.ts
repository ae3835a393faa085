import { generateErrors } from './generateErrors.ts';
import { generateMessages } from './generateMessages.ts';

/** Every generated file, and how its text is made. */
export const generated: Record<string, () => string | Promise<string>> = {
  'schemas/generated/messages.ts': () => generateMessages('schemas'),
  'docs/errors.md': generateErrors,
};
