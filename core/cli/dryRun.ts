/** What a file would do, without writing any of it. */

import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sourcesOfFlows } from '../deployment/sourcesOfFlows.ts';
import { formatFault, formatTold } from '../errors.ts';
import type { InboundFlow } from '../flow/compiledFlow.ts';
import { openBooks } from '../hub/openBooks.ts';
import type { LoadedFolder } from '../hub/openHub.ts';
import { takeIn } from '../intake.ts';
import type { Receipt } from '../ports.ts';
import { outgoingOf, type RehearsedDelivery } from '../rehearsal/outgoingOf.ts';
import type { RehearsalOutcome } from '../rehearsal.ts';
import { Rehearsal } from '../rehearsal.ts';
import type { Runtime } from '../runtime.ts';
import { SpoolFolder } from '../spool/SpoolFolder.ts';
import { answeredNow } from './answeredNow.ts';
import { closedLines } from './closedLines.ts';
import type { Invocation } from './command.ts';
import { atFieldLines } from './fieldLines.ts';
import { isJson, sayJson } from './jsonFormat.ts';
import {
  type AnsweredNow,
  droppedLines,
  exitCode,
  outcomeLines,
  outgoingLines,
  parkedLines,
} from './outcomeLines.ts';
import { type PayloadFile, payloadFile } from './payloadFile.ts';
import { plural } from './plural.ts';
import { sourceHints } from './sourceHints.ts';

export async function dryRun(
  invocation: Invocation,
  loaded: LoadedFolder,
  flow: InboundFlow,
  file: PayloadFile,
  runtime: Runtime,
): Promise<number> {
  const { folder, env, terminal } = invocation;
  const { config, answers } = loaded;
  const { store, close } = await openBooks(folder, env, runtime, { orEmpty: true });
  // Not in the data folder, where nothing is written.
  const spoolPath = join(tmpdir(), `stockbus-dry-run-${runtime.newId()}`);
  answers.use(async () => ({ store, policy: config.stock }));
  try {
    const broker = new Rehearsal(store, runtime, config.stock);
    const spool = new SpoolFolder(spoolPath, runtime);
    const hints = sourceHints(loaded, flow, await sourcesOfFlows(store));
    (isJson(invocation) ? terminal.err : terminal.out)(hints);
    const receipt = await takeIn({ broker, runtime, partitions: 1, spool }, flow, file.payload);
    const { outcome } = broker;
    const again = () => payloadFile(file.path, flow.name, runtime.newId());
    const { before } = await answeredNow(store, flow, outcome, again, { runtime, since: '~' });
    const now = outcome.answered;
    const parkedSamples = await atFieldLines(outcome.parkedSamples, flow, file.path);
    const outgoing = await outgoingOf(loaded.flows, outcome);
    const shown = { ...outcome, parkedSamples, outgoing };
    if (isJson(invocation)) await sayJson(terminal, factsOf(receipt, shown));
    else terminal.out(describe(flow, receipt, shown, { now, before }));
    return exitCode(receipt, outcome.parked, [...now, ...before]);
  } finally {
    await rm(spoolPath, { recursive: true, force: true });
    answers.close();
    await close();
  }
}

type Shown = RehearsalOutcome & { outgoing: RehearsedDelivery[] };

/** The same for programs. */
function factsOf(
  { origin, records, filtered, droppedParts = 0, passedOver = {}, told, refused }: Receipt,
  { messages, booked, exists, parked, answers, parkedSamples, samples, closed, outgoing }: Shown,
): object {
  return {
    ...{ dryRun: true, flow: origin.flow, file: origin.name },
    ...{ records, filtered, droppedParts, passedOver, messages: Object.fromEntries(messages) },
    ...{ booked, exists, parked, answers, closed },
    parkedFirst: parkedSamples.map(({ record, stage, faults }) => ({ record, stage, faults })),
    samples: samples.map(({ id, type, data }) => ({ id, type, data })),
    // Of the first events.
    outgoing,
    ...{ hints: told, refused: refused ?? null },
  };
}

function describe(
  flow: InboundFlow,
  receipt: Receipt,
  outcome: Shown,
  answered: AnsweredNow,
): string[] {
  const { origin, records, filtered, told, refused } = receipt;
  const { messages, samples, parked, parkedSamples } = outcome;
  const lines = [
    `Dry run of ${origin.name} through ${origin.flow}; nothing was written.`,
    `  ${plural(records, 'record')} read, ${plural(filtered, 'filtered', 'filtered')}`,
    ...droppedLines(receipt, flow),
    ...[...messages].map(([type, count]) => `  ${plural(count, 'message')} ${type}`),
    ...outcomeLines(outcome, 'would be ', answered),
    ...closedLines(outcome.closed),
  ];
  if (refused) lines.push(`The rest could not be read: ${formatFault(refused)}`);
  for (const hint of told) lines.push(`  hint: ${formatTold(hint)}`);
  lines.push(...parkedLines(parkedSamples, parked));
  for (const { id, type, data } of samples) {
    lines.push('', `${type} ${id}`, ...JSON.stringify(data, null, 2).split('\n'));
  }
  if (outcome.outgoing.length > 0)
    lines.push('', 'Of the first events:', ...outgoingLines(outcome.outgoing));
  return lines;
}
