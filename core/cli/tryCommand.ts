import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { formatFault, formatPlace, nearestName, StockbusError } from '../errors.ts';
import type { CompiledFlow } from '../flow/compiledFlow.ts';
import type { LeftOutFlow } from '../flow/loadedFlow.ts';
import { FlowTrace, type TracedStep } from '../flow/test/FlowTrace.ts';
import type { AskedRecords, TriedPayload, TriedRecord } from '../flow/test/TriedPayload.ts';
import { tryInbound } from '../flow/test/tryInbound.ts';
import { tryOutbound } from '../flow/test/tryOutbound.ts';
import { loadFolder } from '../hub/openHub.ts';
import { type Runtime, systemRuntime } from '../runtime.ts';
import { SpoolFolder } from '../spool/SpoolFolder.ts';
import { answersToTry, withBooks } from './answersToTry.ts';
import { type CliCommand, type Invocation, usageError } from './command.ts';
import { atFieldLines } from './fieldLines.ts';
import { eventsToTry, rowsToTry } from './givenToTry.ts';
import { isJson, jsonFormat } from './jsonFormat.ts';
import { payloadFile } from './payloadFile.ts';
import { refuseBroken } from './refuseBroken.ts';
import { takesFromFlows } from './run.ts';

export const tryCommand: CliCommand = {
  name: 'try',
  about:
    'Shows a record after each step of a flow, and what comes of it. Nothing is written or sent; what `enrich` asks, the books and connectors are asked, unless --answers gives it.',
  arguments: [
    { name: 'FLOW', about: 'Name of a flow, in either direction.' },
    {
      name: 'FILE',
      about:
        'A payload; for a subscription JSON with its events, or their data; for a report JSON with rows, or left out, then the books are asked.',
      optional: true,
    },
  ],
  options: {
    record: { value: 'N', about: 'Number of the record. Left out: the first.' },
    all: { about: 'All records.' },
    after: { value: 'STEP', about: 'Only what it is after this step: its name, or its number.' },
    answers: {
      value: 'FILE',
      about:
        'What connectors answer to enrich, as `answers` of a test has it, in YAML or JSON; nobody else is asked.',
    },
    json: { about: 'As JSON, a line for each record: the same as --format json.' },
    format: { ...jsonFormat, about: 'Default: text. JSON: a line for each record.' },
  },
  exitCodes: {
    3: 'a record that is shown would be parked',
    1: 'it failed, or the payload could not be read to its end',
  },
  examples: [
    'stockbus try erp-purchase-receipts receipts.csv --record 3',
    'stockbus try erp-purchase-receipts receipts.csv --after map --all --json',
  ],
  async run(invocation) {
    const { folder, env, terminal, options } = invocation;
    const asked = askedOf(options);
    const runtime = systemRuntime();
    const trace = new FlowTrace(asked.includes);
    const given = await answersToTry(invocation, runtime);
    const view = { soundOnly: true, watch: trace, ...(given ? { answers: given } : {}) } as const;
    const { flows, leftOut, answers } = await loadFolder(folder, env, runtime, view);
    const [name] = invocation.arguments as readonly [string];
    const flow = flowOf(name, flows, leftOut);
    const after = stepOf(options.after, trace.stepsOf(flow.file));
    const tried = await withBooks(answers, { folder, env, runtime }, () =>
      throughFlow(flow, trace, asked, invocation, runtime),
    );
    if (options.record !== undefined && tried.records.length === 0) {
      throw usageError(`there is no record ${options.record}`);
    }
    terminal.out(
      options.json === undefined && !isJson(invocation)
        ? linesOf(tried, after, options)
        : jsonOf(tried, after),
    );
    if (tried.refused) {
      terminal.err([`The rest could not be read: ${formatFault(tried.refused)}`]);
      return 1;
    }
    return tried.records.some(({ faults }) => faults.length > 0) ? 3 : 0;
  },
};

function askedOf({ record, all }: Invocation['options']): AskedRecords {
  if (all !== undefined) {
    if (record !== undefined) throw usageError('--record and --all are two ways to ask');
    return { includes: () => true, last: Number.POSITIVE_INFINITY };
  }
  if (record === undefined) return firstRecord();
  const number = /^[1-9]\d{0,14}$/.test(record) ? parseInt(record, 10) : 0;
  if (number === 0) throw usageError(`'${record}' is no number of a record`, 'they count from 1');
  return { includes: (one) => one === number, last: number };
}

/** What `ignore` and the like pass over is none. */
function firstRecord(): AskedRecords {
  let number = 1;
  return {
    includes: (one) => one === number,
    get last() {
      return number;
    },
    passOver(one) {
      if (one === number) number += 1;
    },
  };
}

function flowOf(
  name: string,
  flows: readonly CompiledFlow[],
  leftOut: readonly LeftOutFlow[],
): CompiledFlow {
  const flow = flows.find((one) => one.name === name);
  if (flow) return flow;
  refuseBroken(name, leftOut);
  const known = flows.map((one) => one.name);
  const near = nearestName(name, known);
  throw new StockbusError('FLOW_UNKNOWN', `there is no flow '${name}'`, undefined, {
    todo: near ? `did you mean '${near}'?` : `flows: ${known.join(', ') || 'none'}`,
  });
}

