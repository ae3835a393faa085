/** How a parked record and what was done about it look to a person. */
import { formatFault, formatPlace } from '../errors.ts';
import type { RefusedContent } from '../intake/parkRefused.ts';
import type { ParkedRecord } from '../message.ts';
import { type Case, type CaseLine, isClosed } from '../parked/Cases.ts';
import type { ParkedEntry, ParkedGroup } from '../parked/ParkedDesk.ts';
import { isOfFile } from '../parked.ts';
import type { RecordValue } from '../ports.ts';
import type { Column } from './table.ts';

export const parkedColumns: Column<ParkedEntry>[] = [
  { title: 'Id', text: ({ record }) => record.id },
  { title: 'Parked', text: ({ record }) => record.parkedAt.slice(0, 19) },
  { title: 'Flow', text: ({ record }) => record.origin.flow },
  { title: 'Payload', text: ({ record }) => record.origin.name },
  { title: 'Record', right: true, text: ({ record }) => whichOf(record) },
  { title: 'Key', text: ({ record }) => record.messageId ?? '' },
  { title: 'Stage', text: ({ record }) => record.stage },
  { title: 'State', text: ({ case: one }) => stateText(one) },
  { title: 'Why', wraps: true, text: ({ record }) => whyOf(record) },
];

export const groupColumns: Column<ParkedGroup>[] = [
  { title: 'Number', right: true, text: ({ count }) => String(count) },
  { title: 'Flow', text: ({ flow }) => flow },
  { title: 'Code', text: ({ code }) => code },
  { title: 'Field', text: ({ field }) => field },
  { title: 'First', text: ({ first }) => first.slice(0, 19) },
  { title: 'Last', text: ({ last }) => last.slice(0, 19) },
  { title: 'For example', wraps: true, text: ({ message }) => message },
];

export const stateText = ({ state, assignee }: Case): string =>
  state === 'assigned' ? `assigned to ${assignee}` : state;

const whichOf = ({ stage, record }: ParkedRecord): string =>
  stage === 'payload' ? 'all' : String(record);

const refusedBy: Readonly<Record<ParkedRecord['stage'], string>> = {
  payload: 'intake, as a whole: nothing of it was taken in',
  intake: 'intake (reading or mapping)',
  apply: 'the stock rules',
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

export const parkedJson = ({ record, case: one }: ParkedEntry): RecordValue => ({
  ...{ id: record.id, parkedAt: record.parkedAt, flow: record.origin.flow },
  ...{ name: record.origin.name, intakeId: record.origin.intakeId, record: String(record.record) },
  ...{ stage: record.stage, type: record.type ?? '', messageId: record.messageId ?? '' },
  ...{ code: record.faults[0]?.code ?? '', message: record.faults[0]?.message ?? '' },
  ...{ state: one.state, assignee: one.assignee ?? '' },
});

export function shownParked({ record, case: one }: ParkedEntry): string[] {
  const { origin, stage, faults, content, type, source, messageId, parkedAt } = record;
  const facts: [string, string | undefined][] = [
    ['Payload', stage === 'payload' ? origin.name : `${origin.name}, record ${record.record}`],
    ['Flow', origin.flow],
    ['Intake', origin.intakeId],
    ['Parked', parkedAt],
    ['Refused by', refusedBy[stage]],
    ['Message', type && `${type} ${source ?? ''} ${messageId ?? ''}`],
    ['State', stateText(one)],
  ];
  return [
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [labelled(name, value)])),
    ...faults.flatMap((fault) => {
      const place = formatPlace(fault.at);
      const line = labelled('Fault', formatFault({ ...fault, at: {} }));
      return place ? [line, `${' '.repeat(12)}at ${place}`] : [line];
    }),
    ...doneLines(one),
    labelled('To do', isClosed(one.state) ? doneWith(record.id, one) : remedyOf(record)),
    'Content:',
    ...indented(content),
    ...(one.content === undefined ? [] : ['As corrected:', ...indented(one.content)]),
  ];
}

/** What was done, a line each, and fields that were corrected below. */
export const doneLines = ({ log }: Case): string[] =>
  log.flatMap((line) => [
    labelled('Done', `${line.at} ${line.by} ${doneText(line)}`),
    ...(line.changes ?? []).map(
      ({ path, from = 'nothing', to = 'nothing' }) => `${' '.repeat(12)}${path}: ${from} -> ${to}`,
    ),
  ]);

function doneText({ did, to, reason, intakeId }: CaseLine): string {
  const whom = to === undefined ? '' : did === 'assigned' ? ` to ${to}` : ` as ${to}`;
  const how = intakeId === undefined ? '' : ` (intake ${intakeId})`;
  return `${did}${whom}${how}${reason === undefined ? '' : `: ${reason}`}`;
}

export const labelled = (name: string, value: string): string => `${`${name}:`.padEnd(12)}${value}`;

const doneWith = (id: string, { state }: Case): string =>
  `nothing: it is ${state} (to work on it again: stockbus parked reopen ${id})`;

/** How it goes on from here, by where it was refused. */
function remedyOf(record: ParkedRecord): string {
  const { id, stage, content, origin } = record;
  const { flow } = origin;
  if (isOfFile(record)) {
    const { place = 'its source' } = JSON.parse(content) as RefusedContent;
    return `correct the flow, or the file as it lies there (${place}), then: stockbus parked replay ${id}. Or have the sender send it again: once the same content is taken in, or the next file of a name that had never come before, this entry is resolved.`;
  }
  const here = `do both here (stockbus parked correct ${id} FIELD=VALUE, stockbus parked replay ${id})`;
  const again = `and send it again (stockbus run ${flow} FILE)`;
  return stage === 'intake'
    ? `correct it where it came from, or the flow, ${again}, or ${here}: once a record with its key is booked, this entry is settled, unless no key can be told of it.`
    : `correct what is named, or have the sender do it, ${again}, or ${here}: once it is booked, this entry is settled.`;
}

/** JSON made readable. */
function indented(content: string): string[] {
  try {
    return JSON.stringify(JSON.parse(content), null, 2).split('\n');
  } catch {
    return [content];
  }
}
