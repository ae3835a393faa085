import type { CommandType } from '../../message.ts';
import { schemas } from '../../schemaKinds.ts';
import type { JsonSchema } from '../../spec.ts';
import { NamedSchema } from '../NamedSchema.ts';
import type { CommandAddress } from './commandAddresses.ts';

const id: JsonSchema = {
  type: 'string',
  minLength: 1,
  maxLength: 256,
  description:
    'The business key: you choose it, once for ever. The same id with the same content is known again, with other content it is a conflict.',
  examples: ['GR-4711'],
};

const known = new Map<CommandType, NamedSchema>();

/** What is said of one command: its business key, and the data of the message. What the path says need not stand in it. */
export function commandBody({ type, from }: Pick<CommandAddress, 'type' | 'from'>): NamedSchema {
  const found = known.get(type);
  if (found) return found;
  const { title, properties, required, description } = schemas[type] as JsonSchema & {
    required: string[];
  };
  const made = new NamedSchema(`${String(title)}Command`, {
    ...{ type: 'object', description, additionalProperties: false },
    required: ['id', ...required.filter((name) => name !== from)],
    properties: { id, ...(properties as Record<string, JsonSchema>) },
  });
  known.set(type, made);
  return made;
}
