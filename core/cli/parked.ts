import { formatFault, formatPlace, nearestName, StockbusError } from '../errors.ts';
import type { InboundFlow } from '../flow/compiledFlow.ts';
import { keysOfRead } from '../flow/keysOfRead.ts';
import { type OpenBooks, openBooks } from '../hub/openBooks.ts';
import { loadFolder } from '../hub/openHub.ts';
import { limits } from '../limits.ts';
import type { ParkedRecord } from '../message.ts';
import type { Page } from '../ports.ts';
import { isSettled } from '../reports/settledParked.ts';
import { sideBySide } from '../sideBySide.ts';
import type { CliCommand, Invocation } from './command.ts';
import { usageError } from './command.ts';
import type { Column } from './table.ts';
import { TableWriter } from './table.ts';

const columns: Column<ParkedRecord>[] = [
  { title: 'Id', text: ({ id }) => id },
  { title: 'Flow', text: ({ origin }) => origin.flow },
  { title: 'Payload', text: ({ origin }) => origin.name },
  { title: 'Record', right: true, text: ({ record }) => String(record) },
  { title: 'Stage', text: ({ stage }) => stage },
  { title: 'Why', text: whyOf },
];

export const parked: CliCommand = {
  name: 'parked',
  about:
    'Shows what was refused and waits for somebody to correct it: all of it that was not booked since, or one in full.',
  arguments: [
    { name: 'list|show', about: 'What to show.', choices: ['list', 'show'] },
    { name: 'ID', about: 'Which one to show; an id from the list.', optional: true },
  ],
  options: {
    flow: { value: 'FLOW', about: 'Only what this flow took in.' },
    settled: { about: 'What was booked since, in place of what waits.' },
  },
  examples: [
    'stockbus parked list --flow erp-purchase-receipts',
    'stockbus parked list --settled',
    'stockbus parked show 3f1c0a9be2d44c518f70',
  ],
  async run(invocation) {
    const [action, id] = invocation.arguments;
    if (action === 'show' && id === undefined) {
      throw usageError('ID is missing', 'write stockbus parked show ID');
    }
    if (action === 'list' && id !== undefined) {
      throw usageError(`'${id}' is one argument too many`, `write stockbus parked show ${id}`);
    }
    const opened = await openBooks(invocation.folder, invocation.env);
    try {
      if (id === undefined) await list(opened, invocation);
      else await show(opened, invocation, id);
      return 0;
    } finally {
      await opened.close();
    }
  },
};

/** The first fault in a line: code, field, what happened. */
export function whyOf({ faults }: ParkedRecord): string {
  const [first] = faults;
  if (!first) return '';
  const { field: name } = first.at ?? {};
  const field = name === undefined || first.message.startsWith(name) ? '' : `${name}: `;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return `${first.code} ${field}${first.message}${more}`;
}

async function list({ store }: OpenBooks, invocation: Invocation): Promise<void> {
  const { options, terminal } = invocation;
  const { flow } = options;
  if (flow !== undefined) await refuseUnknown(flow, invocation);
  const table = new TableWriter(columns);
  const isAsked = options.settled !== undefined;
  const keyOf = keysOfRead(flowsOnDemand(invocation));
  let others = 0;
  let after: string | undefined;
  do {
    const page: Page = { limit: limits.pageRows, ...(after === undefined ? {} : { after }) };
    const { rows, next } = await store.parked(flow === undefined ? {} : { flow }, page);
    const areSettled = await sideBySide(rows, limits.readsAtOnce, (row) =>
      isSettled(store, row, keyOf),
    );
    const shown = rows.filter((_, index) => areSettled[index] === isAsked);
    others += rows.length - shown.length;
    terminal.out(table.write(shown));
    after = next;
  } while (after !== undefined);
  const none = isAsked ? 'Nothing that was parked was booked since.' : 'Nothing is parked.';
  terminal.err([table.rows === 0 ? none : 'Each in full: stockbus parked show ID']);
  if (others > 0 && !isAsked) {
    terminal.err([`${others} more ${others === 1 ? 'was' : 'were'} booked since: --settled`]);
  }
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

async function refuseUnknown(flow: string, { folder, env }: Invocation): Promise<void> {
  const { flows } = await loadFolder(folder, env);
  const names = flows.map(({ name }) => name);
  if (names.includes(flow)) return;
  const near = nearestName(flow, names);
  const todo = near === undefined ? {} : { todo: `did you mean '${near}'?` };
  throw new StockbusError('FLOW_UNKNOWN', `there is no flow '${flow}'`, undefined, todo);
}

async function show({ store }: OpenBooks, { terminal }: Invocation, id: string): Promise<void> {
  const record = await store.parkedRecord(id);
  if (!record) {
    throw new StockbusError('PARKED_UNKNOWN', `nothing is parked under '${id}'`);
  }
  const { origin, stage, faults, content, type, source, messageId } = record;
  const facts: [string, string | undefined][] = [
    ['Payload', `${origin.name}, record ${record.record}`],
    ['Flow', origin.flow],
    ['Intake', origin.intakeId],
    ['Refused by', stage === 'intake' ? 'intake (reading or mapping)' : 'the stock rules'],
    ['Message', type && `${type} ${source ?? ''} ${messageId ?? ''}`],
  ];
  for (const [name, value] of facts) {
    if (value !== undefined) terminal.out([`${`${name}:`.padEnd(12)}${value}`]);
  }
  for (const fault of faults) {
    const place = formatPlace(fault.at);
    terminal.out([`${'Fault:'.padEnd(12)}${formatFault({ ...fault, at: {} })}`]);
    if (place) terminal.out([`${' '.repeat(12)}at ${place}`]);
  }
  terminal.out([`${'To do:'.padEnd(12)}${remedyOf(record)}`, 'Content:', ...indented(content)]);
}

/** How it goes on from here, by where it was refused. */
function remedyOf({ stage, origin: { flow } }: ParkedRecord): string {
  const again = `and send it again (stockbus run ${flow} FILE)`;
  return stage === 'intake'
    ? `correct it where it came from, or the flow, ${again}: once a record with its key is booked, this entry is settled, unless no key can be told of it.`
    : `correct what is named, or have the sender do it, ${again}: once it is booked, this entry is settled.`;
}

/** JSON made readable. */
function indented(content: string): string[] {
  try {
    return JSON.stringify(JSON.parse(content), null, 2).split('\n');
  } catch {
    return [content];
  }
}