function stepOf(wished: string | undefined, steps: readonly TracedStep[]): TracedStep | undefined {
  if (wished === undefined) return undefined;
  const found = steps.filter(({ name, number }) => name === wished || String(number) === wished);
  if (found.length === 1) return found[0];
  const all = steps.map(({ number, name }) => `${number} ${name}`).join(', ');
  const what = found.length === 0 ? 'no step' : 'more than one step';
  throw usageError(`the flow has ${what} '${wished}'`, `its steps: ${all || 'none'}`);
}

async function throughFlow(
  flow: CompiledFlow,
  trace: FlowTrace,
  asked: AskedRecords,
  invocation: Invocation,
  runtime: Runtime,
): Promise<TriedPayload> {
  const [, file] = invocation.arguments;
  const path = file === undefined ? undefined : resolve(invocation.workingFolder, file);
  if (flow.direction === 'report') {
    const rows = await rowsToTry(flow, path, invocation, asked);
    return tryOutbound(flow, trace, rows, { asked, now: runtime.now() });
  }
  if (path === undefined)
    throw usageError('FILE is missing', `write stockbus try ${flow.name} FILE`);
  if (flow.direction === 'subscription') {
    const events = await eventsToTry(flow, path, runtime);
    return tryOutbound(flow, trace, events, { asked, now: runtime.now() });
  }
  if (flow.direction === 'continued') throw takesFromFlows(flow);
  const { payload } = await payloadFile(path, flow.name, runtime.newId());
  const spoolPath = join(tmpdir(), `stockbus-try-${runtime.newId()}`);
  try {
    const tried = await tryInbound(flow, trace, payload, asked, {
      spool: new SpoolFolder(spoolPath, runtime),
      nowMs: runtime.now(),
    });
    return { ...tried, records: await atFieldLines(tried.records, flow, path) };
  } finally {
    await rm(spoolPath, { recursive: true, force: true });
  }
}

const isShown = (step: TracedStep, after: TracedStep | undefined): boolean =>
  after === undefined || step === after;

function jsonOf({ records, sent = [] }: TriedPayload, after: TracedStep | undefined): string[] {
  const lines = records.map(({ steps, ...record }) => {
    const shown = steps
      .filter(({ step }) => isShown(step, after))
      .map(({ step: { number, name }, given }) => ({ number, name, given }));
    return JSON.stringify(
      after
        ? { record: record.record, steps: shown, faults: record.faults }
        : { ...record, steps: shown },
    );
  });
  if (after) return lines;
  const texts = sent.map(({ name, text }) => (sent.length === 1 ? { text } : { to: name, text }));
  return [...lines, ...texts.map((one) => JSON.stringify(one))];
}

/** Lines of what is sent that are shown. */
const TEXT_LINES = 20;

function linesOf(
  { records, sent = [] }: TriedPayload,
  after: TracedStep | undefined,
  { all }: Invocation['options'],
): string[] {
  const lines = records.flatMap((record) => recordLines(record, after));
  if (after) return lines;
  return [...lines, ...sent.flatMap(({ name, text }) => sentLines(name, text, all !== undefined))];
}

function sentLines(name: string, text: string, all: boolean): string[] {
  if (text === '') return [`${name} sends nothing.`];
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const shown = all ? lines : lines.slice(0, TEXT_LINES);
  const rest = lines.length - shown.length;
  return [
    `${name} sends of all that came in:`,
    ...shown,
    ...(rest > 0 ? [`… and ${rest} more lines; --all shows them`] : []),
  ];
}

function recordLines(tried: TriedRecord, after: TracedStep | undefined): string[] {
  const { record, line, read, steps, messages, handed, faults } = tried;
  const place = line === undefined ? '' : `, line ${line}`;
  const lines = after
    ? [`record ${record}${place}`]
    : [`record ${record}${place}`, ...pretty(read)];
  let before = JSON.stringify([read]);
  let isGone = false;
  for (const { step, given } of steps) {
    const now = JSON.stringify(given);
    if (isShown(step, after) && !isGone) {
      const what =
        given.length > 0 || faults.length > 0 ? (now === before ? ': as before' : '') : ': dropped';
      lines.push(`${step.number} ${step.name} ${formatPlace(step.at)}${what}`);
      if (now !== before) lines.push(...given.flatMap(pretty));
    }
    isGone = given.length === 0;
    before = now;
  }
  for (const fault of faults) lines.push(`parked: ${formatFault(fault)}`);
  if (after) return lines;
  return [
    ...lines,
    ...messages.flatMap(({ type, id, data }) => [`${type} ${id}`, ...pretty(data)]),
    ...handed.flatMap(({ to, value }) => [`to ${to}`, ...pretty(value)]),
    '',
  ];
}

const pretty = (value: unknown): string[] =>
  JSON.stringify(value, null, 2)
    .split('\n')
    .map((line) => `  ${line}`);
