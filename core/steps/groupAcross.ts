import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type {
  FlowRecord,
  LeavingRecord,
  Stage,
  StageAnswer,
  StageArrival,
  StagedRecord,
  StageKept,
  StageSpec,
} from '../ports.ts';
import {
  checked,
  choice,
  duration,
  expression,
  isObject,
  optional,
  record as recordOf,
} from '../spec.ts';
import { asText } from './asText.ts';
import { groupedShape, refuseWithoutLines } from './group.ts';
import { type DocumentFields, OpenDocument } from './openDocument.ts';
import { memberOf } from './split.ts';
import { stagedRecord } from './stagedRecord.ts';
import { stagedTime } from './stagedTime.ts';
import { stageName } from './stageName.ts';

interface GroupOptions {
  by: string;
  across: 'payloads';
  member?: string | undefined;
  complete: { size?: string | undefined; when?: string | undefined; after: number };
  differ: 'park' | 'first';
  missing: 'park' | 'keep';
  late: 'park' | 'new';
  name?: string | undefined;
}

/** How much has come under one `by`: its records are the members. */
interface Gathered {
  by: string;
  count: number;
  /** So many are wanted, where a record said so. */
  size?: number;
  isClosed?: true;
  until: string;
}

export const groupAcross: StageSpec<GroupOptions> = {
  name: 'group',
  about:
    'With `across: payloads` the same of records of several payloads: they are kept in the store until the document is complete, by the number of its records, by a record that says so, or, with neither, when nothing more has come for a time. A record that comes again in the same payload counts once. For a day after it was complete the document is remembered.',
  options: checked(
    recordOf('How records of several payloads belong together.', {
      by: expression('What records of one document have in common, such as `document`.'),
      across: choice('Whose records: those of several payloads.', ['payloads']),
      member: optional(
        expression(
          'What tells records of one document apart: of two with the same one counts. Left out, each record of each payload counts, also of a file that is sent again. `$payload.sha256 & "/" & $row` knows a row by its place in a file of the same content.',
        ),
      ),
      complete: recordOf('When a document is complete.', {
        size: optional(
          expression('With so many records: a number, or a field of the record that has it.'),
        ),
        when: optional(expression('With a record for which this is true, such as `last = "Y"`.')),
        after: duration(
          'How long after its last record it is waited for more: then it is complete, where neither `size` nor `when` says otherwise.',
        ),
      }),
      differ: optional(
        choice('When they disagree in a field of the document: park it, or take the first.', [
          'park',
          'first',
        ]),
        'park',
      ),
      missing: optional(
        choice(
          'What becomes of one that is not complete by then: its records are parked (`GROUP_INCOMPLETE`), or it goes on as it is.',
          ['park', 'keep'],
        ),
        'park',
      ),
      late: optional(
        choice(
          'What becomes of a record whose document is complete: it is parked (`GROUP_LATE`), or begins a new one.',
          ['park', 'new'],
        ),
        'park',
      ),
      name: stageName,
    }),
    ({ complete: { size, when } }) =>
      size !== undefined && when !== undefined
        ? "'complete' takes either 'size' or 'when'"
        : undefined,
  ),
  examples: [
    'group: { by: document, across: payloads, complete: { size: total, after: 2h } }',
    'group: { by: order, across: payloads, complete: { after: 10m }, late: new }',
  ],
  called: ({ name }) => name,
  means: (options) => isObject(options) && 'across' in options,
  shape: (_options, before, tools) => groupedShape(undefined, before, tools),
  inputs({ by, member, complete: { size, when } }, { path }) {
    const inputs = { key: { expression: by, path: [...path, 'by'] } };
    return {
      ...inputs,
      ...(member === undefined
        ? {}
        : { member: { expression: member, path: [...path, 'member'] } }),
      ...(size === undefined
        ? {}
        : { size: { expression: size, path: [...path, 'complete', 'size'] } }),
      ...(when === undefined ? {} : { when: { test: when, path: [...path, 'complete', 'when'] } }),
    };
  },
  make(options, place): Stage<Gathered, StagedRecord> {
    refuseWithoutLines(place);
    const fields = { ...place.target, first: options.differ === 'first' };
    const { complete } = options;
    const isOpenEnded = complete.size === undefined && complete.when === undefined;
    return {
      idOf,
      arrive: (kept, arrival, now) => arrive(kept, arrival, { options, fields, now }),
      waiting: ({ isClosed, count }) => (isClosed ? 0 : count),
      dueAt: ({ until }) => until,
      due({ state, members }, now) {
        if (state.until > now) return { state, out: [] };
        if (state.isClosed) return { out: [] };
        if (!members) return 'members';
        const records = [...members.values()];
        const goesOn = isOpenEnded || options.missing === 'keep';
        const out = goesOn ? documentOf(state.by, records, fields) : incomplete(records, state);
        return { state: closed(state, now), left: [...members.keys()], out };
      },
    };
  },
  recordOf: (member: StagedRecord) => member,
};

