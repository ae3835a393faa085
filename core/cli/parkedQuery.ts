import type { ParkedQuery } from '../parked/ParkedDesk.ts';
import type { Invocation } from './command.ts';
import { momentOf, stateOf } from './deskOptions.ts';

/** What a line of the command asks for. */
export function parkedQuery({
  arguments: [action],
  options,
}: Pick<Invocation, 'arguments' | 'options'>): ParkedQuery {
  const { flow, code, field, find, file: name, settled } = options;
  const said = Object.entries({ flow, code, field, find, name });
  // Nothing that waits is opened again.
  const usual = action === 'reopen' ? 'dismissed' : 'waiting';
  const state = settled === undefined ? stateOf(options, usual) : 'resolved';
  return {
    ...Object.fromEntries(said.filter(([, value]) => value !== undefined)),
    ...momentOf(options, 'since'),
    ...momentOf(options, 'until'),
    ...(state === undefined ? {} : { state }),
  };
}
