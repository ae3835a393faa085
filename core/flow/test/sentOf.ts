/** What connectors get of the payload of a test, and what is refused on its way to them. */
import { sinkLabel } from '../../deliver/sinkQueue.ts';
import { type Fault, isStockbusError, StockbusError } from '../../errors.ts';
import type { HandedBody } from '../../handedBatch.ts';
import type { Envelope } from '../../message.ts';
import type { RecordValue } from '../../ports.ts';
import type { FlowSink, InboundFlow, SubscriptionFlow } from '../compiledFlow.ts';
import type { LoadedHub } from '../loadHub.ts';
import type { CaseOutcome } from './CaseOutcome.ts';
import type { FlowCase } from './testFields.ts';
import { sinkText } from './textSent.ts';

export interface Sent {
  /** By label. */
  texts: Record<string, string>;
  parked: CaseOutcome['parked'];
  faults: Fault[];
}

export const labelOf = ({ flow, name }: FlowSink): string => sinkLabel(flow, name);

/** Those of the flow, and of the flows behind it. */
export const ownSinks = ({ sinks, behind }: InboundFlow): FlowSink[] =>
  [sinks, ...behind.map((one) => one.sinks)].flat();

/** What each sink of the flow sends: of those that are named, or of all that get something. */
export async function ownSent(
  flow: InboundFlow,
  { expect }: FlowCase,
  handed: ReadonlyMap<string, readonly Pick<HandedBody, 'value'>[]>,
): Promise<Sent> {
  const sent: Sent = { texts: {}, parked: [], faults: [] };
  for (const sink of ownSinks(flow)) {
    const records = (handed.get(sink.queue) ?? []).map(({ value }) => value);
    const isWanted = expect?.sent ? labelOf(sink) in expect.sent : records.length > 0;
    if (isWanted) await write(sink, records, sent);
  }
  return sent;
}

/** What the subscriptions that are named send of these events, and what they refuse of them. */
export async function subscribersSent(
  flow: InboundFlow,
  { expect }: FlowCase,
  events: readonly Envelope[],
  { flows }: LoadedHub,
): Promise<Sent> {
  const sent: Sent = { texts: {}, parked: [], faults: [] };
  const own = new Set(ownSinks(flow).map(labelOf));
  const sinks = flows
    .filter((one): one is SubscriptionFlow => one.direction === 'subscription')
    .flatMap(({ topics, sinks: all }) => all.map((sink) => ({ topics, sink })));
  for (const name of Object.keys(expect?.sent ?? {})) {
    if (own.has(name)) continue;
    const found = sinks.find(({ sink }) => labelOf(sink) === name);
    if (!found) {
      const message = `there is no subscription '${name}', and no target of ${flow.name}`;
      throw new StockbusError('FLOW_UNKNOWN', message);
    }
    const topics: readonly string[] = found.topics;
    const told = structuredClone(events.filter(({ type }) => topics.includes(type)));
    const { records, parked } = await found.sink.events!.run(told);
    for (const { faults, value } of parked) {
      const record = told.indexOf(value as unknown as Envelope) + 1;
      sent.parked.push({ flow: name, record, code: faults[0]?.code ?? '' });
      sent.faults.push(...faults);
    }
    await write(found.sink, records, sent);
  }
  return sent;
}

async function write(sink: FlowSink, records: readonly RecordValue[], sent: Sent): Promise<void> {
  const { text, fault } = await textOrFault(() => sinkText(sink, records));
  sent.texts[labelOf(sink)] = text;
  if (!fault) return;
  sent.parked.push({ flow: labelOf(sink), code: fault.code });
  sent.faults.push(fault);
}

/** Nothing is sent of what the format refuses. */
export async function textOrFault(
  write: () => string | Promise<string>,
): Promise<{ text: string; fault?: Fault }> {
  try {
    return { text: await write() };
  } catch (error) {
    if (!isStockbusError(error)) throw error;
    return { text: '', fault: error.fault };
  }
}