interface Around {
  options: GroupOptions;
  fields: DocumentFields;
  now: string;
}

function arrive(
  { state: before, members, isKnown }: StageKept<Gathered, StagedRecord>,
  arrival: StageArrival,
  { options, fields, now }: Around,
): StageAnswer<Gathered, StagedRecord> {
  if (before && isKnown) return { state: before, out: [] };
  const id = idOf(arrival);
  const record = stagedRecord(arrival);
  if (before?.isClosed && options.late === 'park') {
    const message = `the document '${arrival.key}' was complete before it came`;
    return {
      state: before,
      adds: [{ id }],
      out: [{ ...record, faults: [{ code: 'GROUP_LATE', message }] }],
    };
  }
  const open = before?.isClosed ? undefined : before;
  const size = sizeOf(arrival) ?? open?.size;
  const count = (open?.count ?? 0) + 1;
  if (count > limits.documentLines) {
    const message = `document ${arrival.key} has more than ${limits.documentLines} records`;
    throw new StockbusError('PAYLOAD_TOO_LARGE', message);
  }
  const state: Gathered = {
    ...{ by: arrival.key, count },
    ...(size === undefined ? {} : { size }),
    until: stagedTime(now, options.complete.after),
  };
  const isComplete = arrival.given.when === true || (size !== undefined && count >= size);
  if (!isComplete) return { state, adds: [{ id, value: record }], out: [] };
  if (open && !members) return 'members';
  const earlier = open && members ? members : new Map<string, StagedRecord>();
  const out = documentOf(arrival.key, [...earlier.values(), record], fields);
  return { state: closed(state, now), adds: [{ id }], left: [...earlier.keys()], out };
}

const idOf = ({ id, given: { member } }: StageArrival): string =>
  member === undefined ? id : `member ${asText(member, "the 'member' of the group")}`;

function sizeOf({ given: { size } }: StageArrival): number | undefined {
  if (size === undefined || size === null || size === '') return undefined;
  const count = Number(size);
  if (Number.isSafeInteger(count) && count > 0) return count;
  const message = `'size' of the group gives ${JSON.stringify(size)}, which is no number of records`;
  throw new StockbusError('RECORD_INVALID', message);
}

/** That the document of what has come has gone. */
const closed = ({ by, count }: Gathered, now: string): Gathered => ({
  ...{ by, count, isClosed: true },
  until: stagedTime(now, limits.stageForgetMs),
});

function documentOf(
  by: string,
  records: readonly StagedRecord[],
  fields: DocumentFields,
): LeavingRecord[] {
  const [first] = records as [StagedRecord];
  const document = new OpenDocument(by, fields);
  const made: LeavingRecord[] = [];
  const emit = (whole: FlowRecord): void => {
    const { value, members = [], faults } = whole;
    const names = [...new Set(records.map(({ origin }) => origin.name))];
    const origin = { ...first.origin, name: names.slice(0, FILES_NAMED).join(', ') };
    made.push({ ...first, origin, value, members, ...(faults ? { faults } : {}) });
  };
  for (const { value, source, record, line, origin, members } of records) {
    const row: FlowRecord = { value, source, record };
    if (line !== undefined) row.line = line;
    const read = members ?? [memberOf(row)];
    row.members = read.map((member) => ({ file: origin.name, ...member }));
    document.add(row, emit);
  }
  document.close(emit);
  return made;
}

/** Of those of which it is made. */
const FILES_NAMED = 3;

function incomplete(records: readonly StagedRecord[], { size }: Gathered): LeavingRecord[] {
  const came =
    size === undefined
      ? `${records.length} records came, and none that ends it`
      : `${records.length} of ${size} records came`;
  const message = `its document was not complete in time: ${came}`;
  return records.map((record) => ({ ...record, faults: [{ code: 'GROUP_INCOMPLETE', message }] }));
}
