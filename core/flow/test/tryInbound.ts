/** One payload through a flow, seen record by record; nothing of it is written anywhere. */
import { sinkLabel } from '../../deliver/sinkQueue.ts';
import { type Fault, isStockbusError } from '../../errors.ts';
import type { HandedBody } from '../../handedBatch.ts';
import type { SourceRecord } from '../../ports.ts';
import type { SpoolFolder } from '../../spool/SpoolFolder.ts';
import type { InboundFlow, InboundResult } from '../compiledFlow.ts';
import { aboutSample } from './aboutSample.ts';
import type { FlowTrace } from './FlowTrace.ts';
import type { AskedRecords, TriedPayload, TriedRecord } from './TriedPayload.ts';

export async function tryInbound(
  flow: InboundFlow,
  trace: FlowTrace,
  payload: { name: string; body: AsyncIterable<Uint8Array> },
  asked: AskedRecords,
  { spool, nowMs }: { spool: SpoolFolder; nowMs: number },
): Promise<TriedPayload> {
  const { about, body } = await aboutSample(flow, payload, nowMs);
  const run = flow.makeRun(spool, about);
  const read = new Map<number, SourceRecord>();
  const results: InboundResult[] = [];
  let refused: Fault | undefined;
  try {
    const context = { name: payload.name, asStated: flow.allow.includes('ENCODING_CONFLICT') };
    for await (const records of flow.read.codec.read(body, context)) {
      for (const one of records) if (asked.includes(one.record)) read.set(one.record, kept(one));
      results.push(onlyAsked(await run.push(records), asked));
      // What follows changes nothing of it, unless rows are gathered.
      if (!run.gathers && (records.at(-1)?.record ?? 0) > asked.last) break;
    }
    for await (const result of run.flush()) results.push(onlyAsked(result, asked));
  } catch (error) {
    if (!isStockbusError(error)) throw error;
    refused = error.fault;
  } finally {
    await run.close();
  }
  const records = [...read.values()].map((one) => triedOf(one, flow, trace, results, payload.name));
  return { records, ...(refused ? { refused } : {}) };
}

function nameOfQueue({ sinks }: InboundFlow, queue: string): string {
  const sink = sinks.find((one) => one.queue === queue);
  return sink ? sinkLabel(sink.flow, sink.name) : queue;
}

/** Steps may change what was read. */
const kept = (record: SourceRecord): SourceRecord => ({
  ...record,
  value: structuredClone(record.value),
});

const isOf = ({ members }: { members: readonly SourceRecord[] }, record: number): boolean =>
  members.some((member) => member.record === record);

function onlyAsked(
  { messages, parked, handed = [] }: InboundResult,
  { includes }: AskedRecords,
): InboundResult {
  const isAsked = ({ members }: { members: readonly SourceRecord[] }): boolean =>
    members.some(({ record }) => includes(record));
  return {
    messages: messages.filter(isAsked),
    parked: parked.filter(isAsked),
    handed: handed.filter(isAsked),
    filtered: 0,
  };
}

function triedOf(
  { record, line, value, fault }: SourceRecord,
  flow: InboundFlow,
  trace: FlowTrace,
  results: readonly InboundResult[],
  file: string,
): TriedRecord {
  const messages = results.flatMap((result) => result.messages).filter((one) => isOf(one, record));
  const parked = results.flatMap((result) => result.parked).filter((one) => isOf(one, record));
  const handed = results.flatMap((one) => one.handed ?? []).filter((one) => isOf(one, record));
  const faults = fault && parked.length === 0 ? [fault] : parked.flatMap((one) => one.faults);
  return {
    record,
    ...(line === undefined ? {} : { line }),
    read: value,
    steps: trace.stepsOf(flow.file).map((step) => ({ step, given: trace.given(step, record) })),
    messages: messages.map(({ type, id, data }) => ({ type, id, data })),
    handed: handed.map(({ queue, json }) => ({
      to: nameOfQueue(flow, queue),
      value: (JSON.parse(json) as HandedBody).value,
    })),
    faults: faults.map((one) => ({ ...one, at: { file, ...one.at } })),
  };
}
