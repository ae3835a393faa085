import { limits } from '../limits.ts';
import type {
  LeavingRecord,
  RecordValue,
  Shape,
  Stage,
  StageDecision,
  StagedRecord,
  StageSpec,
  StageTools,
} from '../ports.ts';
import {
  choice,
  duration,
  either,
  expression,
  integer,
  list,
  optional,
  record as recordOf,
  text,
} from '../spec.ts';
import { stagedRecord } from './stagedRecord.ts';
import { stagedTime } from './stagedTime.ts';

interface AwaitOptions {
  key: string;
  flow: string | string[];
  match?: string | undefined;
  count: number;
  within: number;
  missing: 'park' | 'keep' | 'drop';
  as: string;
}

/** What one of the awaited flows made. */
interface Came {
  id: string;
  from: string;
  value: RecordValue;
  until: string;
}

/** All that was seen under one key. */
interface Meeting {
  waiting: (StagedRecord & { until: string })[];
  came: Came[];
  /** Records that have left. */
  left: { id: string; until: string }[];
}

const NOTHING: Meeting = { waiting: [], came: [], left: [] };

export const awaiting: StageSpec<AwaitOptions> = {
  name: 'await',
  about:
    'Lets each record wait until another flow has made a message with the same key, and gives it the data of that message in a field. Which of the two comes first does not matter: either is kept in the store for `within` after it came. Of several flows, or of a `count` above 1, the field takes a list: all that came of each flow, in the order in which they are named. The same message again takes the place of what it was before.',
  options: recordOf('What is waited for.', {
    key: expression(
      'What this record and the other have in common, such as `DespatchDocumentReference.ID`.',
    ),
    flow: either<string | string[]>(
      'The flow whose messages are awaited, or several, of which each must make one.',
      [
        { when: (value) => typeof value === 'string', field: text('Name of the flow.') },
        {
          when: Array.isArray,
          field: list('Names of flows.', text('Name of a flow.'), { min: 1 }),
        },
      ],
    ),
    match: optional(
      expression(
        'The same of the other: over the data of its message; where that flow makes none, over its record. Left out: the key of the message. What gives nothing is awaited by nobody.',
      ),
    ),
    count: optional(integer('So many of each flow.', { min: 1, max: limits.stageAwaited }), 1),
    within: duration('How long a record waits, and how long what came before is kept for it.'),
    missing: optional(
      choice(
        'What becomes of a record when that time is over: it is parked (`AWAIT_MISSING`), goes on with what has come, or is dropped and counted.',
        ['park', 'keep', 'drop'],
      ),
      'park',
    ),
    as: text('Field that takes the data of the message.'),
  }),
  examples: [
    'await: { key: DespatchDocumentReference.ID, flow: supplier-despatches, match: document, within: 14d, as: despatch }',
    'await: { key: basket, flow: [hub-north-answers, hub-south-answers], within: 15m, missing: keep, as: answers }',
  ],
  shape: awaitedShape,
  inputs: ({ key }, { path }) => ({ key: { expression: key, path: [...path, 'key'] } }),
  awaits: ({ flow, match }) => ({
    flows: flowsOf(flow),
    ...(match === undefined ? {} : { match }),
  }),
  make: (options): Stage<Meeting> => ({
    arrive(state = NOTHING, arrival, now) {
      const until = stagedTime(now, options.within);
      if (arrival.from !== undefined) {
        const { id, from, value } = arrival;
        const others = state.came.filter((one) => one.from !== from);
        const same = state.came.filter((one) => one.from === from && one.id !== id);
        const newest = [...same, { id, from, value, until }].slice(-limits.stageAwaited);
        return met({ ...state, came: [...others, ...newest] }, options, now);
      }
      const isKnown = [...state.waiting, ...state.left].some(({ id }) => id === arrival.id);
      if (isKnown) return { state, out: [] };
      const record = { ...stagedRecord(arrival), until };
      return met({ ...state, waiting: [...state.waiting, record] }, options, now);
    },
    waiting: ({ waiting }) => waiting.length,
    dueAt: ({ waiting, came, left }) =>
      waiting.length > 0 && allOf(came, options)
        ? waiting[0]!.at
        : [...waiting, ...came, ...left].map(({ until }) => until).sort()[0]!,
    due(state, now) {
      const more = met(state, options, now);
      return more.out.length > 0 ? more : over(state, options, now);
    },
  }),
};

