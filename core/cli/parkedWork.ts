/** What a command does about parked records: about one, or about all that fit a filter. */
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { StockbusError } from '../errors.ts';
import type { InboundFlow } from '../flow/compiledFlow.ts';
import { openBooks } from '../hub/openBooks.ts';
import { loadFolder, type OpenHub, openHub } from '../hub/openHub.ts';
import { whenBooked } from '../hub/whenBooked.ts';
import { isClosed } from '../parked/Cases.ts';
import type { Edits } from '../parked/correction.ts';
import { overAll, type Tally } from '../parked/overAll.ts';
import { ParkedDesk, type ParkedEntry } from '../parked/ParkedDesk.ts';
import { type Rehearsed, ReplayRehearsal } from '../parked/ReplayRehearsal.ts';
import type { KeptParked } from '../ports.ts';
import { type Runtime, systemRuntime } from '../runtime.ts';
import { SpoolFolder } from '../spool/SpoolFolder.ts';
import { cliActor } from './cliActor.ts';
import { type Invocation, usageError } from './command.ts';
import { jsonLine, paceOf, requireFilter, requireReason } from './deskOptions.ts';
import { lineLog } from './log.ts';
import { openForRun } from './openForRun.ts';
import { outcomeLines, outgoingLines, parkedLines } from './outcomeLines.ts';
import { parkedQuery } from './parkedQuery.ts';
import { tallyLines } from './tallyLines.ts';

type Work = 'correct' | 'replay' | 'dismiss' | 'assign' | 'reopen';

const FILTERS = ['flow', 'code', 'field', 'find', 'file', 'since', 'until'];

export async function workOnParked(invocation: Invocation, work: Work): Promise<number> {
  const { folder, env, terminal, options } = invocation;
  const id = idOf(invocation, work);
  if (id === undefined) requireFilter(options, FILTERS);
  const log = lineLog((line) => terminal.err([line]), { format: 'text', level: 'error' });
  const runtime = systemRuntime(log);
  if (work === 'replay') {
    return options['dry-run'] === undefined
      ? replay(invocation, id, runtime)
      : rehearse(invocation, id, runtime);
  }
  const does = await workOf(invocation, work);
  // What a flow of another file has wrong keeps nobody from working on these.
  const loaded = await loadFolder(folder, env, runtime, { soundOnly: true });
  const open = await openHub(folder, env, runtime, { loaded, roles: [] });
  try {
    const those = { desk: open.hub.desk.parked, id, invocation, runtime };
    const tally = await overThose(those, (entry) => does(open, entry));
    terminal.out(tallyLines(tally, options, `${doneWords[work]}.`));
    return tally.failed > 0 ? 1 : 0;
  } finally {
    await open.close();
  }
}

const doneWords = {
  correct: 'corrected: stockbus parked replay sends them again',
  dismiss: 'dismissed',
  assign: 'assigned',
  reopen: 'open again',
} as const;

/** Only the first argument behind the action can be an id, and a correction of many has none. */
function idOf({ arguments: [, id, ...more] }: Invocation, work: Work): string | undefined {
  const isField = id !== undefined && work === 'correct' && id.includes('=');
  if (work !== 'correct' && more.length > 0) {
    throw usageError(`'${more[0]}' is one argument too many`, 'one ID, or a filter');
  }
  return isField ? undefined : id;
}

async function workOf(
  invocation: Invocation,
  work: Exclude<Work, 'replay'>,
): Promise<(open: OpenHub, entry: ParkedEntry) => Promise<unknown>> {
  const { options } = invocation;
  const by = cliActor();
  if (work === 'reopen') return ({ hub }, { record }) => hub.desk.parked.reopen(record.id, by);
  if (work === 'dismiss') {
    const reason = requireReason(options);
    return ({ hub }, { record }) => hub.desk.parked.dismiss(record.id, by, reason);
  }
  if (work === 'assign') {
    const { to } = options;
    if (to === undefined) throw usageError('--to is missing', 'say to whom it is assigned');
    return ({ hub }, { record }) => hub.desk.parked.assign(record.id, by, to);
  }
  const edits = await editsOf(invocation);
  return ({ hub }, { record }) => hub.desk.parked.correct(record.id, by, edits);
}

async function editsOf({
  arguments: [, ...given],
  options: { unset, record },
  workingFolder,
}: Invocation): Promise<Edits> {
  const fields = given.filter((one): one is string => one?.includes('=') === true);
  const wrong = given.slice(1).find((one) => one !== undefined && !one.includes('='));
  if (wrong !== undefined) throw usageError(`'${wrong}' is no FIELD=VALUE`);
  const set = fields.map((one): [string, string] => {
    const at = one.indexOf('=');
    return [one.slice(0, at), one.slice(at + 1)];
  });
  const gone: [string, undefined][] = unset === undefined ? [] : [[unset, undefined]];
  if (record === undefined && set.length + gone.length === 0) {
    throw usageError('nothing to correct', 'write FIELD=VALUE, --unset FIELD or --record FILE');
  }
  const value = record === undefined ? undefined : await jsonIn(resolve(workingFolder, record));
  return { set: [...set, ...gone], ...(value === undefined ? {} : { value }) };
}

async function jsonIn(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? `is no JSON: ${error.message}` : 'cannot be read';
    throw new StockbusError('FILE_UNREADABLE', `${path} ${why}`, undefined, { cause: error });
  }
}

