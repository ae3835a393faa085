import { DeliveryWatch } from '../hub/DeliveryWatch.ts';
import { openBooks } from '../hub/openBooks.ts';
import { loadFolder, openHub } from '../hub/openHub.ts';
import { DeadDesk, type DeadEntry, type DeadQuery } from '../parked/DeadDesk.ts';
import { thingsIn } from '../parked/keptLetter.ts';
import { overAll } from '../parked/overAll.ts';
import type { RecordValue } from '../ports.ts';
import { systemRuntime } from '../runtime.ts';
import { cliActor } from './cliActor.ts';
import { type CliCommand, type Invocation, usageError } from './command.ts';
import {
  filterOptions,
  formatOption,
  jsonLine,
  momentOf,
  paceOf,
  requireFilter,
  requireReason,
  stateOf,
  workOptions,
} from './deskOptions.ts';
import { lineLog } from './log.ts';
import { openForRun } from './openForRun.ts';
import { doneLines, labelled, stateText } from './parkedLines.ts';
import { type Column, TableWriter } from './table.ts';
import { tallyLines } from './tallyLines.ts';

const columns: Column<DeadEntry>[] = [
  { title: 'Id', text: ({ letter }) => letter.id },
  { title: 'Died', text: ({ letter }) => letter.deadAt.slice(0, 19) },
  { title: 'For', text: ({ to }) => to },
  { title: 'Records', right: true, text: ({ letter }) => String(letter.records) },
  { title: 'State', text: ({ case: one }) => stateText(one) },
  { title: 'Why', wraps: true, text: ({ letter }) => letter.reason },
];

const actions = ['list', 'show', 'replay', 'dismiss', 'assign'] as const;
const FILTERS = ['flow', 'code', 'find', 'since', 'until'];

export const dead: CliCommand = {
  name: 'dead',
  about:
    'What could not be delivered, and is tried no more: to whom, why, and what is in it. It is sent again to that subscriber alone, or dismissed with a reason.',
  arguments: [
    { name: actions.join('|'), about: 'What to show or to do.', choices: actions },
    {
      name: 'ID',
      about:
        'Which one; an id from the list. Without one, replay, dismiss and assign work on all that fit the filter.',
      optional: true,
    },
  ],
  options: {
    flow: {
      value: 'FLOW',
      about: 'Only what was for this subscriber: FLOW, or FLOW.NAME of several.',
    },
    ...filterOptions,
    format: formatOption,
    ...workOptions,
  },
  examples: [
    'stockbus dead list --flow stock-feed-webshop',
    'stockbus dead show 3f1c0a9be2d44c518f70',
    'stockbus dead replay --flow stock-feed-webshop --rate 600',
    "stockbus dead dismiss 3f1c0a9be2d44c518f70 --reason 'told by phone'",
  ],
  async run(invocation) {
    const [action, id] = invocation.arguments;
    if (action === 'show' && id === undefined) {
      throw usageError('ID is missing', 'write stockbus dead show ID');
    }
    if (action === 'list' && id !== undefined) {
      throw usageError(`'${id}' is one argument too many`, `write stockbus dead show ${id}`);
    }
    if (action !== 'list' && action !== 'show') return work(invocation, action as Work);
    const opened = await openBooks(invocation.folder, invocation.env);
    try {
      const desk = new DeadDesk({ store: opened.store });
      if (action === 'list') await list(desk, invocation);
      else await show(desk, invocation, id!);
      return 0;
    } finally {
      await opened.close();
    }
  },
};

type Work = 'replay' | 'dismiss' | 'assign';

function queryOf({ options }: Invocation): DeadQuery {
  const { flow: to, code, find } = options;
  const said = Object.entries({ to, code, find }).filter(([, value]) => value !== undefined);
  const state = stateOf(options);
  return {
    ...Object.fromEntries(said),
    ...momentOf(options, 'since'),
    ...momentOf(options, 'until'),
    ...(state === undefined ? {} : { state }),
  };
}

