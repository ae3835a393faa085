import type { Fault } from '../errors.ts';
import type { Command } from '../message.ts';
import { schemaFaults } from './finalize.ts';
import type { CompileContext } from './flowUnit.ts';

/** What of a command that comes from the broker breaks the schema of its type, if anything. */
export type CommandCheck = (command: Pick<Command, 'type' | 'data'>) => Fault | undefined;

/** A type that is not known here may be of a newer intake: what becomes of it, booking decides. */
export const commandCheck =
  ({ ajv }: Pick<CompileContext, 'ajv'>): CommandCheck =>
  ({ type, data }) => {
    const validate = ajv.getSchema(type);
    if (!validate || validate(data)) return undefined;
    return schemaFaults(validate.errors ?? [])[0];
  };