interface Those {
  desk: ParkedDesk;
  /** Left out: all that fit the filter and wait. */
  id: string | undefined;
  invocation: Invocation;
  runtime: Runtime;
}

/** Throws the fault of the only one; of several the others go on. */
async function overThose(
  { desk, id, invocation, runtime }: Those,
  work: (entry: ParkedEntry) => Promise<unknown>,
): Promise<Tally> {
  const onOne = async (one: string): Promise<unknown> => work(await desk.entry(one));
  if (id === undefined) {
    const pace = paceOf(invocation.options);
    return overAll(desk.ids(parkedQuery(invocation)), onOne, pace, runtime);
  }
  await onOne(id);
  return { done: 1, failed: 0, left: 0 };
}

async function replay(
  invocation: Invocation,
  id: string | undefined,
  runtime: Runtime,
): Promise<number> {
  const { folder, env, terminal, options } = invocation;
  const loaded = await loadFolder(folder, env, runtime);
  const { open } = await openForRun(invocation, loaded, runtime);
  const { desk } = open.hub;
  let again = 0;
  const sent: { entry: ParkedEntry; intakeId: string }[] = [];
  try {
    const one = async (entry: ParkedEntry): Promise<void> => {
      const { origin } = await desk.replay.replay(entry.record, cliActor());
      sent.push({ entry, intakeId: origin.intakeId });
    };
    const tally = await overThose({ desk: desk.parked, id, invocation, runtime }, one);
    for (const { entry, intakeId } of sent) {
      const report = await whenBooked(open.store, intakeId, runtime);
      const [now] = await desk.parked.entries([entry.record]);
      const after = now && (await desk.replay.outcome(entry.record, now.case));
      if (report.parked > 0) again += 1;
      if (options.format === 'json') {
        terminal.out([jsonLine({ id: entry.record.id, intakeId, ...report, state: after?.state })]);
      }
    }
    const parkedAgain = again > 0 ? `; ${again} of them parked again: stockbus parked list` : '';
    terminal.out(tallyLines(tally, options, `sent again${parkedAgain}.`));
    return tally.failed > 0 ? 1 : again > 0 ? 3 : 0;
  } finally {
    await open.close();
  }
}

async function rehearse(
  invocation: Invocation,
  id: string | undefined,
  runtime: Runtime,
): Promise<number> {
  const { folder, env, terminal, options } = invocation;
  const loaded = await loadFolder(folder, env, runtime, { soundOnly: true });
  const { store, close } = await openBooks(folder, env, runtime);
  const { answers, config } = loaded;
  answers.use(async () => ({ store, policy: config.stock }));
  const spoolPath = join(tmpdir(), `stockbus-dry-run-${runtime.newId()}`);
  const parts = {
    store,
    runtime,
    policy: config.stock,
    spool: new SpoolFolder(spoolPath, runtime),
    flows: loaded.flows,
  };
  const would = { booked: 0, exists: 0, parked: 0 };
  try {
    const those = { desk: new ParkedDesk({ store }), id, invocation, runtime };
    const tally = await overThose(those, async (entry) => {
      const { record, case: one } = entry;
      if (isClosed(one.state)) {
        throw new StockbusError('CASE_CLOSED', `'${record.id}' is ${one.state}`);
      }
      const flow = loaded.flows.find(
        (found): found is InboundFlow =>
          found.direction === 'inbound' && found.name === record.origin.flow,
      );
      const rehearsal = new ReplayRehearsal(parts);
      await rehearsal.add(record, one.content ?? record.content, flow);
      const tried = await rehearsal.finish();
      for (const what of ['booked', 'exists', 'parked'] as const)
        would[what] += tried.outcome[what];
      terminal.out(
        options.format === 'json'
          ? [jsonLine(rehearsedJson(record.id, tried))]
          : rehearsedLines(record, tried),
      );
    });
    const sums = id === undefined ? `, each by itself: ${allOf(would)}` : '';
    terminal.out(tallyLines(tally, options, `tried${sums}; nothing was written.`));
    return tally.failed > 0 ? 1 : would.parked > 0 ? 3 : 0;
  } finally {
    await rm(spoolPath, { recursive: true, force: true });
    answers.close();
    await close();
  }
}

const allOf = ({ booked, exists, parked }: Record<'booked' | 'exists' | 'parked', number>) =>
  `${booked} would be booked, ${exists} booked before, ${parked} would be parked`;

function rehearsedJson(id: string, rehearsed: Rehearsed): object {
  const { refusals, outcome, stock, values, outgoing } = rehearsed;
  const faults = [...rehearsed.faults, ...refusals];
  const { booked, exists, parked } = outcome;
  return { id, booked, exists, parked, faults, stock, values, outgoing };
}

function rehearsedLines(
  { id, origin }: KeptParked,
  { outcome, stock, values, outgoing }: Rehearsed,
): string[] {
  const named = ({ sku, location, lot, status }: Rehearsed['stock'][number]): string =>
    [sku, location, lot, status === 'available' ? '' : status].filter(Boolean).join(' ');
  return [
    `${id} would be sent again through ${origin.flow}:`,
    ...outcomeLines(outcome, 'would be '),
    ...stock.map((one) => `  stock of ${named(one)}: ${one.from} -> ${one.to}`),
    ...values.map(({ sku, pool, from, to }) => `  value of ${sku} in ${pool}: ${from} -> ${to}`),
    ...outgoingLines(outgoing),
    ...parkedLines(outcome.parkedSamples, outcome.parked),
  ];
}