async function list(desk: DeadDesk, invocation: Invocation): Promise<void> {
  const { options, terminal } = invocation;
  const table = new TableWriter(columns, terminal);
  let shown = 0;
  for await (const rows of desk.pages(queryOf(invocation))) {
    shown += rows.length;
    const isJson = options.format === 'json';
    terminal.out(isJson ? rows.map((row) => jsonLine(deadJson(row))) : table.write(rows));
    await terminal.drained();
  }
  const none = 'There are no dead letters of that kind.';
  terminal.err([shown === 0 ? none : 'Each in full: stockbus dead show ID']);
}

const deadJson = ({ letter, to, case: one }: DeadEntry): RecordValue => {
  const { id, deadAt, messageId, code, reason, records, bytes } = letter;
  const state = { state: one.state, assignee: one.assignee ?? '' };
  return {
    id,
    deadAt,
    to,
    messageId,
    code,
    reason,
    ...{ records, bytes },
    ...state,
  } as RecordValue;
};

async function show(desk: DeadDesk, { terminal, options }: Invocation, id: string): Promise<void> {
  const entry = await desk.entry(id);
  const { letter, to, case: one } = entry;
  const things = thingsIn(letter.queue, letter.body);
  if (options.format === 'json') {
    terminal.out([
      jsonLine({ ...deadJson(entry), queue: letter.queue, content: things, case: one }),
    ]);
    return;
  }
  terminal.out([
    labelled('For', to),
    labelled('Message', letter.messageId),
    labelled('Died', letter.deadAt),
    labelled('Why', letter.reason),
    labelled('State', stateText(one)),
    ...doneLines(one),
    labelled('To do', `once the other side takes it: stockbus dead replay ${id}`),
    labelled('Content', things.length === 0 ? `${letter.bytes} bytes that cannot be read` : ''),
    ...things.flatMap((thing) => JSON.stringify(thing, null, 2).split('\n')),
  ]);
}

async function work(invocation: Invocation, action: Work): Promise<number> {
  const {
    folder,
    env,
    terminal,
    options,
    arguments: [, id],
  } = invocation;
  if (id === undefined) requireFilter(options, FILTERS);
  const reason = action === 'dismiss' ? requireReason(options) : '';
  const { to = '' } = options;
  if (action === 'assign' && to === '') throw usageError('--to is missing', 'say to whom');
  const pace = paceOf(options);
  const log = lineLog((line) => terminal.err([line]), { format: 'text', level: 'error' });
  const watch = new DeliveryWatch(log);
  const runtime = systemRuntime(watch.log);
  const isReplay = action === 'replay';
  const loaded = await loadFolder(folder, env, runtime, isReplay ? undefined : { soundOnly: true });
  const { open, alone } = isReplay
    ? await openForRun(invocation, loaded, runtime)
    : { open: await openHub(folder, env, runtime, { loaded, roles: [] }), alone: false };
  try {
    const desk = open.hub.desk.dead;
    const by = cliActor();
    const onOne = (letter: string): Promise<unknown> => {
      if (action === 'replay') return desk.replay(letter, by);
      if (action === 'dismiss') return desk.dismiss(letter, by, reason);
      return desk.assign(letter, by, to);
    };
    if (id !== undefined) await onOne(id);
    const tally =
      id === undefined
        ? await overAll(desk.ids(queryOf(invocation)), onOne, pace, runtime)
        : { done: 1, failed: 0, left: 0 };
    if (alone) terminal.err(await watch.finish(open, runtime));
    terminal.out(tallyLines(tally, options, `${doneWords[action]}.`, 'letter'));
    return tally.failed > 0 ? 1 : 0;
  } finally {
    await open.close();
  }
}

const doneWords = {
  replay: 'on the way again: what fails once more is listed anew',
  dismiss: 'dismissed',
  assign: 'assigned',
} as const;
