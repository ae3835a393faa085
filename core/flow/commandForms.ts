/** Canonical data of what a sender says himself, by the type of the message; no flow maps it. */
import type { CommandType } from '../message.ts';
import { compileFinalize, type Finalize } from './finalize.ts';
import type { CompileContext } from './flowUnit.ts';

/** As the last step of a flow makes it. */
export type CommandForms = (type: CommandType) => Finalize;

/** Each is made when it is first asked for. */
export function commandForms({
  shapes,
  ajv,
  checks,
}: Pick<CompileContext, 'shapes' | 'ajv' | 'checks'>): CommandForms {
  const made = new Map<CommandType, Finalize>();
  return (type) => {
    const known = made.get(type);
    if (known) return known;
    const validator = () => ajv.getSchema(type)!;
    const ofNoFlow = { makesLines: false, explained: <Same>(fault: Same): Same => fault };
    const form = compileFinalize(shapes.get(type)!, validator, checks, ofNoFlow);
    made.set(type, form);
    return form;
  };
}
