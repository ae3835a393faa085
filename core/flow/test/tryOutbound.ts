/** Events or rows through a flow out of the hub, seen one by one; nothing of it is sent. */
import type { Envelope } from '../../message.ts';
import type { RecordValue } from '../../ports.ts';
import type { CompiledFlow, InboundFlow, OutboundResult, ReportFlow } from '../compiledFlow.ts';
import type { FlowTrace } from './FlowTrace.ts';
import type { AskedRecords, TriedPayload, TriedRecord } from './TriedPayload.ts';

/** Events through a subscription, or rows through a report. */
export async function tryOutbound(
  flow: Exclude<CompiledFlow, InboundFlow>,
  trace: FlowTrace,
  given: readonly unknown[],
  asked: AskedRecords,
): Promise<TriedPayload> {
  const read = structuredClone(given);
  const { records, parked } =
    flow.direction === 'subscription'
      ? await flow.run(given as Envelope[])
      : await throughReport(flow, given as RecordValue[]);
  const faults = parked.flatMap((one) => one.faults);
  const writer = flow.write.codec.writer(flow.direction === 'report' ? flow.fields : undefined);
  const tried = [...read.entries()]
    .filter(([index]) => asked.includes(index + 1))
    .map(([index, value]): TriedRecord => {
      const record = index + 1;
      return {
        record,
        read: flow.direction === 'subscription' ? (value as Envelope).data : value,
        steps: trace.stepsOf(flow.file).map((step) => ({ step, given: trace.given(step, record) })),
        messages: [],
        faults: faults.filter(({ at }) => at?.record === record),
      };
    });
  const text = records.length === 0 ? '' : writer.begin() + writer.write(records) + writer.end();
  return { records: tried, text };
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
