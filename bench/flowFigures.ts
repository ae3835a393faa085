/**
 * What flows cost by themselves: records that are read already, into commands that nobody takes. One
 * line of JSON.
 *
 *   node bench/flowFigures.ts FOLDER     FOLDER: with config/ and flows/, as bench/flows.ts makes it
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import jsonata from 'jsonata';
import { runTests } from '../core/cli/runTests.ts';
import type { InboundFlow } from '../core/flow/compiledFlow.ts';
import { compileExpression, variablesOf } from '../core/flow/expression/compileExpression.ts';
import { Turns } from '../core/flow/Turns.ts';
import { unitTable } from '../core/flow/unitTable.ts';
import { loadFolder } from '../core/hub/openHub.ts';
import type { RecordValue, SourceRecord } from '../core/ports.ts';
import { systemRuntime } from '../core/runtime.ts';
import { SpoolFolder } from '../core/spool/SpoolFolder.ts';
import { answer } from './child.ts';
import { epcisEvent, mappedFields, mappedRecord, writeFlowTests } from './flowSamples.ts';

export interface FlowFigures {
  /** Microseconds a record. */
  oneStepUs: number;
  twentyStepsUs: number;
  mappedUs: number;
  mappedByJsonataUs: number;
  /** Milliseconds of one event of 500 EPCs, from its bytes to its command. */
  eventMs: number;
  /** Of processor time; the second with stock before and after. */
  testsPerSecond: number;
  bookedTestsPerSecond: number;
  /** Of the longest time for which nobody else had a turn while 600 events of 20 EPCs ran. */
  longestTurnMs: number;
}

const RECORDS = 40_000;
const BATCH = 256;
const SECOND_MS = 1_000;
const TESTS = 1_000;

/** Of this thread, so that what else the machine does is not counted. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

const runtime = systemRuntime();
const folder = process.argv[2]!;
const { flows } = await loadFolder(folder, process.env, runtime);
const spoolPath = mkdtempSync(join(tmpdir(), 'stockbus-bench-spool-'));
const spool = new SpoolFolder(spoolPath, runtime);

const flowOf = (name: string): InboundFlow => {
  const flow = flows.find((one) => one.name === name);
  if (flow?.direction !== 'inbound') throw new Error(`there is no inbound flow '${name}'`);
  return flow;
};

answer({
  oneStepUs: await recordsUs(flowOf('one-step')),
  twentyStepsUs: await recordsUs(flowOf('twenty-steps')),
  mappedUs: mappedUs(),
  mappedByJsonataUs: await mappedByJsonataUs(),
  testsPerSecond: await testsPerSecond(false),
  bookedTestsPerSecond: await testsPerSecond(true),
  ...(await epcisMs(flowOf('epcis'))),
} satisfies FlowFigures);
rmSync(spoolPath, { recursive: true, force: true });

/** The second time counts, when all is compiled. */
async function recordsUs(flow: InboundFlow): Promise<number> {
  await runMs(flow);
  return (await runMs(flow)) * (1_000 / RECORDS);
}

async function runMs(flow: InboundFlow): Promise<number> {
  const run = flow.makeRun(spool);
  const batches: SourceRecord[][] = [];
  for (let record = 1; record <= RECORDS; record += BATCH) {
    const length = Math.min(BATCH, RECORDS - record + 1);
    batches.push(
      Array.from({ length }, (_, index) => ({
        value: mappedRecord(record + index),
        record: record + index,
      })),
    );
  }
  const start = cpuMs();
  let messages = 0;
  for (const batch of batches) messages += countOf(await run.push(batch));
  for await (const part of run.flush()) messages += countOf(part);
  const ms = cpuMs() - start;
  await run.close();
  if (messages !== RECORDS) throw new Error(`${flow.name} made ${messages} messages of ${RECORDS}`);
  return ms;
}

function countOf({ messages, parked }: { messages: unknown[]; parked: unknown[] }): number {
  if (parked.length > 0) throw new Error(`parked: ${JSON.stringify(parked[0])}`);
  return messages.length;
}

