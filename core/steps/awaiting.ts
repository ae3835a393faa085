import { limits } from '../limits.ts';
import type {
  LeavingRecord,
  RecordValue,
  Shape,
  Stage,
  StageAnswer,
  StageArrival,
  StageDecision,
  StagedRecord,
  StageKept,
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
import { stageName } from './stageName.ts';

interface AwaitOptions {
  key: string;
  flow: string | string[];
  match?: string | undefined;
  count: number;
  within: number;
  missing: 'park' | 'keep' | 'drop';
  as: string;
  name?: string | undefined;
}

/** What one of the awaited flows made: what it is is a member. */
interface Came {
  id: string;
  from: string;
  until: string;
}

/** What was seen under one key. */
interface Meeting {
  /** How many records wait. */
  waiting: number;
  /** When the first of them came, and when the first of them has waited too long. */
  first?: { at: string; until: string };
  came: Came[];
  /** Until when records are known that have left. */
  leftUntil?: string;
}

type Member = Waiting | { came: RecordValue };

interface Waiting {
  record: StagedRecord;
  until: string;
}

type Kept = StageKept<Meeting, Member>;
type Members = NonNullable<Kept['members']>;
type Decision = StageDecision<Meeting, Member>;

const NOTHING: Meeting = { waiting: 0, came: [] };

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
    name: stageName,
  }),
  examples: [
    'await: { key: DespatchDocumentReference.ID, flow: supplier-despatches, match: document, within: 14d, as: despatch }',
    'await: { key: basket, flow: [hub-north-answers, hub-south-answers], within: 15m, missing: keep, as: answers }',
  ],
  called: ({ flow, name }) => name ?? flowsOf(flow)[0],
  shape: awaitedShape,
  inputs: ({ key }, { path }) => ({ key: { expression: key, path: [...path, 'key'] } }),
  awaits: ({ flow, match }) => ({
    flows: flowsOf(flow),
    ...(match === undefined ? {} : { match }),
  }),
  make: (options): Stage<Meeting, Member> => ({
    idOf,
    arrive: (kept, arrival, now) =>
      arrival.from === undefined
        ? recordCame(kept, arrival, { options, now })
        : otherCame(kept, { ...arrival, from: arrival.from }, { options, now }),
    waiting: ({ waiting }) => waiting,
    dueAt: ({ first, came, leftUntil }) =>
      first && isMet(came, options)
        ? first.at
        : [first?.until, leftUntil, ...came.map(({ until }) => until)]
            .filter((time) => time !== undefined)
            .sort()[0]!,
    due({ state, members }, now) {
      if (!state.first || !isMet(state.came, options))
        return over(state, members, { options, now });
      return members ? met(state, members, { options, now }) : 'members';
    },
  }),
  recordOf: (member: Member) => ('record' in member ? member.record : undefined),
};

interface Around {
  options: AwaitOptions;
  now: string;
}

/** Records and what they wait for have ids of their own, each. */
const idOf = ({ id, from }: { id: string; from?: string }): string =>
  from === undefined ? `record ${id}` : `came ${from} ${id}`;

function recordCame(
  { state = NOTHING, members, isKnown }: Kept,
  arrival: StageArrival,
  around: Around,
): StageAnswer<Meeting, Member> {
  if (isKnown) return { state, out: [] };
  const { options, now } = around;
  const until = stagedTime(now, options.within);
  const [id, value] = [idOf(arrival), { record: stagedRecord(arrival), until }];
  const { at } = arrival;
  const first = state.first ? sooner(state.first, { at, until }) : { at, until };
  const next: Meeting = { ...state, waiting: state.waiting + 1, first };
  const adds = [{ id, value }];
  if (!isMet(next.came, options)) return { state: next, adds, out: [] };
  if (!members) return 'members';
  return { ...met(next, new Map([...members, [id, value]]), around), adds };
}

function otherCame(
  { state = NOTHING, members }: Kept,
  { id, from, value }: StageArrival & { from: string },
  around: Around,
): StageAnswer<Meeting, Member> {
  const { options, now } = around;
  const until = stagedTime(now, options.within);
  const own = state.came.filter((one) => one.from === from);
  const all = [...own.filter((one) => one.id !== id), { id, from, until }];
  const newest = all.slice(-limits.stageAwaited);
  const came = [...state.came.filter((one) => one.from !== from), ...newest];
  const next: Meeting = { ...state, came };
  const drops = [...own.filter((one) => one.id === id), ...all.slice(0, -newest.length)].map(idOf);
  const adds = [{ id: idOf({ id, from }), value: { came: value } }];
  if (!next.first || !isMet(came, options)) return { state: next, drops, adds, out: [] };
  if (!members) return 'members';
  const kept = new Map<string, Member>([...members, [adds[0]!.id, adds[0]!.value]]);
  return { ...met(next, kept, around), drops, adds };
}

const sooner = <Times extends { until: string }>(one: Times, other: Times): Times =>
  other.until < one.until ? other : one;

const flowsOf = (flow: string | string[]): string[] => (Array.isArray(flow) ? flow : [flow]);

const isList = ({ flow, count }: AwaitOptions): boolean => Array.isArray(flow) || count > 1;

