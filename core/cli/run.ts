import { resolve } from 'node:path';
import { sourcesOfFlows } from '../deployment/sourcesOfFlows.ts';
import { formatFault, formatTold, nearestName, StockbusError } from '../errors.ts';
import type { ContinuedFlow, InboundFlow, ReportFlow } from '../flow/compiledFlow.ts';
import { DeliveryWatch } from '../hub/DeliveryWatch.ts';
import type { LoadedFolder, OpenHub } from '../hub/openHub.ts';
import { loadFolder } from '../hub/openHub.ts';
import { othersThan } from '../hub/othersThan.ts';
import { whenBooked } from '../hub/whenBooked.ts';
import { type IntakeReport, type ParkedRecord, sourceOf } from '../message.ts';
import type { Receipt } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { systemRuntime } from '../runtime.ts';
import { answeredNow } from './answeredNow.ts';
import { cliActor } from './cliActor.ts';
import { closedLines } from './closedLines.ts';
import { type CliCommand, usageError } from './command.ts';
import { dryRun } from './dryRun.ts';
import { atFieldLines } from './fieldLines.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { lineLog } from './log.ts';
import { openForRun } from './openForRun.ts';
import {
  type AnsweredNow,
  droppedLines,
  exitCode,
  outcomeLines,
  parkedLines,
} from './outcomeLines.ts';
import { formatDuration, ProgressMeter } from './ProgressMeter.ts';
import { parkedOf } from './parkedOf.ts';
import type { PayloadFile } from './payloadFile.ts';
import { payloadFile } from './payloadFile.ts';
import { plural } from './plural.ts';
import { refuseBroken } from './refuseBroken.ts';
import { runReport } from './runReport.ts';
import { endBy, onEndingSignals, onHangup } from './signals.ts';
import { sourceHints } from './sourceHints.ts';
import { type FileTaken, takenFacts } from './takenFacts.ts';
import type { Terminal } from './terminal.ts';
import { waitingLines } from './waitingLines.ts';

const PARKED_SHOWN = 5;

/** For what goes through stages of flows without waiting there. */
const STAGES_MS = 10_000;

export const run: CliCommand = {
  name: 'run',
  about:
    'Takes one file through a flow into the books and waits until all of it is booked or parked, or waits for other payloads (`stockbus waiting`); or writes a report now.',
  arguments: [
    { name: 'FLOW', about: 'Name of an inbound flow, or of a report.' },
    {
      name: 'FILE',
      about: 'The file to take in. It stays where it is. A report has none.',
      optional: true,
    },
  ],
  options: {
    'dry-run': { about: 'Show what would be booked and parked, and write nothing.' },
    format: jsonFormat,
    on: {
      value: 'DAY',
      about:
        'Of a report: the day from which its days count, such as `last month`. Default: today.',
    },
  },
  exitCodes: {
    3: 'something of it is parked, or was answered that it cannot be held, or would be; or a report lacks rows that its steps refused',
    1: 'it failed, or could not be read to its end',
  },
  examples: [
    'stockbus run erp-purchase-receipts receipts.csv --dry-run',
    'stockbus run erp-purchase-receipts receipts.csv',
    'stockbus run finance-postings --on 2026-04-01',
  ],
  async run(invocation) {
    const [flowName, path] = invocation.arguments as readonly [string, string?];
    const { folder, workingFolder, env, terminal, options } = invocation;
    const log = lineLog((line) => terminal.err([line]), { format: 'text', level: 'warn' });
    let intakeId: string | undefined;
    // What is told of this file is said at its end.
    const watch = new DeliveryWatch((level, event, fields) => {
      if (event !== 'intake.told' || fields?.intakeId !== intakeId) log(level, event, fields);
    });
    const runtime = systemRuntime(watch.log);
    const isDry = options['dry-run'] !== undefined;
    const loaded = await loadFolder(folder, env, runtime, { soundOnly: true });
    const flow = flowOf(loaded, flowName);
    if (!isDry) terminal.err(leftOutLines(loaded));
    if (flow.direction === 'report') {
      refuseOfReport(flow, path, isDry);
      return runReport(invocation, loaded, flow, runtime);
    }
    if (invocation.options.on !== undefined) throw usageError('--on is for reports');
    if (path === undefined) throw usageError(`the flow '${flow.name}' takes a FILE`);
    const file = await payloadFile(resolve(workingFolder, path), flow.name, runtime.newId());
    intakeId = file.payload.origin.intakeId;
    if (isDry) {
      return dryRun(invocation, loaded, flow, file, runtime);
    }
    const quiet = sayWhenInterrupted(terminal);
    try {
      const { open, alone } = await openForRun(invocation, loaded, runtime);
      try {
        const others = await othersThan(loaded.config, folder, open.store);
        const booked = others.sourcesLeft(await sourcesOfFlows(open.store));
        const hints = sourceHints(loaded, flow, booked);
        (isJson(invocation) ? terminal.err : terminal.out)(hints);
        const { taken, code, lines } = await takeFile(open, flow, file, terminal, runtime);
        if (!isJson(invocation)) terminal.out(lines);
        if (alone) await open.hub.settle(STAGES_MS);
        const { handed = 0 } = taken.receipt;
        const waiting = handed > 0 ? await waitingLines(open.store, flow, intakeId) : [];
        if (isJson(invocation)) await sayJson(terminal, takenFacts(taken, waiting));
        else terminal.out(waiting);
        if (alone) terminal.err(await watch.finish(open, runtime));
        return code;
      } finally {
        await open.close();
      }
    } finally {
      quiet();
    }
  },
};

