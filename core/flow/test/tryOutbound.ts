/** Events or rows through a flow out of the hub, seen one by one; nothing of it is sent. */
import { sinkLabel } from '../../deliver/sinkQueue.ts';
import type { Fault } from '../../errors.ts';
import type { Envelope } from '../../message.ts';
import type { RecordValue } from '../../ports.ts';
import { factsOfReport } from '../../reports/factsOfReport.ts';
import type {
  CompiledFlow,
  InboundFlow,
  OutboundResult,
  ReportFlow,
  SubscriptionFlow,
} from '../compiledFlow.ts';
import type { FlowTrace } from './FlowTrace.ts';
import type { AskedRecords, TriedPayload, TriedRecord } from './TriedPayload.ts';

/** Events through a subscription, or rows through a report. */
export async function tryOutbound(
  flow: Exclude<CompiledFlow, InboundFlow>,
  trace: FlowTrace,
  given: readonly unknown[],
  { asked, now }: { asked: AskedRecords; now: number },
): Promise<TriedPayload> {
  const read = structuredClone(given);
  const results =
    flow.direction === 'subscription'
      ? await throughSinks(flow, given as Envelope[])
      : [{ name: flow.name, flow, ...(await throughReport(flow, given as RecordValue[])) }];
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
  const sent = results.map(({ name, records, flow: { write, ...rest } }) => {
    const isReport = 'queryAt' in rest;
    const facts = isReport ? factsOfReport(rest.queryAt(now), now) : undefined;
    const writer = write.codec.writer(isReport ? rest.fields : undefined, facts);
    const text = records.length === 0 ? '' : writer.begin() + writer.write(records) + writer.end();
    return { name, text };
  });
  return { records: tried, sent };
}

/** One after another, each with events of its own: steps may change them. */
async function throughSinks({ sinks }: SubscriptionFlow, events: readonly Envelope[]) {
  const results = [];
  for (const sink of sinks) {
    const result = await sink.events!.run(structuredClone(events));
    results.push({ name: sinkLabel(sink.flow, sink.name), flow: sink, ...result });
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
): Promise<OutboundResult> {
  const run = flow.makeRun();
  const pushed = await run.push(rows);
  const flushed = await run.flush();
  return {
    records: [...pushed.records, ...flushed.records],
    parked: [...pushed.parked, ...flushed.parked],
    filtered: pushed.filtered + flushed.filtered,
  };
}
