/** A flow's own test, `flows/<name>.test.yaml`: what goes in, and all that comes out. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import type { CompiledFlow, InboundFlow, InboundResult } from '../../core/flow/compiledFlow.ts';
import type { Envelope } from '../../core/message.ts';
import type { RecordValue } from '../../core/ports.ts';
import { testSpool } from '../testSpool.ts';

export interface FlowTest {
  flow: string;
  /** Payload beside the test, for a flow into stock. */
  input?: string;
  /** Events, for a subscription. */
  events?: Envelope[];
  /** Rows of the query, for a report. */
  rows?: RecordValue[];
  expect: FlowOutcome;
}

export interface FlowOutcome {
  filtered: number;
  /** Of a flow into stock. */
  messages?: { id: string; type: string; data: unknown }[];
  parked?: { record: number; code: string }[];
  /** Of a flow out of the hub: the text that is sent. */
  text?: string;
}

export const readFlowTest = async (file: string): Promise<FlowTest> =>
  parse(await readFile(file, 'utf8')) as FlowTest;

/** Runs the flow over the input of its test. */
export async function outcomeOf(
  flow: CompiledFlow,
  test: FlowTest,
  folder: string,
): Promise<FlowOutcome> {
  if (flow.direction === 'inbound') return inboundOutcome(flow, join(folder, test.input ?? ''));
  if (flow.direction === 'subscription') {
    const { records, filtered, parked } = await flow.run(test.events ?? []);
    return { filtered, ...parkedOf(parked), text: textOf(flow, records) };
  }
  const run = flow.makeRun();
  const pushed = await run.push(test.rows ?? []);
  const flushed = await run.flush();
  return {
    filtered: pushed.filtered + flushed.filtered,
    ...parkedOf([...pushed.parked, ...flushed.parked]),
    text: textOf(flow, [...pushed.records, ...flushed.records]),
  };
}

async function inboundOutcome(flow: InboundFlow, path: string): Promise<FlowOutcome> {
  const facts = { file: basename(path), received: '2026-01-01T00:00:00.000Z' };
  const run = flow.makeRun(testSpool(), facts);
  const results: InboundResult[] = [];
  for await (const records of flow.read.codec.read(createReadStream(path), { name: path })) {
    results.push(await run.push(records));
  }
  for await (const result of run.flush()) results.push(result);
  await run.close();
  return {
    filtered: results.reduce((sum, { filtered }) => sum + filtered, 0),
    messages: results.flatMap(({ messages }) =>
      messages.map(({ id, type, dataJson }) => ({ id, type, data: JSON.parse(dataJson) })),
    ),
    parked: results.flatMap(({ parked }) =>
      parked.map(({ record, faults }) => ({ record, code: faults[0]?.code ?? '' })),
    ),
  };
}

const parkedOf = (
  parked: readonly { faults: { code: string }[] }[],
): Pick<FlowOutcome, 'parked'> =>
  parked.length === 0
    ? {}
    : { parked: parked.map(({ faults }, index) => ({ record: index + 1, code: faults[0]!.code })) };

function textOf(
  { write }: Extract<CompiledFlow, { write: unknown }>,
  records: readonly RecordValue[],
): string {
  const writer = write.codec.writer();
  return writer.begin() + writer.write(records) + writer.end();
}