/** Other flows that cannot run are no reason not to run this one. */
const leftOutLines = ({ leftOut }: LoadedFolder): string[] =>
  leftOut.map(({ name, faults }) => {
    return `The flow '${name}' is left out; \`stockbus lint\` says more: ${formatFault(faults[0]!)}`;
  });

/** What is durable stays, so the process may end at any instant; the user is told what that means. */
function sayWhenInterrupted(terminal: Terminal): () => void {
  const ending = onEndingSignals((signal) => {
    terminal.err([
      '',
      'Stopped before the end. What was published of it is booked by the next run or start; run the same command again for all of it, nothing is booked twice.',
    ]);
    endBy(signal);
  });
  const hangup = onHangup(() =>
    terminal.err(['SIGHUP is ignored: the file is taken in to its end.']),
  );
  return () => {
    ending();
    hangup();
  };
}

function refuseOfReport({ name }: ReportFlow, path: string | undefined, isDry: boolean): void {
  if (path !== undefined)
    throw usageError(`the report '${name}' reads the books, and takes no file`, 'leave out FILE');
  if (isDry) throw usageError(`the report '${name}' books nothing`, `write 'stockbus try ${name}'`);
}

function flowOf({ flows, leftOut }: LoadedFolder, name: string): InboundFlow | ReportFlow {
  const flow = flows.find((candidate) => candidate.name === name);
  if (!flow) refuseBroken(name, leftOut);
  if (flow?.direction === 'continued') throw takesFromFlows(flow);
  if (flow && flow.direction !== 'subscription') return flow;
  if (flow) throw new StockbusError('FLOW_NOT_INBOUND', `the flow '${name}' takes no payloads`);
  const known = flows.filter(({ direction }) => direction === 'inbound').map((f) => f.name);
  const near = nearestName(name, known);
  throw new StockbusError('FLOW_UNKNOWN', `there is no flow '${name}'`, undefined, {
    todo: near ? `did you mean '${near}'?` : `inbound flows: ${known.join(', ') || 'none'}`,
  });
}

/** Records come to it by other flows. */
export function takesFromFlows({ name, from }: ContinuedFlow): StockbusError {
  const message = `the flow '${name}' takes what other flows hand to it`;
  return new StockbusError('FLOW_NOT_INBOUND', message, undefined, {
    todo: `give the payload to ${from.join(' or ')}`,
  });
}

async function takeFile(
  open: OpenHub,
  flow: InboundFlow,
  file: PayloadFile,
  terminal: Terminal,
  runtime: Runtime,
): Promise<{ taken: FileTaken; code: number; lines: string[] }> {
  const meter = new ProgressMeter(terminal, runtime.monotonic);
  const { intakeId } = file.payload.origin;
  const failed = new AbortController();
  let receipt: Receipt | undefined;
  const read = (): number => Math.min(file.bytesRead() / Math.max(1, file.sizeBytes), 1);
  const show = (report: IntakeReport | undefined): void => {
    const { records: rows = 0, parked = 0 } = report ?? {};
    const done = receipt && rows / Math.max(1, receipt.records);
    const isBooking = report !== undefined || receipt !== undefined;
    meter.update(
      isBooking ? { step: 'booking', done, rows, parked } : { step: 'reading', done: read() },
    );
  };
  const since = new Date(runtime.now()).toISOString();
  const booked = whenBooked(open.store, intakeId, runtime, show, failed.signal);
  try {
    receipt = await open.hub.accept(flow.name, { ...file.payload, actor: cliActor() });
  } catch (error) {
    failed.abort(error);
    await booked.catch(() => undefined);
    meter.clear();
    throw error;
  }
  const report = await booked;
  meter.clear();
  const found = await parkedOf(open.store, report, PARKED_SHOWN);
  const parked = await atFieldLines(found, flow, file.path);
  const again = () => payloadFile(file.path, flow.name, runtime.newId());
  const answered = await answeredNow(open.store, flow, report, again, { runtime, since });
  const closed = report.booked > 0 ? await closedBy(open, flow, report) : [];
  const lines = [
    ...summary(flow, report, receipt, { parked, answered }, meter.elapsedMs),
    ...closedLines(closed),
  ];
  const code = exitCode(receipt, report.parked, [...answered.now, ...answered.before]);
  return { taken: { report, receipt, parked, answered }, code, lines };
}

/** What of the period this payload has changed. */
async function closedBy({ store }: OpenHub, flow: InboundFlow, { firstAt }: IntakeReport) {
  const { log } = await store.period();
  return log.filter(({ source, recordedAt }) => source === sourceOf(flow) && recordedAt >= firstAt);
}

function summary(
  flow: InboundFlow,
  report: IntakeReport,
  receipt: Receipt,
  { parked: parkedRecords, answered }: { parked: readonly ParkedRecord[]; answered: AnsweredNow },
  elapsedMs: number,
): string[] {
  const { origin, records, filtered, messages, exists, parked } = report;
  const lines = [
    `${origin.name} through ${origin.flow} in ${formatDuration(elapsedMs)}:`,
    `  ${plural(records, 'record')} read, ${plural(filtered, 'filtered', 'filtered')}, ${plural(messages, 'message')} made`,
    ...droppedLines(receipt, flow),
    ...outcomeLines(report, '', answered),
  ];
  if (messages > 0 && exists === messages && parked === 0 && answered.before.length === 0)
    lines.push('Everything was booked before.');
  if (receipt.refused) lines.push(`The rest could not be read: ${formatFault(receipt.refused)}`);
  for (const hint of receipt.told) lines.push(`  hint: ${formatTold(hint)}`);
  lines.push(...parkedLines(parkedRecords, parked));
  if (parked > 0) lines.push(`What is parked, and why: stockbus parked list --flow ${origin.flow}`);
  return lines;
}
