/** Events or rows through a flow out of the hub, seen one by one; nothing of it is sent. */
import { sinkLabel } from '../../deliver/sinkQueue.ts';
import type { Fault } from '../../errors.ts';
import type { Envelope } from '../../message.ts';
import type { RecordValue } from '../../ports.ts';
import type { OutboundResult, ReportFlow, SubscriptionFlow } from '../compiledFlow.ts';
import type { FlowTrace } from './FlowTrace.ts';
import type { AskedRecords, TriedPayload, TriedRecord } from './TriedPayload.ts';
import { reportText, sinkText } from './textSent.ts';

/** Events through a subscription, or rows through a report. */
export async function tryOutbound(
  flow: SubscriptionFlow | ReportFlow,
  trace: FlowTrace,
  given: readonly unknown[],
  { asked, now }: { asked: AskedRecords; now: number },
): Promise<TriedPayload> {
  const read = structuredClone(given);
  const results =
    flow.direction === 'subscription'
      ? await throughSinks(flow, given as Envelope[])
      : [await throughReport(flow, given as RecordValue[], now)];
  const faults = results.flatMap(({ parked }) => parked).flatMap((one) => one.faults);
  const tried = [...read.entries()]
    .filter(([index]) => asked.includes(index + 1))
    .map(([index, value]): TriedRecord => {
      const record = index + 1;
      return {
        record,
        read: flow.direction === 'subscription' ? (value as Envelope).data : value,
        steps: trace.stepsOf(flow.file).map((step) => ({ step, given: trace.given(step, record) })),
        messages: [],
        handed: [],
        faults: distinct(faults.filter(({ at }) => at?.record === record)),
      };
    });
  return { records: tried, sent: results.map(({ name, text }) => ({ name, text })) };
}

/** What is sent to one place, and what the steps refused. */
interface Through {
  name: string;
  text: string;
  parked: OutboundResult['parked'];
}

/** One after another, each with events of its own: steps may change them. */
async function throughSinks(
  { sinks }: SubscriptionFlow,
  events: readonly Envelope[],
): Promise<Through[]> {
  const results: Through[] = [];
  for (const sink of sinks) {
    const { records, parked } = await sink.events!.run(structuredClone(events));
    results.push({
      name: sinkLabel(sink.flow, sink.name),
      text: await sinkText(sink, records),
      parked,
    });
  }
  return results;
}

/** What the steps refuse, they refuse for each sink. */
function distinct(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}

async function throughReport(
  flow: ReportFlow,
  rows: readonly RecordValue[],
  nowMs: number,
): Promise<Through> {
  const run = flow.makeRun();
  const results = [await run.push(rows), await run.flush()];
  const pages = results.map(({ records }) => records);
  return {
    name: flow.name,
    text: await reportText(flow, pages, nowMs),
    parked: results.flatMap(({ parked }) => parked),
  };
}
