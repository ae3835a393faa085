import type { InboundFlow } from '../flow/compiledFlow.ts';
import { keysOfRead } from '../flow/keysOfRead.ts';
import { type OpenBooks, openBooks } from '../hub/openBooks.ts';
import { loadFolder } from '../hub/openHub.ts';
import { ParkedDesk } from '../parked/ParkedDesk.ts';
import type { CliCommand, Invocation } from './command.ts';
import { usageError } from './command.ts';
import { filterOptions, formatOption, jsonLine, workOptions } from './deskOptions.ts';
import { groupColumns, parkedColumns, parkedJson, shownParked } from './parkedLines.ts';
import { parkedQuery } from './parkedQuery.ts';
import { workOnParked } from './parkedWork.ts';
import { refuseUnknownFlow } from './refuseUnknownFlow.ts';
import { TableWriter, tableLines } from './table.ts';

const looks = ['list', 'groups', 'show'] as const;
const works = ['correct', 'replay', 'dismiss', 'assign', 'reopen'] as const;

export const parked: CliCommand = {
  name: 'parked',
  about:
    'What was refused and waits for somebody: all of it that was not booked since, or by causes, or one in full; and what is done about it: it is corrected, sent again, dismissed with a reason, or assigned.',
  arguments: [
    {
      name: [...looks, ...works].join('|'),
      about: 'What to show or to do.',
      choices: [...looks, ...works],
    },
    {
      name: 'ID',
      about:
        'Which one; an id from the list. Without one, replay, dismiss, assign and correct work on all that fit the filter.',
      optional: true,
    },
    {
      name: 'FIELD=VALUE',
      about: 'Of correct: what is to stand in a field, such as Whse=BER or lines[0].sku=A-1.',
      optional: true,
      many: true,
    },
  ],
  options: {
    flow: {
      value: 'FLOW',
      about: 'Only what this flow took in, whether it is still there or not.',
    },
    ...filterOptions,
    field: { value: 'FIELD', about: 'Only where this field is at fault.' },
    file: { value: 'NAME', about: 'Only of the file, or the request, of this name.' },
    settled: { about: 'What was booked since, in place of what waits.' },
    format: formatOption,
    unset: { value: 'FIELD', about: 'Of correct: a field that is not to be there.' },
    record: {
      value: 'FILE',
      about: 'Of correct: a file with the whole record, in JSON, in place of it.',
    },
    'dry-run': {
      about: 'Of replay: show what would be booked, stock and value, and write nothing.',
    },
    ...workOptions,
  },
  exitCodes: { 3: 'something of what was sent again is parked once more, or would be' },
  examples: [
    'stockbus parked list --flow erp-purchase-receipts --find WE-2003',
    'stockbus parked groups',
    'stockbus parked show 3f1c0a9be2d44c518f70',
    'stockbus parked correct 3f1c0a9be2d44c518f70 Whse=BER',
    'stockbus parked replay 3f1c0a9be2d44c518f70 --dry-run',
    'stockbus parked replay --flow erp-purchase-receipts --code LOOKUP_NOT_FOUND --rate 600',
    "stockbus parked dismiss 3f1c0a9be2d44c518f70 --reason 'footer line'",
  ],
  async run(invocation) {
    const [action = '', id, ...more] = invocation.arguments as string[];
    if ((works as readonly string[]).includes(action)) {
      return workOnParked(invocation, action as (typeof works)[number]);
    }
    const isShow = action === 'show';
    if (isShow && id === undefined) {
      throw usageError('ID is missing', 'write stockbus parked show ID');
    }
    const extra = isShow ? more[0] : id;
    if (extra !== undefined) {
      const todo = isShow ? 'write stockbus parked show ID' : `write stockbus parked show ${extra}`;
      throw usageError(`'${extra}' is one argument too many`, todo);
    }
    const opened = await openBooks(invocation.folder, invocation.env);
    try {
      const keyOf = keysOfRead(flowsOnDemand(invocation));
      const desk = new ParkedDesk({ store: opened.store, keyOf });
      if (isShow) await show(desk, invocation, id!);
      else if (action === 'groups') await groups(desk, opened, invocation);
      else await list(desk, opened, invocation);
      return 0;
    } finally {
      await opened.close();
    }
  },
};

async function list(desk: ParkedDesk, { store }: OpenBooks, invocation: Invocation): Promise<void> {
  const { options, terminal } = invocation;
  const query = parkedQuery(invocation);
  const isJson = options.format === 'json';
  const isPlain = options.state === undefined && options.settled === undefined;
  const table = new TableWriter(parkedColumns, terminal);
  let shown = 0;
  let settled = 0;
  // What was booked since is counted where it is not asked for.
  const { state, ...all } = query;
  for await (const entries of desk.pages(isPlain ? all : query)) {
    const rows = entries.filter(({ case: one }) => !isPlain || waits(one.state));
    settled += isPlain ? entries.filter(({ case: one }) => one.state === 'resolved').length : 0;
    shown += rows.length;
    terminal.out(isJson ? rows.map((row) => jsonLine(parkedJson(row))) : table.write(rows));
    await terminal.drained();
  }
  if (shown === 0 && settled === 0 && query.flow !== undefined)
    await refuseUnknownFlow(query.flow, invocation, store);
  const none =
    options.settled === undefined ? noneIn(options) : 'Nothing that was parked was booked since.';
  terminal.err([shown === 0 ? none : 'Each in full: stockbus parked show ID']);
  if (settled > 0)
    terminal.err([`${settled} more ${settled === 1 ? 'was' : 'were'} booked since: --settled`]);
}

const waits = (state: string): boolean => ['open', 'assigned', 'replaying'].includes(state);

const noneIn = ({ state }: Invocation['options']): string =>
  state === undefined || state === 'waiting' ? 'Nothing is parked.' : `Nothing parked is ${state}.`;

async function groups(
  desk: ParkedDesk,
  { store }: OpenBooks,
  invocation: Invocation,
): Promise<void> {
  const { options, terminal } = invocation;
  const query = parkedQuery(invocation);
  const found = await desk.groups(query);
  if (options.format === 'json') terminal.out(found.map(jsonLine));
  else terminal.out(tableLines(groupColumns, found, terminal));
  if (found.length > 0) return;
  if (query.flow !== undefined) await refuseUnknownFlow(query.flow, invocation, store);
  terminal.err(['Nothing is parked.']);
}

async function show(
  desk: ParkedDesk,
  { terminal, options }: Invocation,
  id: string,
): Promise<void> {
  const entry = await desk.entry(id);
  if (options.format === 'json') {
    const { faults, content } = entry.record;
    terminal.out([jsonLine({ ...parkedJson(entry), faults, content, case: entry.case })]);
    return;
  }
  terminal.out(shownParked(entry));
}

/** Only flows of which something is parked are compiled, each once; one that is broken tells no keys. */
function flowsOnDemand({
  folder,
  env,
}: Invocation): (name: string) => Promise<InboundFlow | undefined> {
  const found = new Map<string, Promise<InboundFlow | undefined>>();
  return (name) => {
    const known = found.get(name) ?? load(name);
    found.set(name, known);
    return known;
  };
  async function load(name: string): Promise<InboundFlow | undefined> {
    const takes = (file: string): boolean => file.replace(/^.*\/|\.ya?ml$/g, '') === name;
    const { flows } = await loadFolder(folder, env, undefined, { soundOnly: true, takes });
    return flows.find((flow): flow is InboundFlow => flow.direction === 'inbound');
  }
}