/** Twelve expressions over a record, one after another, for a second. */
function mappedUs(): number {
  const turns = new Turns(runtime);
  const units = unitTable(undefined, () => undefined);
  const context = { tables: new Map(), units, zone: 'UTC', now: () => 0, turns };
  const parts = Object.entries(mappedFields).map(([name, text]) => {
    const compiled = compileExpression(text, variablesOf.inbound, context, ({ message }) => {
      throw new Error(message);
    });
    if (!compiled || compiled.wait) throw new Error(`${text} runs in the library`);
    return { name, evaluate: compiled.evaluate };
  });
  const map = (value: RecordValue, record: number): RecordValue => {
    const made: RecordValue = {};
    const scope = { value, source: value, record };
    for (const { name, evaluate } of parts) made[name] = evaluate(scope);
    return made;
  };
  const records = Array.from({ length: BATCH }, (_, index) => mappedRecord(index + 1));
  for (let warm = 0; warm < 100; warm += 1) records.forEach(map);
  const start = cpuMs();
  let count = 0;
  for (; cpuMs() - start < SECOND_MS; count += BATCH) records.forEach(map);
  return ((cpuMs() - start) * 1_000) / count;
}

/** The same in one expression, with JSONata's own functions where it has no other. */
async function mappedByJsonataUs(): Promise<number> {
  const pairs = Object.entries(mappedFields).map(([name, text]) => `"${name}": ${text}`);
  const expression = jsonata(`{ ${pairs.join(', ')} }`);
  for (const name of ['decimal', 'date', 'add']) {
    expression.registerFunction(name, (value: unknown) => value);
  }
  const records = Array.from({ length: BATCH }, (_, index) => mappedRecord(index + 1));
  for (const record of records) await expression.evaluate(record);
  const start = cpuMs();
  let count = 0;
  for (; cpuMs() - start < SECOND_MS; count += BATCH) {
    for (const record of records) await expression.evaluate(record);
  }
  return ((cpuMs() - start) * 1_000) / count;
}

/** As `stockbus test` runs them, with all that it loads before. */
async function testsPerSecond(isBooked: boolean): Promise<number> {
  writeFlowTests(folder, TESTS, isBooked);
  const before = process.cpuUsage();
  const { cases } = await runTests({ arguments: ['one-step'], folder, env: process.env });
  const { user, system } = process.cpuUsage(before);
  const failed = cases.filter(({ differences }) => differences.length > 0);
  if (cases.length !== TESTS || failed.length > 0) throw new Error(JSON.stringify(failed[0]));
  return TESTS / ((user + system) / 1e6);
}

async function epcisMs(flow: InboundFlow): Promise<{ eventMs: number; longestTurnMs: number }> {
  const large = [epcisEvent(500)];
  let eventMs = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 10; tries += 1) {
    const start = performance.now();
    await takeIn(flow, large);
    eventMs = Math.min(eventMs, performance.now() - start);
  }
  const many = Array.from({ length: 600 }, (_, index) => epcisEvent(20, index));
  let longestTurnMs = 0;
  let before = performance.now();
  let isWorking = true;
  const watch = () => {
    longestTurnMs = Math.max(longestTurnMs, performance.now() - before);
    before = performance.now();
    if (isWorking) setImmediate(watch);
  };
  setImmediate(watch);
  await takeIn(flow, many);
  isWorking = false;
  return { eventMs, longestTurnMs };
}

async function takeIn(flow: InboundFlow, records: readonly RecordValue[]): Promise<void> {
  const run = flow.makeRun(spool);
  let messages = 0;
  for (const [index, value] of records.entries()) {
    messages += countOf(await run.push([{ value, record: index + 1 }]));
  }
  for await (const part of run.flush()) messages += countOf(part);
  await run.close();
  if (messages !== records.length) throw new Error(`${messages} commands of ${records.length}`);
}