/** The field is known as far as what the awaited flows make is. */
function awaitedShape(options: AwaitOptions, before: Shape, { path, awaited }: StageTools): Shape {
  const { as } = options;
  const at = [...path, 'as'];
  const fields = new Map(before.fields).set(as, at);
  const lists = new Map(before.lists);
  for (const name of lists.keys()) if (name === as || name.startsWith(`${as}.`)) lists.delete(name);
  const [one] = awaited;
  if (!one || awaited.some(({ others }) => others !== 'none')) return { ...before, fields, lists };
  if (isList(options)) {
    const all = awaited.flatMap((shape) => [...shape.fields.keys()]);
    lists.set(as, new Map(all.map((name) => [name, undefined])));
    return { ...before, fields, lists };
  }
  for (const [name, elements] of one.lists) lists.set(`${as}.${name}`, elements);
  return { ...before, fields, lists, records: [...(before.records ?? []), { at, shape: one }] };
}

const ofFlow = (came: readonly Came[], name: string): Came[] =>
  came.filter(({ from }) => from === name);

/** As many of each flow have come as are wanted. */
const isMet = (came: readonly Came[], { flow, count }: AwaitOptions): boolean =>
  flowsOf(flow).every((name) => ofFlow(came, name).length >= count);

const cameFrom = (members: Members, came: readonly Came[]): RecordValue[] =>
  came.map((one) => (members.get(idOf(one)) as { came: RecordValue }).came);

/** Records that wait, oldest first, by their ids. */
const waitingOf = (members: Members): [string, Waiting][] =>
  [...members].filter((member): member is [string, Waiting] => 'record' in member[1]);

/** All that wait go on once all are there, as many at once as may leave: a state with others is due at once. */
function met(state: Meeting, members: Members, { options, now }: Around): Decision {
  const { flow, count } = options;
  const all = flowsOf(flow).flatMap((name) => ofFlow(state.came, name).slice(0, count));
  const came = cameFrom(members, all);
  const waiting = waitingOf(members);
  const going = waiting.slice(0, atOnce(waiting, came));
  const out = going.map(([, { record }]) => withCame(record, came, options));
  return { ...without(state, waiting, { going, now }), out };
}

function without(
  state: Meeting,
  waiting: readonly [string, Waiting][],
  { going, now }: { going: readonly [string, Waiting][]; now: string },
): Required<Pick<Decision, 'state' | 'left'>> {
  if (going.length === 0) return { state, left: [] };
  const left = going.map(([id]) => id);
  const ids = new Set(left);
  const times = waiting
    .filter(([id]) => !ids.has(id))
    .map(
      ([
        ,
        {
          record: { at },
          until,
        },
      ]) => ({ at, until }),
    );
  const { first: _, ...rest } = state;
  const first = times.length > 0 ? { first: times.reduce(sooner) } : {};
  const leftUntil = stagedTime(now, limits.stageForgetMs);
  return { state: { ...rest, waiting: times.length, ...first, leftUntil }, left };
}

/** How many may leave together, for what has come is written into each of them. */
function atOnce({ length }: readonly unknown[], came: readonly RecordValue[]): number {
  if (length <= 1) return length;
  const { length: characters } = JSON.stringify(came);
  return Math.max(1, Math.floor(limits.stageOutBytes / characters));
}

function withCame(
  record: StagedRecord,
  values: readonly RecordValue[],
  options: AwaitOptions,
): LeavingRecord {
  const taken = isList(options) ? values : values[0];
  return { ...record, value: { ...record.value, ...(taken && { [options.as]: taken }) } };
}

/** What has waited too long, or was kept long enough. */
function over(
  before: Meeting,
  members: Kept['members'],
  { options, now }: Around,
): StageAnswer<Meeting, Member> {
  let state = before;
  let left: readonly string[] = [];
  let out: LeavingRecord[] = [];
  let isRest = false;
  if (state.first && state.first.until <= now) {
    if (!members) return 'members';
    const waiting = waitingOf(members);
    const overdue = waiting.filter(([, { until }]) => until <= now);
    const flows = flowsOf(options.flow);
    const came = flows.flatMap((name) => ofFlow(state.came, name));
    const values = cameFrom(members, came);
    const going = options.missing === 'keep' ? overdue.slice(0, atOnce(overdue, values)) : overdue;
    isRest = going.length < overdue.length;
    out = going.map(([, { record }]) => missing(record, { came, values, options }));
    ({ state, left } = without(state, waiting, { going, now }));
  }
  const gone = isRest ? [] : state.came.filter(({ until }) => until <= now);
  if (gone.length > 0) state = { ...state, came: state.came.filter((one) => !gone.includes(one)) };
  const isKnown = state.leftUntil !== undefined && state.leftUntil > now;
  if (!state.first && state.came.length === 0 && !isKnown) return { out };
  if (state.leftUntil !== undefined && !isKnown) {
    const { leftUntil: _, ...rest } = state;
    state = rest;
  }
  return { state, drops: gone.map(idOf), left, out };
}

function missing(
  record: StagedRecord,
  {
    came,
    values,
    options,
  }: { came: readonly Came[]; values: RecordValue[]; options: AwaitOptions },
): LeavingRecord {
  if (options.missing === 'drop') return { ...record, isDropped: true };
  if (options.missing === 'keep') return withCame(record, values, options);
  const lacking = flowsOf(options.flow).filter((name) => ofFlow(came, name).length < options.count);
  const what = options.count > 1 ? `${options.count} messages` : 'message';
  const message = `no ${what} of ${lacking.join(' and ')} came for it in time`;
  return { ...record, faults: [{ code: 'AWAIT_MISSING', message }] };
}