const flowsOf = (flow: string | string[]): string[] => (Array.isArray(flow) ? flow : [flow]);

const isList = ({ flow, count }: AwaitOptions): boolean => Array.isArray(flow) || count > 1;

/** The field is known as far as what the awaited flow makes is. */
function awaitedShape(options: AwaitOptions, before: Shape, { path, awaited }: StageTools): Shape {
  const fields = new Map(before.fields).set(options.as, [...path, 'as']);
  const lists = new Map(before.lists);
  lists.delete(options.as);
  const [one, ...others] = awaited;
  const isKnown = one && others.length === 0 && one.others === 'none';
  if (isKnown && isList(options)) lists.set(options.as, one.fields);
  return { ...before, fields, lists };
}

/** Of each flow what came, as many as are wanted; undefined where one lacks. */
function allOf(came: readonly Came[], { flow, count }: AwaitOptions): Came[] | undefined {
  const all = flowsOf(flow).map((name) => came.filter(({ from }) => from === name).slice(0, count));
  return all.every((some) => some.length === count) ? all.flat() : undefined;
}

/** All that wait go on once all are there, as many at once as may leave: a state with others is due at once. */
function met(state: Meeting, options: AwaitOptions, now: string): StageDecision<Meeting> {
  const all = allOf(state.came, options);
  if (!all || state.waiting.length === 0) return { state, out: [] };
  const until = stagedTime(now, limits.stageForgetMs);
  const going = state.waiting.slice(0, atOnce(state.waiting, all));
  const left = [...state.left, ...going.map(({ id }) => ({ id, until }))];
  const out = going.map((record) => withCame(record, all, options));
  return { state: { ...state, waiting: state.waiting.slice(going.length), left }, out };
}

/** How many may leave together, for what has come is written into each of them. */
function atOnce({ length }: readonly unknown[], came: readonly Came[]): number {
  if (length <= 1) return length;
  const { length: characters } = JSON.stringify(came);
  return Math.max(1, Math.floor(limits.stageOutBytes / characters));
}

function withCame(
  { until: _, ...record }: Meeting['waiting'][number],
  came: readonly Came[],
  options: AwaitOptions,
): LeavingRecord {
  const values = came.map(({ value }) => value);
  const taken = isList(options) ? values : values[0];
  return { ...record, value: { ...record.value, ...(taken && { [options.as]: taken }) } };
}

function over(state: Meeting, options: AwaitOptions, now: string): StageDecision<Meeting> {
  const isOpen = ({ until }: { until: string }): boolean => until > now;
  const overdue = state.waiting.filter((record) => !isOpen(record));
  const late = options.missing === 'keep' ? overdue.slice(0, atOnce(overdue, state.came)) : overdue;
  const until = stagedTime(now, limits.stageForgetMs);
  const going = new Set(late);
  const isRest = late.length < overdue.length;
  const kept: Meeting = {
    waiting: state.waiting.filter((record) => !going.has(record)),
    came: isRest ? state.came : state.came.filter(isOpen),
    left: [...state.left.filter(isOpen), ...late.map(({ id }) => ({ id, until }))],
  };
  const out = late.map((record) => missing(record, state.came, options));
  const isEmpty = Object.values(kept).every((some) => some.length === 0);
  return isEmpty ? { out } : { state: kept, out };
}

function missing(
  record: Meeting['waiting'][number],
  came: readonly Came[],
  options: AwaitOptions,
): LeavingRecord {
  const { until: _, ...rest } = record;
  if (options.missing === 'drop') return { ...rest, isDropped: true };
  const flows = flowsOf(options.flow);
  const some = came.filter(({ from }) => flows.includes(from));
  if (options.missing === 'keep') {
    const inOrder = flows.flatMap((name) => some.filter(({ from }) => from === name));
    return withCame(record, inOrder, options);
  }
  const lacking = flows.filter(
    (name) => some.filter(({ from }) => from === name).length < options.count,
  );
  const what = options.count > 1 ? `${options.count} messages` : 'message';
  const message = `no ${what} of ${lacking.join(' and ')} came for it in time`;
  return { ...rest, faults: [{ code: 'AWAIT_MISSING', message }] };
}
