/** Runs a flow over the input of a test; nothing of it is written anywhere. */
import { type Fault, StockbusError } from '../../errors.ts';
import type { Envelope } from '../../message.ts';
import type { RecordValue } from '../../ports.ts';
import type { CompiledFlow, OutboundResult, SubscriptionFlow } from '../compiledFlow.ts';
import type { CaseOutcome, SeenOutcome } from './CaseOutcome.ts';
import type { CaseSetting } from './CaseSetting.ts';
import { flowOfRows } from './flowOfRows.ts';
import { bookedOutcome, booksOfCase, publishedOutcome } from './inboundOutcome.ts';
import { labelOf, ownSinks, textOrFault } from './sentOf.ts';
import type { FlowCase } from './testFields.ts';
import { reportText, sinkText } from './textSent.ts';

export async function outcomeOfCase(
  flow: CompiledFlow,
  given: FlowCase,
  setting: CaseSetting,
): Promise<SeenOutcome> {
  const asked = flow.direction === 'inbound' ? ['input', 'payload', 'comes'] : [];
  if (flow.direction === 'subscription') asked.push('events');
  if (flow.direction === 'report' || flow.direction === 'continued') asked.push('rows');
  if (!asked.some((name) => given[name as keyof FlowCase] !== undefined)) {
    const message = `the flow ${flow.name} takes ${asked.join(' or ')}`;
    throw new StockbusError('CONFIG_BAD_VALUE', message, undefined, { todo: 'give it that' });
  }
  if (flow.direction === 'inbound' || flow.direction === 'continued') {
    const taking =
      flow.direction === 'inbound' ? flow : flowOfRows(flow, given.rows as RecordValue[]);
    const own = new Set(ownSinks(taking).map(labelOf));
    return isBooked(given, own)
      ? bookedOutcome(taking, given, setting)
      : publishedOutcome(taking, given, setting);
  }
  if (given.stock ?? given.booked) await booksOfCase(given, setting);
  if (flow.direction === 'subscription')
    return subscriptionOutcome(flow, given.events as Envelope[]);
  const run = flow.makeRun();
  const results = [await run.push(given.rows as RecordValue[]), await run.flush()];
  const pages = results.map(({ records }) => records);
  return outboundOutcome(results, () => reportText(flow, pages, setting.runtime.now()));
}

/** Whether what the flow makes is to be booked: else it is not known what lies where. */
function isBooked({ stock, booked, expect }: FlowCase, own: ReadonlySet<string>): boolean {
  const isToldOf = Object.keys(expect?.sent ?? {}).some((name) => !own.has(name));
  return isToldOf || [stock, booked, expect?.stock].some((said) => said !== undefined);
}

/** The text of the only sink, or by label those of several. */
async function subscriptionOutcome(
  { sinks }: SubscriptionFlow,
  events: readonly Envelope[],
): Promise<SeenOutcome> {
  const sent: Record<string, string> = {};
  const all: SeenOutcome[] = [];
  for (const sink of sinks) {
    const result = await sink.events!.run(structuredClone(events));
    const one = await outboundOutcome([result], () => sinkText(sink, result.records));
    all.push(one);
    if (result.records.length > 0) sent[labelOf(sink)] = one.outcome.text ?? '';
  }
  if (all.length === 1) return all[0]!;
  // What the steps refuse, they refuse for each of them.
  const [{ outcome, faults }] = all.toSorted((one, other) => weight(other) - weight(one)) as [
    SeenOutcome,
  ];
  const { text: _, ...others } = outcome;
  return { outcome: { ...others, sent }, faults };
}

const weight = ({ faults }: SeenOutcome): number => faults.length;

async function outboundOutcome(
  results: readonly OutboundResult[],
  write: () => string | Promise<string>,
): Promise<SeenOutcome> {
  const parked = results.flatMap((result) => result.parked);
  const { text, fault } = await textOrFault(write);
  const faults: Fault[] = [...(fault ? [fault] : []), ...parked.flatMap((one) => one.faults)];
  const outcome: CaseOutcome = {
    filtered: results.reduce((sum, { filtered }) => sum + filtered, 0),
    parked: parked.map((one, index) => ({ record: index + 1, code: one.faults[0]?.code ?? '' })),
    ...(fault ? { refused: fault.code } : {}),
    text,
  };
  return { outcome, faults };
}
