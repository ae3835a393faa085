import { type Fault, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type {
  FlowRecord,
  LeavingRecord,
  Stage,
  StageAnswer,
  StageArrival,
  StageDecision,
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
  /** When it was parked. */
  parkedAt?: string;
  /** Why one of its records was parked for itself: it goes nowhere without that. */
  spoilt?: string;
  until: string;
}

export const groupAcross: StageSpec<GroupOptions> = {
  name: 'group',
  about:
    'With `across: payloads` the same of records of several payloads: they are kept in the store until the document is complete, by the number of its records, by a record that says so, or, with neither, when nothing more has come for a time. A record that comes again in the same payload counts once; one that is bad is parked with its document, as all of it. For a day after it was complete the document is remembered.',
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
          'What becomes of a record whose document is complete: it is parked (`GROUP_LATE`), or begins a new one. Of a document with a `size` that was parked, records that are sent again begin it anew in any case.',
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
  seesFaults: true,
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
        if (state.isClosed || state.count === 0) return { out: [] };
        if (!members) return 'members';
        const records = [...members.values()];
        const goesOn = isOpenEnded || options.missing === 'keep';
        const out = goesOn ? documentOf(state, records, fields) : incomplete(records, state);
        return gone(state, [...members.keys()], out, now);
      },
      spoilt(state, { message }, { key }, now) {
        if (state?.isClosed) return state;
        const until = stagedTime(now, complete.after);
        return { ...(state ?? { by: key, count: 0, until }), spoilt: message };
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
  if (before?.isClosed && options.late === 'park' && !beginsAnew(before, arrival, options)) {
    const what = before.parkedAt === undefined ? 'complete' : 'parked';
    const message = `the document '${arrival.key}' was ${what} before it came`;
    return {
      state: before,
      adds: [{ id }],
      out: [{ ...record, faults: [...(record.faults ?? []), { code: 'GROUP_LATE', message }] }],
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
    ...(open?.spoilt === undefined ? {} : { spoilt: open.spoilt }),
    until: stagedTime(now, options.complete.after),
  };
  const isComplete = arrival.given.when === true || (size !== undefined && count >= size);
  if (!isComplete) return { state, adds: [{ id, value: record }], out: [] };
  if (open && !members) return 'members';
  const earlier = open && members ? members : new Map<string, StagedRecord>();
  const out = documentOf(state, [...earlier.values(), record], fields);
  const decided = gone(state, [...earlier.keys()], out, now);
  return decided.drops && isMember(id) ? decided : { ...decided, adds: [{ id }] };
}

/** One that was parked is sent again: its size says when it is whole. */
const beginsAnew = (
  { parkedAt }: Gathered,
  { at }: StageArrival,
  { complete }: GroupOptions,
): boolean => parkedAt !== undefined && at > parkedAt && complete.size !== undefined;

const idOf = ({ id, given: { member } }: StageArrival): string =>
  member === undefined ? id : `${MEMBER}${asText(member, "the 'member' of the group")}`;

const MEMBER = 'member ';
const isMember = (id: string): boolean => id.startsWith(MEMBER);

function sizeOf({ given: { size } }: StageArrival): number | undefined {
  if (size === undefined || size === null || size === '') return undefined;
  const count = Number(size);
  if (Number.isSafeInteger(count) && count > 0) return count;
  const message = `'size' of the group gives ${JSON.stringify(size)}, which is no number of records`;
  throw new StockbusError('RECORD_INVALID', message);
}

/**
 * That the document of what has come has gone. One that was parked is sent again: records that are known by their `member`
 * are known no more.
 */
function gone(
  { by, count }: Gathered,
  ids: readonly string[],
  out: LeavingRecord[],
  now: string,
): StageDecision<Gathered, StagedRecord> {
  const until = stagedTime(now, limits.stageForgetMs);
  const state: Gathered = { by, count, isClosed: true, until };
  if (!out.some(({ faults }) => faults)) return { state, left: ids, out };
  const left = ids.filter((id) => !isMember(id));
  return { state: { ...state, parkedAt: now }, drops: ids.filter(isMember), left, out };
}

function documentOf(
  { by, spoilt }: Gathered,
  records: readonly StagedRecord[],
  fields: DocumentFields,
): LeavingRecord[] {
  const [{ faults: _, ...first }] = records as [StagedRecord];
  const broken: Fault[] =
    spoilt === undefined
      ? []
      : [{ code: 'GROUP_BROKEN', message: `another record of it is parked: ${spoilt}` }];
  const document = new OpenDocument(by, fields);
  const made: LeavingRecord[] = [];
  const emit = (whole: FlowRecord): void => {
    const { value, members = [] } = whole;
    const faults = [...(whole.faults ?? []), ...broken];
    const names = [...new Set(records.map(({ origin }) => origin.name))];
    const origin = { ...first.origin, name: names.slice(0, FILES_NAMED).join(', ') };
    made.push({ ...first, origin, value, members, ...(faults.length > 0 ? { faults } : {}) });
  };
  for (const { value, source, record, line, origin, members, faults } of records) {
    const row: FlowRecord = { value, source, record, ...(faults ? { faults } : {}) };
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
  return records.map(({ faults = [], ...record }) => {
    return { ...record, faults: [...faults, { code: 'GROUP_INCOMPLETE', message }] };
  });
}
