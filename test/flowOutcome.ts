import assert from 'node:assert/strict';
import { isStockbusError } from '../core/errors.ts';
import type { InboundFlow, InboundMessage, InboundResult } from '../core/flow/compiledFlow.ts';
import type { LoadedHub } from '../core/flow/loadHub.ts';
import { aboutSample } from '../core/flow/test/aboutSample.ts';
import { testSpool } from './testSpool.ts';

interface Payload {
  name: string;
  chunks: AsyncIterable<Uint8Array>;
  /** What a message is called; by its type and id, when left out. */
  shown?: (message: InboundMessage) => string;
}

const byId = ({ type, id }: InboundMessage): string => `${type} ${id}`;

/** All that a flow, and those that it hands on to, make of a payload, and with which code the rest is refused. */
export async function flowResults(
  hub: LoadedHub,
  name: string,
  { name: payload, chunks }: Payload,
): Promise<{ results: InboundResult[]; refused?: string }> {
  const flow = hub.flows.find(
    (one): one is InboundFlow => one.name === name && one.direction === 'inbound',
  );
  assert.ok(flow, name);
  const sample = { name: payload, body: chunks };
  const { about, body } = await aboutSample(flow, sample, Date.parse('2026-03-31T08:30:00Z'));
  const run = flow.makeRun(testSpool(), about);
  const results: InboundResult[] = [];
  let refused: string | undefined;
  try {
    for await (const records of flow.read.codec.read(body, { name: payload }))
      results.push(await run.push(records));
    for await (const result of run.flush()) results.push(result);
  } catch (error) {
    if (!isStockbusError(error)) throw error;
    refused = error.fault.code;
  }
  await run.close();
  return refused === undefined ? { results } : { results, refused };
}

/** What a flow makes of a payload, line by line: messages, what is parked or refused and why, how much is filtered, and how much of the rest was dropped. */
export async function flowOutcome(
  hub: LoadedHub,
  name: string,
  payload: Payload,
): Promise<string[]> {
  const { shown = byId } = payload;
  const { results, refused } = await flowResults(hub, name, payload);
  const lines = refused === undefined ? [] : [`refused ${refused}`];
  for (const { messages, parked } of results) {
    lines.push(...messages.map(shown));
    lines.push(
      ...parked.map(
        ({ faults }) => `parked ${[...new Set(faults.map(({ code }) => code))].join(', ')}`,
      ),
    );
  }
  const filtered = results.reduce((sum, result) => sum + result.filtered, 0);
  const dropped = results.reduce((sum, result) => sum + (result.droppedParts ?? 0), 0);
  if (filtered > 0) lines.push(`filtered ${filtered}`);
  // What went with a record that was filtered is no more than that.
  if (dropped > 0 && filtered === 0) lines.push(`dropped ${dropped}`);
  return lines;
}
