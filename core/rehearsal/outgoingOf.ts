/** What subscribers, and the targets of the flow itself, would be sent of what was rehearsed; written as it would be, and sent to nobody. */
import { sinkLabel } from '../deliver/sinkQueue.ts';
import type { Fault } from '../errors.ts';
import { type CompiledFlow, type FlowSink, sinksOf } from '../flow/compiledFlow.ts';
import { textOrFault } from '../flow/test/sentOf.ts';
import { sinkText } from '../flow/test/textSent.ts';
import type { Envelope } from '../message.ts';
import type { RecordValue } from '../ports.ts';
import type { RehearsalOutcome } from '../rehearsal.ts';

export interface RehearsedDelivery {
  /** As endpoints are named. */
  to: string;
  records: number;
  /** The beginning of it, as text. */
  text: string;
  isCut: boolean;
  /** What its steps or its format refuse. */
  faults: Fault[];
}

/** Of one of them, at most. */
const TEXT_CHARACTERS = 4_000;

/** Of those that would be sent something, or would refuse it, in the order of their flows. */
export async function outgoingOf(
  flows: readonly CompiledFlow[],
  { events, handed }: Pick<RehearsalOutcome, 'events' | 'handed'>,
): Promise<RehearsedDelivery[]> {
  const outgoing: RehearsedDelivery[] = [];
  for (const flow of flows) {
    for (const sink of sinksOf(flow)) {
      const one =
        flow.direction === 'subscription'
          ? await ofEvents(sink, told(events, flow.topics))
          : await written(
              sink,
              (handed.get(sink.queue) ?? []).map(({ value }) => value),
            );
      if (one.records > 0 || one.faults.length > 0) outgoing.push(one);
    }
  }
  return outgoing;
}

/** Steps may change them: each sink has its own. */
const told = (events: readonly Envelope[], topics: readonly string[]): Envelope[] =>
  structuredClone(events.filter(({ type }) => topics.includes(type)));

async function ofEvents(sink: FlowSink, events: readonly Envelope[]): Promise<RehearsedDelivery> {
  const { records, parked } = await sink.events!.run(events);
  const one = await written(sink, records);
  return { ...one, faults: [...parked.flatMap(({ faults }) => faults), ...one.faults] };
}

async function written(
  sink: FlowSink,
  records: readonly RecordValue[],
): Promise<RehearsedDelivery> {
  const about = { to: sinkLabel(sink.flow, sink.name), records: records.length };
  const { text, fault } = await textOrFault(() => sinkText(sink, records));
  const isCut = text.length > TEXT_CHARACTERS;
  return { ...about, text: text.slice(0, TEXT_CHARACTERS), isCut, faults: fault ? [fault] : [] };
}
