/** Commands that the stock rules refused: kept for a person to correct, and published. */
import type { Fault } from '../errors.ts';
import type { Command, Origin, ParkedRecord } from '../message.ts';
import { makeParked } from '../parked.ts';
import type { Log } from '../runtime.ts';
import { asSent } from './upcast.ts';

/** Refused documents of one round that are logged one by one. */
const REFUSALS_TOLD = 10;

export function parkedCommand(origin: Origin, command: Command, fault: Fault): ParkedRecord {
  const sent = asSent(command);
  const { source, id, contenthash, record, type } = sent;
  return makeParked(
    {
      origin,
      stage: 'apply',
      faults: [{ ...fault, at: { file: origin.name, record, ...fault.at } }],
      record,
      content: JSON.stringify(sent),
      type,
      source,
      messageId: id,
    },
    // Without the time at which it came in, which is another when the same comes again.
    `${source} ${id} ${contenthash}`,
  );
}

/** Intake accepted these, so nobody heard of them yet. Of a flood, the first are told one by one. */
export function tellRefused(log: Log, parked: readonly ParkedRecord[]): void {
  const refused = parked.filter(({ stage }) => stage === 'apply');
  for (const { id, origin, record, faults } of refused.slice(0, REFUSALS_TOLD)) {
    const { flow, name } = origin;
    log('info', 'apply.refused', { flow, name, record, ...faults[0], parkedId: id });
  }
  const more = refused.length - REFUSALS_TOLD;
  if (more > 0) log('info', 'apply.refused_more', { documents: more });
}
