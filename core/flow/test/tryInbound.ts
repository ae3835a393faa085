/** One payload through a flow, seen record by record; nothing of it is written anywhere. */
import { sinkLabel } from '../../deliver/sinkQueue.ts';
import { type Fault, isStockbusError } from '../../errors.ts';
import type { HandedBody } from '../../handedBatch.ts';
import { keepIn } from '../../intake/KeptBody.ts';
import { noteKey, type Repetition } from '../../intake/MessageKeys.ts';
import { repeatedFault } from '../../intake/messageFaults.ts';
import { keyOfOther } from '../../intake/publishBatches.ts';
import type { Payload, SourceRecord } from '../../ports.ts';
import type { SpoolFolder } from '../../spool/SpoolFolder.ts';
import type { InboundFlow, InboundMessage, InboundParked, InboundResult } from '../compiledFlow.ts';
import { aboutSample } from './aboutSample.ts';
import type { FlowTrace, TracedStep } from './FlowTrace.ts';
import type { AskedRecords, TriedPayload, TriedRecord } from './TriedPayload.ts';

export async function tryInbound(
  flow: InboundFlow,
  trace: FlowTrace,
  payload: Payload,
  asked: AskedRecords,
  { spool, nowMs }: { spool: SpoolFolder; nowMs: number },
): Promise<TriedPayload> {
  const { name } = payload.origin;
  const { about, body } = await aboutSample(flow, { ...payload, name }, nowMs);
  const run = flow.makeRun(spool, about);
  const read = new Map<number, SourceRecord>();
  const keys = new Map<string, Repetition>();
  const results: InboundResult[] = [];
  const take = (result: InboundResult): void => {
    for (const message of result.messages) noteKey(keys, { ...message, key: keyOf(message) });
    results.push(onlyAsked(result, asked));
  };
  let refused: Fault | undefined;
  try {
    const asStated = flow.allow.includes('ENCODING_CONFLICT');
    const context = { name, asStated, keep: keepIn(spool) };
    for await (const records of flow.read.codec.read(body, context)) {
      for (const one of records) {
        if (one.passedOver) asked.passOver?.(one.record);
        if (asked.includes(one.record)) read.set(one.record, kept(one));
      }
      take(await run.push(records));
      // What follows changes nothing of it, unless rows are gathered.
      if (!run.gathers && (records.at(-1)?.record ?? 0) > asked.last) break;
    }
    for await (const result of run.flush()) take(result);
  } catch (error) {
    if (!isStockbusError(error)) throw error;
    refused = error.fault;
  } finally {
    await run.close();
  }
  const taken = results.map((result) => asTakenIn(result, keys));
  const records = [...read.values()].map((one) => triedOf(one, flow, trace, taken, name));
  return { records, ...(refused ? { refused } : {}) };
}

/** Of a flow behind it, the queue says it. */
function nameOfQueue({ sinks, stages, awaitedAt }: InboundFlow, queue: string): string {
  const sink = sinks.find((one) => one.queue === queue);
  const stage = stages.find((one) => one.queue === queue);
  if (stage) return `${stage.name}, where it waits`;
  const awaited = awaitedAt.find((one) => one.queue === queue);
  if (awaited) return `${awaited.by}, which awaits it`;
  return sink ? sinkLabel(sink.flow, sink.name) : queue.replace(/^deliver\.g\d+\./, '');
}

/** What intake parks of it for itself: of keys, as far as it was read. */
function asTakenIn(result: InboundResult, keys: ReadonlyMap<string, Repetition>): InboundResult {
  const parked: InboundParked[] = [...result.parked];
  const back = new Set<unknown>();
  for (const message of result.messages) {
    const key = keyOf(message);
    const repetition = keys.get(key)!;
    if (repetition.count < 2) continue;
    const of = thingOf(message);
    if (!back.has(of))
      parked.push({ ...message, faults: [repeatedFault({ ...message, key }, repetition)] });
    back.add(of);
  }
  const goes = (thing: Thing): boolean => !back.has(thingOf(thing));
  const { messages, handed = [] } = result;
  return { ...result, messages: messages.filter(goes), handed: handed.filter(goes), parked };
}

type Thing = Pick<InboundMessage, 'unit' | 'source'>;

/** What it has in common with all else that its flow made of its record. */
const thingOf = (thing: Thing): unknown =>
  thing.unit === undefined ? thing : `${thing.unit} ${thing.source ?? ''}`;

const keyOf = ({ source, id }: InboundMessage): string =>
  source === undefined ? JSON.stringify(id) : keyOfOther(source, id);

/** Steps may change what was read. */
const kept = (record: SourceRecord): SourceRecord => ({
  ...record,
  value: structuredClone(record.value),
});

const isOf = ({ members }: { members: readonly SourceRecord[] }, record: number): boolean =>
  members.some((member) => member.record === record);

/** All that a payload goes through: up to the first stage, where records wait. */
function stepsUpTo({ file, stages }: InboundFlow, trace: FlowTrace): readonly TracedStep[] {
  const steps = trace.stepsOf(file);
  const [first] = stages;
  if (!first) return steps;
  const { line, column } = first.at;
  const index = steps.findIndex(({ at }) => at.line === line && at.column === column);
  return steps.slice(0, index + 1);
}

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
  { record, line, value, fault, file }: SourceRecord,
  flow: InboundFlow,
  trace: FlowTrace,
  results: readonly InboundResult[],
  name: string,
): TriedRecord {
  const messages = results.flatMap((result) => result.messages).filter((one) => isOf(one, record));
  const parked = results.flatMap((result) => result.parked).filter((one) => isOf(one, record));
  const handed = results.flatMap((one) => one.handed ?? []).filter((one) => isOf(one, record));
  const faults = fault && parked.length === 0 ? [fault] : parked.flatMap((one) => one.faults);
  return {
    record,
    ...(line === undefined ? {} : { line }),
    read: value,
    steps: stepsUpTo(flow, trace).map((step) => ({ step, given: trace.given(step, record) })),
    messages: messages.map(({ type, id, data }) => ({ type, id, data })),
    handed: handed.map(({ queue, json }) => ({
      to: nameOfQueue(flow, queue),
      value: (JSON.parse(json) as HandedBody).value,
    })),
    faults: faults.map((one) => ({ ...one, at: { file: file ?? name, ...one.at } })),
  };
}
