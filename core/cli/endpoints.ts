import {
  changeEndpoint,
  type EndpointAction,
  endpointActions,
  endpointNamed,
  endpointNames,
  type ShownEndpoint,
  shownEndpoints,
} from '../deliver/endpointDesk.ts';
import { openBooks } from '../hub/openBooks.ts';
import { loadFolder } from '../hub/openHub.ts';
import { cliActor } from './cliActor.ts';
import { type CliCommand, type Invocation, usageError } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { type Column, TableWriter } from './table.ts';
import { withStore } from './withStore.ts';

const columns: Column<ShownEndpoint>[] = [
  { title: 'Endpoint', text: ({ name }) => name },
  { title: 'State', text: ({ state }) => state },
  { title: 'Since', text: ({ since = '' }) => since },
  { title: 'Attempts', right: true, text: ({ attempts }) => String(attempts) },
  { title: 'Next', text: ({ nextProbe = '' }) => nextProbe },
  {
    title: 'Why',
    wraps: true,
    text: ({ state, paused, lastAnswer }) =>
      state === 'active' ? '' : (paused?.reason ?? lastAnswer?.message ?? ''),
  },
];

const actions = ['list', 'show', ...endpointActions] as const;

export const endpoints: CliCommand = {
  name: 'endpoints',
  about:
    'Shows where flows send, and what takes nothing: since when, why, and when it is asked again; pauses one, resumes it, or has it asked now. What is for it waits in order meanwhile.',
  arguments: [
    {
      name: actions.join('|'),
      about:
        'Show all or one, stop sending to one, send to it again, or ask it now by what waits first.',
      choices: actions,
      optional: true,
    },
    { name: 'NAME', about: 'Which one: FLOW, or FLOW.NAME.', optional: true },
  ],
  options: {
    reason: { value: 'TEXT', about: 'Of pause: why; others see it.' },
    format: jsonFormat,
  },
  exitCodes: { 3: 'one that is shown takes nothing, or is paused' },
  examples: [
    'stockbus endpoints',
    'stockbus endpoints pause webshop --reason "moves to a new address"',
    'stockbus endpoints resume webshop',
  ],
  async run(invocation) {
    const [action = 'list', name] = invocation.arguments;
    const { folder, env } = invocation;
    const { flows } = await loadFolder(folder, env, undefined, { soundOnly: true });
    const names = endpointNames(flows);
    if (action === 'list') {
      if (name !== undefined) {
        const todo = `write stockbus endpoints show ${name}`;
        throw usageError(`'${name}' is one argument too many`, todo);
      }
      return show(invocation, names);
    }
    if (name === undefined) {
      throw usageError('NAME is missing', `write stockbus endpoints ${action} NAME`);
    }
    const endpoint = endpointNamed(names, name);
    if (action === 'show') return show(invocation, [endpoint]);
    return change(invocation, endpoint, action as EndpointAction);
  },
};

async function show(
  invocation: Invocation,
  names: Parameters<typeof shownEndpoints>[1],
): Promise<number> {
  const opened = await openBooks(invocation.folder, invocation.env, undefined, { orEmpty: true });
  try {
    return await say(invocation, await shownEndpoints(opened.store, names));
  } finally {
    await opened.close();
  }
}

async function change(
  invocation: Invocation,
  endpoint: Parameters<typeof changeEndpoint>[2],
  action: EndpointAction,
): Promise<number> {
  const { reason = 'paused by hand' } = invocation.options;
  const asked = { action, by: cliActor(), reason };
  const changed = await withStore(invocation, (store, runtime) =>
    changeEndpoint(store, runtime, endpoint, asked),
  );
  await say(invocation, [changed]);
  return 0;
}

async function say(invocation: Invocation, shown: readonly ShownEndpoint[]): Promise<number> {
  const { terminal } = invocation;
  if (isJson(invocation)) await sayJson(terminal, { endpoints: shown });
  else {
    const table = new TableWriter(columns, terminal);
    terminal.out(table.write([...shown]));
    if (shown.length === 0) terminal.err(['No flow sends anything.']);
  }
  return shown.some(({ state }) => state !== 'active') ? 3 : 0;
}
