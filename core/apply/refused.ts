/** What somebody has to hear of: commands that the stock rules refused, which are kept and published, and how the books were closed. */
import { toldInWords } from '../closingChecks.ts';
import type { Commit } from '../commit.ts';
import type { Fault } from '../errors.ts';
import type { InboxRecord, Period } from '../ledger.ts';
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

/** Of what was committed. */
export function tellOutcome(
  log: Log,
  { parked, inbox }: Pick<Commit, 'parked' | 'inbox'>,
  period: Period,
): void {
  tellRefused(log, parked);
  tellClosed(log, period, inbox);
}

/** Intake accepted these, so nobody heard of them yet. Of a flood, the first are told one by one. */
function tellRefused(log: Log, parked: readonly ParkedRecord[]): void {
  const refused = parked.filter(({ stage }) => stage === 'apply');
  for (const { id, origin, record, faults } of refused.slice(0, REFUSALS_TOLD)) {
    const { flow, name } = origin;
    log('info', 'apply.refused', { flow, name, record, ...faults[0], parkedId: id });
  }
  const more = refused.length - REFUSALS_TOLD;
  if (more > 0) log('info', 'apply.refused_more', { documents: more });
}

/** What stood in the way and was not refused, where one of these messages closed the books. */
function tellClosed(log: Log, period: Period, booked: readonly InboxRecord[]): void {
  const { through, told, source, messageId } = period.log.at(-1) ?? {};
  if (!told || !booked.some((one) => one.source === source && one.id === messageId)) return;
  log('warn', 'period.closed', { through, told: toldInWords(told), source, messageId });
}
